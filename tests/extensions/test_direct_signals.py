"""Handlers of ``item_scraped`` are told as Scrapy tells them, without tasks where they are plain functions."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Any

import pytest
from scrapy import Spider, signals
from scrapy.crawler import Crawler
from scrapy.signalmanager import SignalManager
from scrapy.utils.misc import load_object
from scrapy.utils.test import get_crawler
from twisted.internet.defer import succeed

from jobspiders import settings
from jobspiders.extensions.direct_signals import DirectSignalManager, DirectSignalsAddon


class OwnManager(SignalManager):
    pass


def crawler_of_ours() -> Crawler:
    crawler = get_crawler(Spider, {"ADDONS": {DirectSignalsAddon: 10}})
    crawler._apply_settings()
    return crawler


def sent(manager: SignalManager, *handlers: Callable[..., Any], signal: Any = signals.item_scraped) -> Any:
    """What the handlers' results are told to be, and in how many tasks they ran."""
    tasks = set()

    def told() -> None:
        tasks.add(asyncio.current_task())

    async def send() -> tuple[list[Any], bool]:
        results = await manager.send_catch_log_async(
            signal=signal, item="a posting", response=None, spider=None
        )
        return [result for handler, result in results if handler in handlers], tasks == {
            asyncio.current_task()
        }

    for handler in (*handlers, told):
        manager.connect(handler, signal=signal)
    return asyncio.run(send())


def test_a_crawl_has_it_from_its_start_on_and_loses_no_handler() -> None:
    crawler = get_crawler(Spider, {"ADDONS": {DirectSignalsAddon: 10}})
    before = crawler.signals
    heard = []

    def early(item: str) -> None:
        heard.append(item)

    before.connect(early, signal=signals.item_scraped)
    crawler._apply_settings()
    assert type(crawler.signals) is DirectSignalManager
    assert DirectSignalsAddon in map(load_object, settings.ADDONS)
    sent(crawler.signals)
    before.disconnect(early, signal=signals.item_scraped)
    sent(crawler.signals)
    assert heard == ["a posting"]


def test_a_manager_of_anothers_making_stays() -> None:
    crawler = get_crawler(Spider, {"ADDONS": {DirectSignalsAddon: 10}})
    crawler.signals = OwnManager(crawler)
    crawler._apply_settings()
    assert type(crawler.signals) is OwnManager


def test_plain_handlers_are_called_in_the_task_that_sends_with_what_they_ask_for() -> None:
    class Counting:
        def item_scraped(self, item: str, sender: Any) -> tuple[str, Any]:
            return item, sender

    def all_of_it(**named: Any) -> list[str]:
        return sorted(named)

    crawler, counting = crawler_of_ours(), Counting()
    names = ["item", "response", "sender", "signal", "spider"]
    results = [("a posting", crawler), names]
    assert sent(crawler.signals, counting.item_scraped, all_of_it) == (results, True)


def test_a_fault_of_one_is_logged_and_keeps_no_other_from_its_call(caplog: pytest.LogCaptureFixture) -> None:
    fault = LookupError("not here")

    def failing() -> None:
        raise fault

    def following() -> str:
        return "called"

    crawler = crawler_of_ours()
    with caplog.at_level(logging.ERROR):
        assert sent(crawler.signals, failing, following) == ([fault, "called"], True)
    (record,) = caplog.records
    assert record.name == "scrapy.utils.signal"
    assert record.getMessage().startswith("Error caught on signal handler: <function")
    assert record.exc_info is not None


def test_coroutine_functions_are_awaited_in_tasks_of_their_own() -> None:
    async def later() -> str:
        await asyncio.sleep(0)
        return "later"

    def now() -> str:
        return "now"

    assert sent(crawler_of_ours().signals, later, now) == (["later", "now"], False)


@pytest.mark.filterwarnings("ignore::scrapy.exceptions.ScrapyDeprecationWarning")
def test_what_a_plain_function_gives_to_wait_for_is_waited_for() -> None:
    async def later() -> str:
        await asyncio.sleep(0)
        return "later"

    async def failing() -> str:
        raise fault

    fault = LookupError("not here")
    handlers = (lambda: later(), lambda: failing(), lambda: succeed("fired"))
    assert sent(crawler_of_ours().signals, *handlers) == (["later", fault, "fired"], True)


def test_other_signals_go_scrapys_way() -> None:
    assert sent(crawler_of_ours().signals, signal=signals.spider_opened) == ([], False)
