"""Which crawl and which scope a log line belongs to, known to whatever runs on behalf of them."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(slots=True)
class CrawlContext:
    """``find`` tells the id of the row in ``crawls``, None before it is known."""

    board: str
    find: Callable[[], str | None]


#: Tasks inherit both from the task that started them.
current_crawl: ContextVar[CrawlContext | None] = ContextVar("current_crawl", default=None)
current_scope: ContextVar[str | None] = ContextVar("current_scope", default=None)

#: Crawls of this process: where there is one only, lines from outside its tasks are its own too.
running: list[CrawlContext] = []


def fields_of(record: logging.LogRecord) -> dict[str, str]:
    """``crawl``, ``board`` and ``scope`` of a record, as far as they are known, in this order."""
    context = current_crawl.get() or (running[0] if len(running) == 1 else None)
    found: dict[str, str] = {}
    if context is not None:
        if crawl := context.find():
            found["crawl"] = crawl
        found["board"] = context.board
    else:
        spider = getattr(record, "spider", None)
        if name := getattr(spider, "name", None):
            found["board"] = str(name)
    scope = _scope_of(record) or current_scope.get()
    if scope:
        found["scope"] = scope
    return found


def _scope_of(record: logging.LogRecord) -> str | None:
    """What a line is about may say it: the request or the posting that it names."""
    scope = getattr(getattr(record, "item", None), "scope", None)
    if not scope and isinstance(record.args, Mapping):
        meta = getattr(record.args.get("request"), "meta", None)
        scope = meta.get("scope") if isinstance(meta, Mapping) else None
    return str(scope) if scope else None
