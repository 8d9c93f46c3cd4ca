"""A small board of its own, and a crawl of pages that it gives."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from scrapy import Request
from scrapy.http import Response, TextResponse

from jobspiders.bases.board import BoardSpider
from jobspiders.bases.listing import Listing, Position
from jobspiders.bases.replay import Replay, replay
from jobspiders.bases.scopes import Scope
from jobspiders.items import JobPosting
from jobspiders.parsing.gone import Gone
from jobspiders.parsing.page import Page
from jobspiders.parsing.record import Record


class ShopSpider(BoardSpider):
    name = "shop"
    kind = "feed"
    homepage = "https://shop.example"
    paged = True
    detail_url = re.compile("/job/")
    with_details = False

    def scopes(self) -> Iterable[Scope]:
        yield Scope("shop", complete=True)

    def listing_request(self, scope: Scope, position: Position) -> Request:
        return self.get("https://shop.example/jobs", start=position.offset or None, after=position.cursor)

    def detail_request(self, posting: JobPosting) -> Request | None:
        return self.get(posting.url) if self.with_details else None

    def listing_from_api(self, page: Page) -> Listing | None:
        rows = page.record.get("rows")
        if not isinstance(rows, list):
            return None
        data = page.record
        return Listing(rows, self.posting, data.integer("total"), data.text("next"), data.boolean("last"))

    def detail_from_html(self, page: Page) -> JobPosting | Gone | None:
        if "over" in page.text:
            return Gone("the page says so")
        description = page.text_of("p")
        return JobPosting(description_html=description, title="Detailed") if description else None

    def posting(self, row: Any) -> JobPosting | None:
        if row == "advert":
            return None
        if row == "broken":
            raise KeyError("id")
        record = Record(row)
        number = record.text("id") or ""
        return JobPosting(external_id=number, url=f"https://shop.example/job/{number}", title=f"Job {number}")


class DetailedShopSpider(ShopSpider):
    name = "detailed_shop"
    with_details = True


def rows(*ids: int) -> list[Any]:
    return [{"id": number} for number in ids]


def page(url: str, body: Any, status: int = 200, **headers: str) -> Response:
    return TextResponse(url, status=status, body=json.dumps(body).encode(), headers=headers)


def crawl(
    pages: dict[str, Response], *, spider: type[ShopSpider] = ShopSpider, **arguments: str
) -> tuple[Replay, Counter[str], ShopSpider]:
    crawling = spider(**arguments)
    crawling.frozen_now = datetime(2026, 9, 1, tzinfo=UTC)
    counted: Counter[str] = Counter()
    crawling._count = lambda stat: counted.update([stat])  # type: ignore[method-assign]
    return replay(crawling, lambda request: pages.get(request.url)), counted, crawling


HOME = "https://shop.example/jobs"
