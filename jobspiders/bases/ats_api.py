"""ATS platforms with an open JSON document, or pages of one, per tenant."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar
from urllib.parse import urljoin

from scrapy import Request
from scrapy.http import Response
from twisted.python.failure import Failure

from jobspiders.bases.ats_pages import AtsPagesSpider
from jobspiders.bases.described_board import Output
from jobspiders.bases.listing import Listing, Position
from jobspiders.bases.response_page import page_of
from jobspiders.bases.scopes import Scope
from jobspiders.items import JobPosting
from jobspiders.parsing.layout import Layout
from jobspiders.parsing.page import Page
from jobspiders.parsing.place import places_text
from jobspiders.parsing.record import Record


class AtsApiSpider(AtsPagesSpider):
    """A platform whose list says most or all of a posting; ``layout`` says where."""

    #: Address of a tenant's list, with ``{tenant}``, or ``{host}`` for platforms that give tenants a host.
    list_url: ClassVar[str]
    #: What follows the token in a tenant's host; a token with a dot is a host of the tenant's own.
    host_suffix: ClassVar[str] = ""
    layout: ClassVar[Layout]

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
        return Listing(rows, lambda row: self.read(Record(row), page), last=last, around=self.around(page))

    def around(self, page: Page) -> Any:
        """All that ``read`` and ``complete`` look at besides the row, as JSON: of a page its address, no more."""
        return [page.url.partition("?")[0], self.tenant_of(page.url)]

    def rows(self, answer: Any) -> list[Any] | None:
        """The rows of an answer, however it was wrapped when saved."""
        return self.layout.rows(answer)

    def read(self, job: Record, page: Page) -> JobPosting | None:
        """One row as a posting, with what only the page around it says: the company, the host of addresses."""
        posting = self.layout.posting(job)
        if posting is None:
            return None
        self.complete(posting, job, page)
        posting.location_text = posting.location_text or places_text(posting.locations)
        base = urljoin(self.homepage, page.url)
        posting.url = urljoin(base, posting.url) if posting.url else ""
        posting.apply_url = urljoin(base, posting.apply_url) if posting.apply_url else None
        posting.external_id = posting.external_id or self.key_of(posting.url) or ""
        posting.company = posting.company or self.company_of(posting.url) or self.company_of(page.url)
        return posting

    def complete(self, posting: JobPosting, job: Record, page: Page) -> None:
        """Fill in what only the page around a row or the platform's addresses tell; what it is ``around`` gives."""
