"""The documents' pictures, taken anew from the running product: `python docs/take_pictures.py`."""

import re
import shutil
import socket
import sqlite3
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
WEEKS = (
    (),
    (),
    (("M1026,Partial", "M1026,Implemented"),),
    (("Credential Access Protection,No", "Credential Access Protection,Implemented"),),
    (("User Training,Implemented", "User Training,Planned"), ("M1047,Partial", "M1047,No")),
    (),
    (("M1038,Planned", "M1038,70 %"), ("Prevention on Endpoint,Partial", "Prevention on Endpoint,Implemented")),
)
"""What becomes of the sample from one week's run to the next."""
CHROMIUM = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--hide-scrollbars")


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder)) as link, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=CHROMIUM)
        page = browser.new_page(viewport={"width": 1200, "height": 860})
        page.goto(link)
        walk(page)
        page.set_viewport_size({"width": 1200, "height": 860})
        look_back(page, Path(folder))
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


def look_back(page: Page, folder: Path) -> None:
    """Seven runs of a schedule, between which the controls move; their days are put a week apart afterwards."""
    inventory, sample = page_of(page, "inventories"), SAMPLE.read_text()
    page.goto(f"{origin(page)}/schedules/new?inventory={inventory}&groups=Leafminer, APT28, FIN7&name=Every Monday")
    page.get_by_role("button", name="Keep this schedule").click()
    schedule = page.url
    for moves in WEEKS:
        for before, after in moves:
            sample = sample.replace(before, after)
        upload = {"name": "controls.csv", "mimeType": "text/csv", "buffer": sample.encode()}
        address = f"{origin(page)}/api/v1/inventories/{inventory}/revisions"
        assert page.request.post(address, multipart={"file": upload}, headers={"X-Requested-With": "pictures"}).ok
        page.goto(schedule)
        page.get_by_role("button", name="Run now").click()
        page.get_by_role("link", name="Open the report").wait_for(timeout=60_000)
    spread(folder / "mitigap.db")
    page.goto(schedule)
    page.screenshot(path=IMAGES / "schedule.png")


def spread(database: Path) -> None:
    with sqlite3.connect(database) as connection:
        query = "SELECT id FROM job WHERE schedule_id IS NOT NULL ORDER BY created_at DESC"
        for week, (job,) in enumerate(connection.execute(query).fetchall()):
            earlier = f"-{7 * week} days"
            connection.execute(
                "UPDATE job SET created_at = datetime(created_at, ?), scheduled_for = datetime(created_at, ?), "
                "summary = json_set(summary, '$.as_of', date(created_at, ?)) WHERE id = ?",
                (earlier, earlier, earlier, job),
            )


def page_of(page: Page, room: str) -> str:
    """The id of the first thing that the list of a room links to."""
    page.goto(f"{origin(page)}/{room}")
    address = page.locator(f"tbody a[href*='/{room}/']").first.get_attribute("href")
    return address.rpartition("/")[2]


def origin(page: Page) -> str:
    return re.match(r"\w+://[^/]+", page.url).group()


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
