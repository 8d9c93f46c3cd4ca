"""Sets aside what is no valid posting, with the reason. Nothing is dropped."""

from __future__ import annotations

import re
from typing import Any, Self
from urllib.parse import urlsplit

from scrapy.crawler import Crawler
from scrapy.statscollectors import StatsCollector

from jobspiders.items import JobPosting, RejectedPosting

#: Longer than any real title or identifier; beyond it a row is damaged, or an attack.
TITLE_LIMIT = 1000
IDENTIFIER_LIMIT = 1000
URL_LIMIT = 8000

#: A web address as nearly all are: what its host and port are made of leaves ``urlsplit`` nothing to object to.
_ORDINARY = re.compile(r"https?://[A-Za-z0-9._:-]+(?:[/?#]|\Z)")


def rejection_reason(posting: JobPosting) -> str | None:
    """Why a posting cannot be stored; None when it can."""
    if not (posting.board and posting.external_id and posting.url and posting.title):
        names = ("board", "external_id", "url", "title")
        return next(f"{name} is missing" for name in names if not getattr(posting, name))
    if len(posting.title) > TITLE_LIMIT:
        return f"title is longer than {TITLE_LIMIT} characters"
    if len(posting.external_id) > IDENTIFIER_LIMIT:
        return f"external_id is longer than {IDENTIFIER_LIMIT} characters"
    if len(posting.url) > URL_LIMIT:
        return f"url is longer than {URL_LIMIT} characters"
    return None if is_absolute(posting.url) else "url is not absolute"


def is_absolute(url: str) -> bool:
    """Whether an address has a web scheme and a host."""
    if _ORDINARY.match(url):
        return True
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc)


def rejected(posting: JobPosting, reason: str) -> RejectedPosting:
    """The record of a posting that was set aside."""
    return RejectedPosting(
        board=posting.board,
        reason=reason,
        external_id=posting.external_id[:IDENTIFIER_LIMIT] or None,
        url=posting.url[:URL_LIMIT] or None,
        scope=posting.scope,
        crawl_id=posting.crawl_id,
        fetched_at=posting.fetched_at,
        raw=posting.raw,
    )


class ValidationPipeline:
    """Turns an invalid posting into a RejectedPosting and counts the reasons."""

    def __init__(self, stats: StatsCollector) -> None:
        self.stats = stats

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler.stats)

    async def process_item(self, item: Any) -> Any:
        if isinstance(item, JobPosting):
            reason = rejection_reason(item)
            if reason is None:
                return item
            item = rejected(item, reason)
        if isinstance(item, RejectedPosting):
            self.stats.inc_value("postings/rejected")
            self.stats.inc_value(f"postings/rejected/{_kind(item.reason)}")
        return item


def _kind(reason: str) -> str:
    """A reason without what differs from row to row, as the name of a stat."""
    return "_".join(word for word in reason.split(":")[0].lower().split() if word.isalpha())
