"""ATS platforms with an open JSON document, or pages of one, per tenant."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, ClassVar
from urllib.parse import urljoin

from scrapy import Request
from scrapy.http import Response
from twisted.python.failure import Failure

from jobspiders.bases.ats_pages import AtsPagesSpider
from jobspiders.bases.board import Output, page_of
from jobspiders.bases.listing import Listing, Position
from jobspiders.bases.scopes import Scope
from jobspiders.items import JobPosting, Location
from jobspiders.parsing.mapped import mapped_posting
from jobspiders.parsing.page import Page
from jobspiders.parsing.place import distinct, place_in, places_text
from jobspiders.parsing.record import Record, rows_in
from jobspiders.parsing.sections import sections

#: Under what an answer or a posting may be put by who saved it.
WRAPPERS = (
    "data",
    "jobBoard",
    "response",
    "body",
    "result",
    "results",
    "payload",
    "json",
    "offer",
    "job",
    "position",
)


class AtsApiSpider(AtsPagesSpider):
    """A platform whose list says most or all of a posting; ``fields`` says where in a row."""

    #: Address of a tenant's list, with ``{tenant}``, or ``{host}`` for platforms that give tenants a host.
    list_url: ClassVar[str]
    #: What follows the token in a tenant's host; a token with a dot is a host of the tenant's own.
    host_suffix: ClassVar[str] = ""
    #: Where the rows are when the answer itself is no list.
    row_keys: ClassVar[tuple[str, ...]] = ()
    #: Where the fields of a posting stand in a row, as ``mapped_posting`` takes it.
    fields: ClassVar[Mapping[str, str]]
    #: Where the parts of a place stand, see ``place_in``, in the objects or lists under ``place_keys``.
    place: ClassVar[Mapping[str, str]] = {}
    place_keys: ClassVar[tuple[str, ...]] = ()
    #: Keys of the HTML parts of a description, in their order.
    text_keys: ClassVar[tuple[str, ...]] = ()

    def listing_request(self, scope: Scope, position: Position) -> Request:
        return self.tenant_request(self.list_url, scope.key)

    def tenant_request(self, url: str, tenant: str, **parameters: Any) -> Request:
        """A GET request for a tenant's ``url``, also where the tenant has a host of its own."""
        own = bool(self.host_suffix) and "." in tenant
        host = tenant if own else f"{tenant}{self.host_suffix}"
        request = self.get(url.format(tenant=tenant, host=host), **parameters)
        return request.replace(meta={"allow_offsite": True}) if own else request

    def other_list(self, page: Page, tenant: str) -> Request | None:
        """The tenant's list at another address, where ``page`` says that it is not to be had at this one."""
        return None

    def parse_listing(self, response: Response, scope_key: str, position: Position) -> Iterator[Output]:
        """Read one page of the list, or ask for it at the platform's other address."""
        other = self.other_list(page_of(response), scope_key)
        if other is None:
            return super().parse_listing(response, scope_key, position)
        return self.elsewhere(other, scope_key, position)

    def listing_failed(self, failure: Failure) -> Iterator[Output]:
        """A refusal may be of one address only."""
        request: Request = failure.request  # type: ignore[attr-defined]  # set by Scrapy
        refused = Page(request.url, b"", status=getattr(failure.value, "status", 0))
        other = self.other_list(refused, request.meta["scope"])
        if other is None:
            return super().listing_failed(failure)
        return self.elsewhere(other, request.meta["scope"], request.cb_kwargs["position"])

    def elsewhere(self, other: Request, scope_key: str, position: Position) -> Iterator[Output]:
        """Ask for a page of the list at another address instead."""
        self._count("listing/other_address")
        scope = self.ledger.get(scope_key)
        scope.pending -= 1
        yield self._listing(scope, other, position)

    def listing_from_api(self, page: Page) -> Listing | None:
        rows = self.rows(page.json)
        if rows is None:
            return None
        # a page of an address that tells no tenant has no next one
        last = None if self.paged and self.tenant_of(page.url) else True
        return Listing(rows, lambda row: self.read(Record(row), page), last=last)

    def rows(self, answer: Any) -> list[Any] | None:
        """The rows of an answer; a single posting is a list of one.

        Beside the platform's own shape any list of its postings is read, however it was wrapped when saved.
        """
        own = rows_in(answer, *self.row_keys)
        if own is not None or not isinstance(answer, dict):
            return own
        if self.is_posting(answer):
            return [answer]
        for value in answer.values():
            if isinstance(value, list) and value and all(self.is_posting(row) for row in value):
                return value
        inner = (self.rows(answer[key]) for key in WRAPPERS if isinstance(answer.get(key), dict))
        return next((rows for rows in inner if rows is not None), None)

    def is_posting(self, row: Any) -> bool:
        """Whether a value has a title and an identity where this platform's postings have them."""
        paths = {name: self.fields[name] for name in ("title", "external_id", "url") if name in self.fields}
        found = Record(row).fields(paths)
        return "title" in found and len(found) > 1

    def read(self, job: Record, page: Page) -> JobPosting | None:
        """One row as a posting, with what only the page around it says: the company, the host of addresses."""
        if not self.is_open(job):
            return None
        posting = mapped_posting(job, self.fields)
        posting.locations = self.locations(job)
        posting.description_html = posting.description_html or sections(
            *((None, job.text(key)) for key in self.text_keys)
        )
        self.complete(posting, job, page)
        posting.location_text = posting.location_text or places_text(posting.locations)
        base = urljoin(self.homepage, page.url)
        posting.url = urljoin(base, posting.url) if posting.url else ""
        posting.apply_url = urljoin(base, posting.apply_url) if posting.apply_url else None
        posting.company = posting.company or self.company_of(posting.url) or self.company_of(page.url)
        return posting

    def locations(self, job: Record) -> list[Location]:
        """The places of a row: those under ``place_keys``, else the row's own."""
        rows = [row for key in self.place_keys for row in (job.record(key), *job.records(key)) if row]
        # a row's own "name" is its title
        own = {part: path for part, path in self.place.items() if part not in ("name", "text")}
        return self.located(rows) or distinct([place_in(job, own)])

    def located(self, rows: Iterable[Record]) -> list[Location]:
        """The places that these objects are, each once."""
        return distinct(place_in(row, self.place) for row in rows)

    def is_open(self, job: Record) -> bool:
        """Whether a row is a posting that the board lists for everybody."""
        return True

    def complete(self, posting: JobPosting, job: Record, page: Page) -> None:
        """Fill in what the map of fields cannot say."""
