"""What robots.txt may be, and whether its page is asked for then."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from itertools import pairwise

import pytest

from tests.fault_server.behaviours import Behaviour, Expected
from tests.fault_server.crawl import Finished, crawl
from tests.fault_server.exchange import Exchange
from tests.fault_server.server import FaultServer

Ended = tuple[Finished, FaultServer]


def site(status: int, body: bytes = b"", *, hang: bool = False) -> Callable[[Exchange], Awaitable[None]]:
    """A site with that robots.txt and ordinary pages."""

    async def behave(exchange: Exchange) -> None:
        if exchange.path != "/robots.txt":
            await exchange.answer()
        elif hang:
            await exchange.hang()
        else:
            await exchange.answer(status, body, content_type="text/plain")

    return behave


ALLOWS = b"User-agent: *\nDisallow: /private\n"
SITES = [
    Behaviour("allows", site(200, ALLOWS), Expected([200], 2)),
    Behaviour("forbids", site(200, b"User-agent: *\nDisallow: /\n"), Expected(["IgnoreRequest"], 1)),
    Behaviour(
        "forbids_us", site(200, b"User-agent: jobspiders\nDisallow: /\n"), Expected(["IgnoreRequest"], 1)
    ),
    Behaviour("is_missing", site(404), Expected([200], 2)),
    Behaviour("is_forbidden", site(403), Expected([200], 2)),
    Behaviour("fails", site(500), Expected([200], 5)),
    Behaviour("hangs", site(200, hang=True), Expected([200], 4)),
    Behaviour("is_huge", site(200, b"# nothing\n" * 300_000), Expected([200], 2)),
    Behaviour("is_no_text", site(200, bytes(range(256)) * 20), Expected([200], 2)),
    Behaviour(
        "wants_a_second",
        site(200, b"User-agent: *\nCrawl-delay: 1\n"),
        Expected([200] * 3, 4, apart=(2, 4, 1.9)),
        paths=("/1", "/2", "/3"),
    ),
    Behaviour("wants_nonsense", site(200, b"User-agent: *\nCrawl-delay: soon\n"), Expected([200], 2)),
]


@pytest.fixture(scope="module")
def ended(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ended]:
    with FaultServer(SITES, tmp_path_factory.mktemp("robots")) as server:
        requests = [
            {"name": each.name, "url": server.url(each, path)} for each in SITES for path in each.paths
        ]
        yield crawl(requests, {"ROBOTSTXT_OBEY": True}), server


@pytest.mark.parametrize("each", SITES, ids=lambda each: each.name)
def test_a_page_is_asked_for_as_robots_txt_allows(each: Behaviour, ended: Ended) -> None:
    finished, server = ended
    assert finished.results[each.name] == each.expected.results
    assert len(server.hits[each.name]) == each.expected.hits


def test_a_crawl_delay_is_kept(ended: Ended) -> None:
    finished, server = ended
    moments = [moment for moment, path in server.hits["wants_a_second"] if path != "/robots.txt"]
    assert all(later - earlier >= 0.95 for earlier, later in pairwise(moments))
    assert finished.stats["throttle/crawl_delay"] == 1.0


def test_the_crawl_says_what_robots_txt_forbade(ended: Ended) -> None:
    finished, _ = ended
    assert finished.stats["robotstxt/forbidden"] == 2
    assert finished.reason == "finished"
