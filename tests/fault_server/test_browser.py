"""Pages that only a script fills, rendered by a real Chromium."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.fault_server import proxy as proxies
from tests.fault_server.behaviours import CHALLENGE, Behaviour, Expected
from tests.fault_server.crawl import crawl
from tests.fault_server.exchange import Exchange
from tests.fault_server.proxy import LocalProxies
from tests.fault_server.server import FaultServer
from tests.fault_server.test_proxies import wait_for

SHELL = b"""<!DOCTYPE html><html><head><title>Jobs</title></head><body><div id="root"></div><img src="/logo.png">
<script>fetch('/api' + location.pathname).then(answer => answer.json()).then(rows => {
  document.getElementById('root').innerHTML = rows.map(row => '<li class="job">' + row + '</li>').join('');
})</script></body></html>"""
ROWS = (
    b"["
    + b",".join(b'"Welder number %d at Acme Widgets in Springfield"' % number for number in range(20))
    + b"]"
)
PLAIN = {"DOWNLOAD_TIMEOUT": 30, "BROWSER_WAIT": 10}


@pytest.fixture(autouse=True)
def browser() -> None:
    if shutil.which("chromium") is None and not os.environ.get("BROWSER_EXECUTABLE"):
        if os.environ.get("CI"):
            pytest.fail("no chromium")
        pytest.skip("no chromium")


class Site:
    """A listing that a script fills, its data and its pictures."""

    def __init__(self) -> None:
        self.behaviour = Behaviour("site", self.behave, Expected([], 0))
        self.asked: list[tuple[str, str | None, str | None]] = []

    async def behave(self, exchange: Exchange) -> None:
        headers = exchange.headers
        self.asked.append((exchange.path, headers.get("x-forwarded-by"), headers.get("proxy-authorization")))
        if exchange.path.startswith("/api"):
            await exchange.answer(body=ROWS, content_type="application/json")
        elif exchange.path.startswith("/wall"):
            await exchange.answer(403, CHALLENGE)
        else:
            await exchange.answer(body=SHELL)

    def requests(self, server: FaultServer, number: int, **meta: object) -> list[dict[str, object]]:
        return [
            {"name": "site", "url": server.url(self.behaviour, f"/{page}"), "meta": meta}
            for page in range(number)
        ]


def test_two_hundred_pages_are_rendered_through_a_proxy_in_bounded_memory(tmp_path: Path) -> None:
    site = Site()
    with FaultServer([site.behaviour], tmp_path) as server, LocalProxies(good=proxies.forward) as pool:
        settings = {
            **PLAIN,
            "PROXY_LIST": [f"http://ann:s3cret@127.0.0.1:{pool['good'].port}"],
            "CONCURRENT_REQUESTS_PER_DOMAIN": 4,
        }
        finished = crawl(site.requests(server, 200, browser=True), settings, timeout=240)
        assert finished.results["site"] == [200] * 200
        assert min(finished.bodies.values()) > 1000
        assert finished.stats["browser/requests"] == 200
        assert finished.stats["browser/contexts_renewed"] >= 3
        assert finished.stats["playwright/page_count/max_concurrent"] <= 4
        assert {through for _, through, _ in site.asked} == {"good"}
        assert {secret for _, _, secret in site.asked} == {None}
        assert not [path for path, _, _ in site.asked if path.endswith(".png")]
        assert "s3cret" not in finished.log
        grown = finished.children_memory
        assert max(grown[len(grown) // 2 :]) < 1.5 * max(grown[: len(grown) // 2])


def test_an_app_shell_is_asked_again_with_the_browser_where_that_is_wanted(tmp_path: Path) -> None:
    site = Site()
    with FaultServer([site.behaviour], tmp_path) as server:
        without = crawl(site.requests(server, 2), PLAIN)
        assert without.bodies["site/0"] == len(SHELL)
        rendered = crawl(site.requests(server, 2, browser_fallback=True), PLAIN)
        assert rendered.results["site"] == [200] * 2
        assert rendered.bodies["site/0"] > len(SHELL) + 500
        assert rendered.stats["browser/fallback"] == 2


def test_a_block_page_is_not_tried_with_the_browser(tmp_path: Path) -> None:
    site = Site()
    with FaultServer([site.behaviour], tmp_path) as server:
        wall = [
            {"name": "site", "url": server.url(site.behaviour, "/wall"), "meta": {"browser_fallback": True}}
        ]
        finished = crawl(wall, PLAIN)
        assert finished.results["site"] == ["BlockedError"]
        assert "browser/requests" not in finished.stats


def test_a_block_page_in_the_browser_is_a_block(tmp_path: Path) -> None:
    site = Site()
    with FaultServer([site.behaviour], tmp_path) as server:
        wall = [{"name": "site", "url": server.url(site.behaviour, "/wall"), "meta": {"browser": True}}]
        finished = crawl(wall, PLAIN)
        assert finished.results["site"] == ["BlockedError"]
        assert finished.stats["blocks/vendor/cloudflare"] == 2


@pytest.mark.parametrize("executable", ["/nowhere/chromium", shutil.which("false")])
def test_without_a_browser_the_crawl_says_so_once_and_goes_on(executable: str, tmp_path: Path) -> None:
    site = Site()
    with FaultServer([site.behaviour], tmp_path) as server:
        settings = {**PLAIN, "BROWSER_EXECUTABLE": executable}
        finished = crawl(site.requests(server, 3, browser=True), settings)
        assert finished.results["site"] == [200] * 3
        assert finished.bodies["site/0"] == len(SHELL)
        assert finished.stats["browser/unavailable"] >= 1
        assert finished.log.count("fetched without") == 1
        assert "Traceback" not in finished.log


def test_a_page_that_never_renders_is_given_as_it_is(tmp_path: Path) -> None:
    async def behave(exchange: Exchange) -> None:
        await exchange.answer(body=b"<html><body><div id='root'></div><script>1</script></body></html>")

    empty = Behaviour("empty", behave, Expected([], 0))
    with FaultServer([empty], tmp_path) as server:
        finished = crawl(
            [{"name": "empty", "url": server.url(empty, "/"), "meta": {"browser": True}}],
            {**PLAIN, "BROWSER_WAIT": 0.5},
        )
    assert finished.results["empty"] == [200]


def test_failures_in_the_browser_have_the_causes_of_others(tmp_path: Path) -> None:
    async def reset(exchange: Exchange) -> None:
        exchange.reset()

    async def hang(exchange: Exchange) -> None:
        await exchange.hang()

    behaviours = [Behaviour("reset", reset, Expected([], 0)), Behaviour("hang", hang, Expected([], 0))]
    with FaultServer(behaviours, tmp_path) as server:
        requests = [
            {"name": each.name, "url": server.url(each, "/"), "meta": {"browser": True}}
            for each in behaviours
        ]
        finished = crawl(requests, {"DOWNLOAD_TIMEOUT": 2, "RETRY_BUDGETS": {"connection": 1, "timeout": 1}})
    assert finished.results == {"reset": ["DownloadFailedError"], "hang": ["DownloadTimeoutError"]}
    assert finished.stats["retry/cause/connection"] == 1
    assert finished.stats["retry/cause/timeout"] == 1
    assert "Traceback" not in finished.log


def test_a_browser_that_runs_elsewhere_is_used_by_its_address(tmp_path: Path) -> None:
    executable = os.environ.get("BROWSER_EXECUTABLE") or shutil.which("chromium")
    assert executable is not None
    port_file = tmp_path / "profile" / "DevToolsActivePort"
    remote = subprocess.Popen(
        [
            executable,
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-background-networking",
            "--remote-debugging-port=0",
            f"--user-data-dir={port_file.parent}",
        ],
        stderr=subprocess.DEVNULL,
    )
    site = Site()
    try:
        wait_for(lambda: port_file.is_file() and bool(port_file.read_text().strip()))
        address = f"http://127.0.0.1:{port_file.read_text().splitlines()[0]}"
        with FaultServer([site.behaviour], tmp_path) as server:
            settings = {**PLAIN, "BROWSER_CDP_URL": address, "BROWSER_EXECUTABLE": "/nowhere/chromium"}
            finished = crawl(site.requests(server, 2, browser=True), settings)
    finally:
        remote.kill()
        remote.wait()
    assert finished.results["site"] == [200] * 2
    assert min(finished.bodies.values()) > len(SHELL) + 500
