"""Jooble: the feed that it gives to partners (XML), and the answers of its API (JSON)."""

from __future__ import annotations

from dataclasses import dataclass

from scrapy import Request

from jobspiders.bases.arguments import argument
from jobspiders.bases.board_arguments import BoardArguments
from jobspiders.bases.feed import FeedSpider
from jobspiders.bases.listing import Listing, Position
from jobspiders.bases.scopes import Scope
from jobspiders.parsing.boards import jooble
from jobspiders.parsing.page import Page
from jobspiders.parsing.record import Record


@dataclass(frozen=True)
class JoobleArguments(BoardArguments):
    """Jooble has no feed for everybody."""

    feed: str | None = argument("address of the XML feed that Jooble gave you as a partner", required=True)


class JoobleSpider(FeedSpider):
    name = "jooble"
    homepage = "https://jooble.org"
    allowed_domains = ["jooble.org"]
    whole = False
    terms = "feeds for partners only; links must keep their parameters"
    arguments_type = JoobleArguments
    arguments: JoobleArguments

    def listing_request(self, scope: Scope, position: Position) -> Request:
        return self.get(self.arguments.feed or "").replace(meta={"allow_offsite": True})

    def listing_from_api(self, page: Page) -> Listing | None:
        jobs = jooble.jobs(page)
        if jobs is None:
            return None
        return Listing(jobs, lambda job: jooble.posting_from_job(Record(job)), last=True, around=[])
