"""The main job in a real browser, against the real product: with a script and without, in both lights."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from houses import PROGRAM, House, house
from openpyxl import load_workbook
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")

pytestmark = [
    pytest.mark.browser,
    pytest.mark.xdist_group("browser"),
    pytest.mark.timeout(600),
    pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium"),
]

QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
SOON = 60_000
CONTROLS = "Mitigation,Status\nM1017,Implemented\nPassword Policies,50%\nSpoon bending,Yes\n"


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with house(tmp_path_factory.mktemp("browser") / "data") as found:
        yield found


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield launched
        launched.close()


@pytest.fixture(scope="module")
def signed_in(opened: House, browser: Browser) -> Iterator[BrowserContext]:
    """The browser that has used the link; its cookies are those of all others."""
    context = browser.new_context(base_url=opened.url)
    page = context.new_page()
    page.goto(opened.link)
    expect(page.get_by_role("heading", level=1)).to_have_text("Which of their techniques do your controls stop?")
    yield context
    context.close()


@pytest.fixture
def visit(opened: House, browser: Browser, signed_in: BrowserContext) -> Iterator["Visit"]:
    visits = Visit(opened, browser, signed_in)
    yield visits
    visits.end()


class Visit:
    """Opens pages as somebody who is signed in, and keeps what they complain of and ask for elsewhere."""

    def __init__(self, opened: House, browser: Browser, signed_in: BrowserContext) -> None:
        self._house, self._browser, self._cookies = opened, browser, signed_in.storage_state()
        self._contexts: list[BrowserContext] = []
        self.complaints: list[str] = []
        self.elsewhere: list[str] = []

    def page(self, **how: object) -> Page:
        context = self._browser.new_context(base_url=self._house.url, storage_state=self._cookies, **how)  # type: ignore[arg-type]
        self._contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: self.complaints.append(message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", lambda request: self._note(request.url))
        return page

    def _note(self, url: str) -> None:
        if not url.startswith((self._house.url, "data:")):
            self.elsewhere.append(url)

    def end(self) -> None:
        for context in self._contexts:
            context.close()


@pytest.fixture
def controls(tmp_path: Path) -> Path:
    path = tmp_path / "Our controls.csv"
    path.write_text(CONTROLS)
    return path


def check_the_report(page: Page, tmp_path: Path) -> None:
    """From the result's page: the report is shown, and the workbook is a workbook."""
    expect(page.get_by_role("heading", level=1)).to_have_text("Our controls against Leafminer")
    expect(page.get_by_text("1 of 3 rows counts for nothing yet")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="Excel").first.click()
    download.value.save_as(tmp_path / "report.xlsx")
    assert "Techniques" in load_workbook(tmp_path / "report.xlsx").sheetnames
    page.get_by_role("link", name="Open the report").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Leafminer")
    expect(page.get_by_text("Spoon bending").first).to_be_visible()


def test_the_main_job(visit: Visit, controls: Path, tmp_path: Path) -> None:
    page = visit.page()
    page.goto("/")
    page.locator("input[type=file]").set_input_files(controls)
    expect(page.get_by_label("Name of this inventory")).to_have_value("Our controls")
    page.get_by_label("Search groups").fill("raspite")
    expect(page.locator(".picker-list li:visible")).to_have_count(1)
    page.get_by_role("checkbox", name="Leafminer").check()
    expect(page.locator("#tally")).to_have_text("1 chosen")
    page.get_by_role("button", name="Assess coverage").click()
    page.wait_for_url("**/assessments/*", timeout=SOON)
    check_the_report(page, tmp_path)
    assert (visit.complaints, visit.elsewhere) == ([], [])


def test_the_main_job_without_a_script(visit: Visit, controls: Path, tmp_path: Path) -> None:
    page = visit.page(java_script_enabled=False)
    page.goto("/")
    page.get_by_label("Search groups").fill("leafminer")
    page.get_by_role("button", name="Search").click()
    expect(page.locator(".picker-list li:visible")).to_have_count(1)
    page.get_by_role("button", name="Assess coverage").click()
    expect(page.locator("#file-error")).to_have_text("Choose your controls spreadsheet.")
    page.locator("input[type=file]").set_input_files(controls)
    page.get_by_role("checkbox", name="Leafminer").check()
    page.get_by_role("button", name="Assess coverage").click()
    page.wait_for_url("**/assessments/*", timeout=SOON)  # the page asks anew by itself
    check_the_report(page, tmp_path)
    assert visit.elsewhere == []


def test_the_keyboard_alone(visit: Visit, controls: Path, tmp_path: Path) -> None:
    page = visit.page()
    page.goto("/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.locator("input[type=file]").set_input_files(controls)  # the system's own dialogue
    page.get_by_label("Search groups").focus()
    page.keyboard.type("g0077")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Remove Leafminer")).to_be_visible()
    page.get_by_role("button", name="Assess coverage").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/assessments/*", timeout=SOON)
    check_the_report(page, tmp_path)


def test_what_is_missing_is_said_before_anything_is_sent(visit: Visit, controls: Path) -> None:
    page = visit.page()
    page.goto("/")
    page.get_by_role("button", name="Assess coverage").click()
    expect(page.get_by_text("Choose your controls spreadsheet first.")).to_be_visible()
    page.locator("input[type=file]").set_input_files(controls)
    page.get_by_role("button", name="Assess coverage").click()
    expect(page.get_by_text("Choose at least one group, or all of them.")).to_be_visible()
    assert page.url.endswith("/")


def test_another_catalogue_keeps_the_chosen_file(visit: Visit, controls: Path) -> None:
    page = visit.page()
    page.goto("/")
    page.locator("input[type=file]").set_input_files(controls)
    page.get_by_label("Catalogue").select_option("G0077-leafminer.md")
    expect(page.locator(".picker-list li:visible")).to_have_count(1)
    expect(page.get_by_role("checkbox", name="Leafminer")).to_be_checked()
    page.get_by_role("button", name="Assess coverage").click()
    page.wait_for_url("**/assessments/*", timeout=SOON)
    expect(page.get_by_text("G0077-leafminer.md").first).to_be_visible()


def test_a_refused_file_is_told_and_another_may_be_sent(visit: Visit, tmp_path: Path) -> None:
    old = tmp_path / "old.xls"
    old.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
    page = visit.page()
    page.goto("/?group=G0077")
    page.locator("input[type=file]").set_input_files(old)
    page.get_by_role("button", name="Assess coverage").click()
    expect(page.get_by_role("alert")).to_contain_text(".xlsx", timeout=SOON)
    page.get_by_role("link", name="Upload another file").click()
    expect(page.get_by_role("button", name="Assess coverage")).to_be_visible()


@pytest.mark.parametrize("light", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_no_page_is_wider_than_the_window(visit: Visit, light: str, width: int) -> None:
    page = visit.page(viewport={"width": width, "height": 900}, color_scheme=light)
    page.goto("/assessments")
    result = page.locator("tbody th a").first.get_attribute("href")
    for path in ("/", "/assessments", "/inventories", "/catalogs", "/sign-in", "/nowhere", result):
        page.goto(str(path))
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert (ground == "rgb(16, 22, 29)") is (light == "dark")


def test_signing_out(opened: House, browser: Browser) -> None:
    made = [*PROGRAM, "user", "link", "admin@localhost", "--url", opened.url, "--data-dir", str(opened.folder)]
    link = subprocess.run(made, capture_output=True, text=True, check=True).stdout.strip()
    context = browser.new_context(base_url=opened.url)
    page = context.new_page()
    page.goto(link)
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_text("You are signed out.")).to_be_visible()
    page.goto("/")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    context.close()
