"""The console in a real browser, on a machine that `scrapy up` started, as an operator uses it.

With CONSOLE_SCREENSHOTS=DIRECTORY the pages are kept as pictures; docs/images/ has them.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from playwright.sync_api import Page, sync_playwright
from playwright.sync_api import TimeoutError as PageTimeoutError

from jobspiders.middlewares.browser_handler import find_browser
from tests.commands.in_process import CommandRunner
from tests.deployment.machine import ROOT, Machine, machine
from tests.deployment.nodes import wait_until
from tests.deployment.recorded_sites import RecordedSites, greenhouse

CONSOLE = ROOT / ".venv-scrapydweb" / "bin" / "scrapydweb"
BROWSER = find_browser()

pytestmark = [
    pytest.mark.skipif(
        not os.environ.get("CI") and not CONSOLE.exists(), reason="`make console` was not run"
    ),
    pytest.mark.skipif(not os.environ.get("CI") and BROWSER is None, reason="there is no browser"),
]


@contextmanager
def browsing(here: Machine) -> Iterator[tuple[Page, Callable[[str], None]]]:
    """A page that is logged in, and what takes a picture of it."""
    kept = os.environ.get("CONSOLE_SCREENSHOTS")
    user, password = here.console_account
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=BROWSER,
            args=[
                "--no-sandbox",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-gpu",
                "--no-proxy-server",
            ],
        )
        try:
            context = browser.new_context(
                http_credentials={"username": user, "password": password},
                viewport={"width": 1280, "height": 720},
            )
            context.set_default_timeout(60_000)
            page = context.new_page()

            def picture(name: str) -> None:
                if kept:
                    page.screenshot(path=Path(kept) / f"{name}.png")

            yield page, picture
        finally:
            browser.close()


def wait_for_figures(page: Page, url: str, job: str, expected: list[str]) -> None:
    """Until the list of jobs says this of one; its log is read now and then, the first time maybe too early."""
    seen: list[str] = []

    def shown() -> bool:
        page.goto(url)
        row = page.locator(".el-table__body tr", has_text=job).first
        try:
            row.wait_for(timeout=3000)
        except PageTimeoutError:
            return False
        seen[:] = [cell.strip() for cell in row.locator("td").all_text_contents()]
        return seen[1 : 1 + len(expected)] == expected

    try:
        wait_until(shown, f"figures of {job} on {url}", 60)
    except AssertionError as error:
        raise AssertionError(f"{error}; shown: {seen}") from None


def field(label: str) -> str:
    """Where the form item with that label is."""
    return f".el-form-item:has(> label:text-is('{label}'))"


def choose(page: Page, label: str, option: str) -> None:
    """Choose from a list of the form."""
    page.click(f"{field(label)} input")
    page.click(f".el-select-dropdown__item:visible:has-text('{option}')")


def fill_form(page: Page, url: str, arguments: str) -> None:
    """Say in the form which crawl it is."""
    page.goto(url)
    choose(page, "project", "jobspiders")
    choose(page, "_version", "default: the latest version")
    choose(page, "spider", "greenhouse")
    page.fill(f"{field('additional')} textarea", arguments)


def submit(page: Page) -> None:
    """Check and send the form. The page that answers goes on to the list of jobs where the job is queued."""
    page.click("text=Check CMD")
    page.wait_for_function("document.querySelector('#cmd').value.startsWith('curl')")
    with page.expect_navigation(wait_until="commit"):
        page.click("#run_spider")


def test_an_operator_runs_reads_and_repeats_crawls_in_the_console(
    own_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with (
        RecordedSites(tmp_path, (), greenhouse(5)) as sites,
        # the proxy of the sites stands for that of a company: the console must not ask it for 127.0.0.1
        machine(own_home, CommandRunner(monkeypatch, capsys), **sites.environment) as here,
    ):
        here.up()
        for login in (("", ""), (here.console_account[0], "wrong"), here.account):
            assert here.get(f"{here.console_url}/1/servers/", login).status_code == 401
        with browsing(here) as (page, picture):
            page.goto(f"{here.console_url}/1/servers/")
            page.get_by_text("ok", exact=True).first.wait_for()
            assert f"127.0.0.1:{here.scrapyd_port}" in page.inner_text(".el-table")
            assert "machine" in page.inner_text(".el-table")
            picture("scrapydweb-servers")

            form = f"{here.console_url}/1/schedule/"
            fill_form(page, form, "-d companies=pelikan,nordlicht -d colour=red")
            submit(page)
            page.get_by_text("greenhouse has no argument 'colour'").first.wait_for()

            fill_form(page, form, "-d companies=pelikan,nordlicht")
            page.fill(f"{field('jobid')} input", "by-form")
            picture("scrapydweb-run-spider")
            submit(page)

            wait_until(lambda: here.call("status.json", job="by-form")["currstate"] == "finished", "its end")
            with psycopg.connect(here.run("db", "url").out.strip()) as connection:
                assert connection.execute("SELECT count(*) FROM postings").fetchall() == [(10,)]
            # robots.txt and a page for each of two tenants, with five postings each
            expected = ["jobspiders", "greenhouse", "by-form", "3", "10"]
            wait_for_figures(page, f"{here.console_url}/1/jobs/", "by-form", expected)
            picture("scrapydweb-jobs")
            page.goto(f"{here.console_url}/1/log/stats/jobspiders/greenhouse/by-form/")
            page.get_by_text("crawled_pages").first.wait_for()
            page.goto(f"{here.console_url}/1/log/utf8/jobspiders/greenhouse/by-form/")
            page.get_by_text("greenhouse ended ok").first.wait_for()
            picture("scrapydweb-log")

            fill_form(page, f"{form}?add_task=True", "-d companies=crane")
            page.fill(f"{field('name')} input", "every few seconds")
            choose(page, "action", "Add Task")
            page.fill(f"{field('minute')} input", "*")
            page.click(f"{field('show more timer settings')} .el-switch")
            page.fill(f"{field('second')} input", "*/4")
            submit(page)
            wait_until(
                lambda: [
                    job for job in here.call("listjobs.json")["finished"] if job["id"].startswith("task_1")
                ],
                "a crawl that the timer began",
            )
            page.goto(f"{here.console_url}/1/tasks/")
            page.get_by_text("every few seconds").first.wait_for(state="attached")
            picture("scrapydweb-timer")
        for name in ("logparser", "scrapydweb"):
            here.kill(name)
        assert here.get(f"{here.console_url}/1/servers/", here.console_account).status_code == 200
