"""Handlers of ``item_scraped`` are called where it is sent, not in tasks of the event loop that are waited for."""

from __future__ import annotations

import logging
from functools import lru_cache
from inspect import CO_COROUTINE, CO_ITERABLE_COROUTINE, CO_VARKEYWORDS, isawaitable
from types import CodeType, FunctionType, MethodType
from typing import Any, Self

from pydispatch.dispatcher import getAllReceivers, liveReceivers
from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.signalmanager import SignalManager
from scrapy.utils.defer import ensure_awaitable
from scrapy.utils.python import global_object_name
from twisted.internet.defer import Deferred

#: Where Scrapy tells of a fault in a handler.
logger = logging.getLogger("scrapy.utils.signal")

_AWAITED = CO_COROUTINE | CO_ITERABLE_COROUTINE


class DirectSignalsAddon:
    """An add-on, since these come before whoever keeps the signal manager of a crawl."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        if type(crawler.signals) is not SignalManager:
            raise NotConfigured("the crawl has a signal manager that is not Scrapy's")
        crawler.signals = DirectSignalManager(crawler)
        return cls()

    def __repr__(self) -> str:
        return type(self).__name__


class DirectSignalManager(SignalManager):
    """As Scrapy's, of which it is another view: handlers are kept by crawl, not by manager.

    Only ``item_scraped`` goes a shorter way, and only where all of its handlers are plain functions.
    """

    async def send_catch_log_async(self, signal: Any, **kwargs: Any) -> list[tuple[Any, Any]]:
        """Call the handlers; what each returned or raised, which is logged."""
        if signal is not signals.item_scraped or "sender" in kwargs or "dont_log" in kwargs:
            return await super().send_catch_log_async(signal, **kwargs)
        handlers = list(liveReceivers(getAllReceivers(self.sender, signal)))
        if not all(map(_is_plain, handlers)):
            return await super().send_catch_log_async(signal, **kwargs)
        named = {"signal": signal, "sender": self.sender, **kwargs}
        results: list[tuple[Any, Any]] = []
        for handler in handlers:
            try:
                result = handler(**_asked_for(handler.__code__, named))
                if result is not None and (isawaitable(result) or isinstance(result, Deferred)):
                    result = await ensure_awaitable(result, _warn=global_object_name(handler))
            except Exception as error:
                logger.error(
                    "Error caught on signal handler: %(receiver)s",
                    {"receiver": handler},
                    exc_info=True,
                    extra={"spider": kwargs.get("spider")},
                )
                result = error
            results.append((handler, result))
        return results


def _is_plain(handler: Any) -> bool:
    """Whether ``handler`` is a function or method that is done when it returns."""
    function = handler.__func__ if type(handler) is MethodType else handler
    return type(function) is FunctionType and not function.__code__.co_flags & _AWAITED


def _asked_for(code: CodeType, named: dict[str, Any]) -> dict[str, Any]:
    """Those of the arguments that a handler takes, as pydispatch chooses them."""
    names = _argument_names(code)
    return named if names is None else {name: named[name] for name in names if name in named}


@lru_cache(maxsize=64)
def _argument_names(code: CodeType) -> tuple[str, ...] | None:
    """The arguments of a handler; None where it takes all."""
    return None if code.co_flags & CO_VARKEYWORDS else code.co_varnames[: code.co_argcount]
