"""The same posting seen again in one crawl: counted, and passed on only where it says something more."""

from __future__ import annotations

from typing import Any, Self

from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem
from scrapy.statscollectors import StatsCollector
from xxhash import xxh3_64_intdigest

from jobspiders.hash_set import HashSet
from jobspiders.items import JobPosting, SeenPostings
from jobspiders.storage.coverage import DESCRIBED


class DedupPipeline:
    """Keeps a hash per posting of the crawl, in as few bytes as can be, so that a long crawl stays small."""

    def __init__(self, stats: StatsCollector) -> None:
        self.stats = stats
        self._described = HashSet()
        self._bare = HashSet()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler.stats)

    async def process_item(self, item: Any) -> Any:
        if isinstance(item, SeenPostings):
            return self._first_seen(item)
        if not isinstance(item, JobPosting):
            return item
        key = _key(item.board, item.external_id)
        if key in self._described or key in self._bare:
            self.stats.inc_value("postings/duplicates")
            if key in self._described or not item.description:
                raise DropItem(f"{item.board} {item.external_id} was seen in this crawl", log_level="DEBUG")
        (self._described if item.description else self._bare).add(key)
        return item

    def _first_seen(self, item: SeenPostings) -> SeenPostings:
        """``item`` with those of its postings that say something more in this crawl."""
        kept = []
        for external_id, covered in zip(item.external_ids, item.covered, strict=True):
            key = _key(item.board, external_id)
            again = key in self._described or key in self._bare
            if again:
                self.stats.inc_value("postings/duplicates")
            if key in self._described or (again and not covered & DESCRIBED):
                continue
            (self._described if covered & DESCRIBED else self._bare).add(key)
            kept.append((external_id, covered))
        if not kept:
            raise DropItem("all of these rows were seen in this crawl", log_level="DEBUG")
        if len(kept) < len(item.external_ids):
            item.external_ids, item.covered = map(list, zip(*kept, strict=True))
        return item


def _key(board: str, external_id: str) -> int:
    return xxh3_64_intdigest(f"{board}\0{external_id}".encode())
