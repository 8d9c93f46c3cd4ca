"""Crawls through local proxies that fail in all the ways proxies do."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.fault_server import proxy as proxies
from tests.fault_server.behaviours import Behaviour, Expected
from tests.fault_server.crawl import crawl, start
from tests.fault_server.exchange import Exchange
from tests.fault_server.proxy import Handle, LocalProxies
from tests.fault_server.server import FaultServer

QUICK_REST = {"PROXY_BACKOFF_BASE": 2, "CONCURRENT_REQUESTS_PER_DOMAIN": 8, "CONCURRENT_REQUESTS": 32}


class Site:
    """A site that notes which proxy each request came through."""

    def __init__(self) -> None:
        self.through: list[str | None] = []
        self.cookies: list[str] = []
        self.behaviour = Behaviour("site", self.behave, Expected([], 0))

    async def behave(self, exchange: Exchange) -> None:
        self.through.append(exchange.headers.get("x-forwarded-by"))
        self.cookies.append(exchange.headers.get("cookie", ""))
        await exchange.answer(headers={"Set-Cookie": f"from={exchange.headers.get('x-forwarded-by')}"})

    def requests(self, server: FaultServer, number: int, **meta: object) -> list[dict[str, object]]:
        return [
            {
                "name": "site",
                "url": server.url(self.behaviour, f"/{page}"),
                "meta": meta,
            }
            for page in range(number)
        ]


def test_two_thousand_pages_through_five_proxies_of_which_one_is_fine(tmp_path: Path) -> None:
    site = Site()
    with (
        FaultServer([site.behaviour], tmp_path) as server,
        LocalProxies(
            fine=proxies.forward,
            slow=proxies.forward_slowly,
            refusing=proxies.refuse,
            dropping=proxies.drop,
            dying=proxies.die_after(300),
        ) as pool,
    ):
        finished = crawl(
            site.requests(server, 2000),
            {**QUICK_REST, "PROXY_BACKOFF_BASE": 15, "PROXY_LIST": pool.urls},
            timeout=120,
        )
        assert finished.results["site"] == [200] * 2000
        assert None not in site.through
        assert set(site.through) >= {"fine", "slow", "dying"}
        assert finished.stats["downloader/request_count"] <= 2100
        assert finished.stats["retry/count"] <= 100
        assert "breaker/open" not in finished.stats
        print("extra requests:", finished.stats["downloader/request_count"] - 2000, finished.stats)


@pytest.mark.parametrize(
    ("bad", "counted"),
    [
        (proxies.refuse, "refused"),
        (proxies.want_credentials, "failed"),
        (proxies.drop, "failed"),
        (proxies.hang, "failed"),
        (proxies.cut_bodies, None),
    ],
    ids=["refuses", "wants other credentials", "drops", "hangs", "alters bodies"],
)
def test_a_bad_proxy_costs_some_tries_and_no_page(bad: Handle, counted: str | None, tmp_path: Path) -> None:
    site = Site()
    with (
        FaultServer([site.behaviour], tmp_path) as server,
        LocalProxies(good=proxies.forward, bad=bad) as pool,
    ):
        finished = crawl(
            site.requests(server, 40), {**QUICK_REST, "DOWNLOAD_TIMEOUT": 1, "PROXY_LIST": pool.urls}
        )
        assert finished.results["site"] == [200] * 40
        assert set(site.through) == {"good"}
        if counted is not None:
            assert finished.stats[f"proxies/label/127.0.0.1:{pool['bad'].port}/{counted}"] >= 1
        assert "Traceback" not in finished.log


def test_connect_through_a_proxy_that_drops_costs_no_minutes(tmp_path: Path) -> None:
    behaviour = Behaviour("tls", Site().behave, Expected([], 0), scheme="https")
    with (
        FaultServer([behaviour], tmp_path) as server,
        LocalProxies(good=proxies.forward, bad=proxies.drop) as pool,
    ):
        requests = [{"name": "tls", "url": server.url(behaviour, f"/{page}")} for page in range(10)]
        settings = {**QUICK_REST, "DOWNLOAD_TIMEOUT": 60, "PROXY_LIST": pool.urls}
        began = time.monotonic()
        finished = crawl(requests, settings, environment={"SSL_CERT_FILE": str(server.authority_file)})
        assert finished.results["tls"] == [200] * 10
        assert time.monotonic() - began < 60


def test_with_all_proxies_dead_the_crawl_waits_and_then_ends_once(tmp_path: Path) -> None:
    site = Site()
    with (
        FaultServer([site.behaviour], tmp_path) as server,
        LocalProxies(a=proxies.drop, b=proxies.drop) as pool,
    ):
        finished = crawl(
            site.requests(server, 40),
            {**QUICK_REST, "PROXY_BACKOFF_BASE": 0.5, "PROXY_MAX_WAIT": 2, "PROXY_LIST": pool.urls},
        )
        assert finished.reason == "no_proxies"
        assert site.through == []
        assert finished.stats["downloader/request_count"] <= 40
        assert finished.log.count("the crawl ends") == 1


def test_the_only_proxy_comes_back_and_the_crawl_goes_on(tmp_path: Path) -> None:
    site = Site()

    async def at_first_dead(proxy, reader, writer, head):  # type: ignore[no-untyped-def]  # as proxies.Handle
        if proxy.requests > 20:
            await proxies.forward(proxy, reader, writer, head)

    with FaultServer([site.behaviour], tmp_path) as server, LocalProxies(only=at_first_dead) as pool:
        finished = crawl(
            site.requests(server, 20), {**QUICK_REST, "PROXY_BACKOFF_BASE": 0.5, "PROXY_LIST": pool.urls}
        )
        assert finished.results["site"] == [200] * 20
        assert finished.stats["proxies/all_resting"] >= 1


def test_credentials_reach_the_proxy_and_nobody_else(tmp_path: Path) -> None:
    site = Site()
    with FaultServer([site.behaviour], tmp_path) as server, LocalProxies(good=proxies.forward) as pool:
        url = f"http://ann:s3cret@127.0.0.1:{pool['good'].port}"
        finished = crawl(site.requests(server, 3), {"PROXY_LIST": [url], "LOG_LEVEL": "DEBUG"})
        token = base64.b64encode(b"ann:s3cret").decode()
        assert set(pool["good"].credentials) == {f"Basic {token}"}
        shown = finished.log + json.dumps(finished.stats)
        assert "s3cret" not in shown
        assert token not in shown


def test_a_session_keeps_proxy_and_cookies_together(tmp_path: Path) -> None:
    site = Site()
    with (
        FaultServer([site.behaviour], tmp_path) as server,
        LocalProxies(a=proxies.forward, b=proxies.forward, c=proxies.forward) as pool,
    ):
        crawl(site.requests(server, 30, proxy_session="s"), {**QUICK_REST, "PROXY_LIST": pool.urls})
        assert len(set(site.through)) == 1
        site.through.clear()
        site.cookies.clear()
        crawl(site.requests(server, 60), {**QUICK_REST, "PROXY_LIST": pool.urls})
        assert len(set(site.through)) == 3
        assert all(
            cookie in ("", f"from={through}")
            for through, cookie in zip(site.through, site.cookies, strict=True)
        )


def test_the_list_may_be_a_file_that_changes_or_the_environment(tmp_path: Path) -> None:
    site = Site()
    listed = tmp_path / "proxies.txt"
    with (
        FaultServer([site.behaviour], tmp_path) as server,
        LocalProxies(old=proxies.forward, new=proxies.forward) as pool,
    ):
        listed.write_text(f"# ours\n{pool['old'].url}\nnot a proxy\n")
        running = start(
            site.requests(server, 60),
            {
                "PROXY_FILE": str(listed),
                "PROXY_FILE_CHECK": 0.1,
                "DOWNLOAD_DELAY": 0.05,
                "DOWNLOAD_DELAY_JITTER": 0,
            },
        )
        wait_for(lambda: len(site.through) > 5)
        listed.write_text(pool["new"].url)
        assert running.finish().results["site"] == [200] * 60
        assert set(site.through) == {"old", "new"}
        site.through.clear()
        crawl(site.requests(server, 3), environment={"JOBSPIDERS_PROXIES": pool["new"].url})
        assert site.through == ["new"] * 3


def test_a_board_may_have_a_pool_of_its_own_or_none(tmp_path: Path) -> None:
    site = Site()
    with (
        FaultServer([site.behaviour], tmp_path) as server,
        LocalProxies(common=proxies.forward, own=proxies.forward) as pool,
    ):
        common = {"PROXY_LIST": [pool["common"].url]}
        crawl(site.requests(server, 2), {**common, "PROXY_POOLS": {"plan": [pool["own"].url]}})
        crawl(site.requests(server, 2), {**common, "PROXY_POOLS": {"plan": None}})
        crawl(site.requests(server, 2), {**common, "PROXY_POOLS": {"another": [pool["own"].url]}})
    assert site.through == ["own", "own", None, None, "common", "common"]


def wait_for(condition: Callable[[], bool]) -> None:
    """Until it holds; a test that never gets there fails by the clock."""
    ends = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < ends
        time.sleep(0.01)
