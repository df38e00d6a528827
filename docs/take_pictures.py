"""The documents' pictures, taken anew from the running product: `python docs/take_pictures.py`."""

import re
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
IMAGES = ROOT / "docs" / "images"
SAMPLE = ROOT / "service" / "samples" / "sample-controls.csv"
CHROMIUM = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--hide-scrollbars")


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder)) as link, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=CHROMIUM)
        page = browser.new_page(viewport={"width": 1200, "height": 860})
        page.goto(link)
        walk(page)
        browser.close()


def walk(page: Page) -> None:
    """The main job once: choose a file and Leafminer, wait for the result, open the report."""
    page.set_input_files("input[type=file]", SAMPLE)
    page.get_by_role("searchbox").first.fill("leafminer")
    page.get_by_role("checkbox", name="Leafminer").check()
    page.screenshot(path=IMAGES / "start.png")
    page.get_by_role("button", name="Assess coverage").click()
    report = page.get_by_role("link", name="Open the report")
    report.wait_for(timeout=60_000)
    page.screenshot(path=IMAGES / "assessment.png")
    with page.expect_popup() if report.get_attribute("target") else page.expect_navigation() as opened:
        report.click()
    shown = opened.value if isinstance(opened.value, Page) else page
    shown.set_viewport_size({"width": 1100, "height": 1180})
    shown.screenshot(path=IMAGES / "report.png")


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """A `mitigap serve` of our own on a free port; gives its one-time sign-in link."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    command = [Path(sys.executable).with_name("mitigap"), "serve", "--port", port, "--data-dir", str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        yield next(re.search(r"http\S+/sign-in/\S+", line).group() for line in process.stdout if "/sign-in/" in line)
        process.terminate()


if __name__ == "__main__":
    main()
