"""Applies the filters that were asked for and that the board itself cannot apply."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Self

from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem, NotConfigured
from scrapy.statscollectors import StatsCollector

from jobspiders.items import JobPosting


def has_words(posting: JobPosting, query: str) -> bool:
    """Whether every word stands in title, company, tags or description."""
    parts = (posting.title, posting.company, posting.description, posting.department, *posting.tags)
    text = " ".join(part for part in parts if part).casefold()
    return all(word in text for word in query.casefold().split())


def is_at(posting: JobPosting, place: str) -> bool:
    """Whether the place is named in the posting's location, in text or as a value."""
    wanted = place.casefold()
    named = [
        posting.location_text,
        *(part for at in posting.locations for part in (at.text, at.city, at.region)),
    ]
    return any(wanted in name.casefold() for name in named if name)


def is_in_country(posting: JobPosting, country: str) -> bool:
    """Whether the posting is in the country, or remote and open to it."""
    return country in posting.remote_countries or any(at.country == country for at in posting.locations)


def is_recent(posting: JobPosting, hours: int) -> bool:
    """Whether the posting is at most so old; one without a date may be."""
    if not isinstance(posting.date_posted, datetime) or posting.fetched_at is None:
        return True
    # boards that give only the day mean any time of that day
    day_only = posting.date_posted.hour == posting.date_posted.minute == posting.date_posted.second == 0
    age = posting.fetched_at - posting.date_posted - timedelta(days=1 if day_only else 0)
    return age <= timedelta(hours=hours)


FILTERS: Mapping[str, Callable[[JobPosting, Any], bool]] = {
    "query": has_words,
    "location": is_at,
    "country": is_in_country,
    "remote": lambda posting, wanted: (posting.workplace == "remote") is wanted,
    "employment_type": lambda posting, kind: kind in posting.employment_types,
    "posted_within_hours": is_recent,
}


def own_filters(crawler: Crawler) -> dict[str, Any]:
    """The filters that were asked for and that the board itself does not apply."""
    spider = crawler.spider
    arguments = getattr(spider, "arguments", None)
    asked = arguments.filters() if arguments is not None else {}
    return {name: value for name, value in asked.items() if name not in getattr(spider, "native_filters", ())}


class FilterPipeline:
    """Drops, counted per filter, what was not asked for."""

    def __init__(self, stats: StatsCollector, filters: Mapping[str, Any]) -> None:
        self.stats = stats
        self.filters = filters

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        spider = crawler.spider
        ours = own_filters(crawler)
        if not ours:
            raise NotConfigured("the board applies every filter that was asked for")
        if spider is not None:
            spider.logger.info("Filtered here, since %s cannot: %s", spider.name, ", ".join(ours))
        return cls(crawler.stats, ours)

    async def process_item(self, item: Any) -> Any:
        if isinstance(item, JobPosting):
            for name, value in self.filters.items():
                if not FILTERS[name](item, value):
                    self.stats.inc_value(f"postings/filtered/{name}")
                    raise DropItem(f"{item.external_id} does not fit {name}={value}", log_level="DEBUG")
        return item
