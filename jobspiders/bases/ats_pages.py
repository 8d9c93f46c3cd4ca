"""ATS platforms whose postings' own pages carry schema.org JSON-LD beside the open API."""

from __future__ import annotations

from jobspiders.bases.ats import AtsSpider
from jobspiders.bases.listing import Listing
from jobspiders.items import JobPosting
from jobspiders.parsing.addresses import key_in
from jobspiders.parsing.job_posting import posting_from_jsonld
from jobspiders.parsing.page import Page, attribute
from jobspiders.parsing.record import Record


class AtsPagesSpider(AtsSpider):
    """A platform of which a page with JSON-LD is read too, such as one that a browser saved.

    ``detail_url`` finds a posting's key in an address: the first group that matched.
    """

    def listing_from_jsonld(self, page: Page) -> Listing | None:
        if not page.jsonld:
            return None
        return Listing(page.jsonld, lambda data: self.posting_of_jsonld(data, page), last=True)

    def posting_of_jsonld(self, data: Record, page: Page) -> JobPosting:
        """A posting whose key is the one of its address, as the API has it, else the one in the data.

        The address itself where neither has one.
        """
        canonical = attribute(page.first("link[rel=canonical]"), "href")
        posting = posting_from_jsonld(data, canonical or page.url)
        addresses = [posting.url] if len(page.jsonld) > 1 else [page.url, canonical, posting.url]
        keys = (self.key_of(address) for address in addresses if address)
        posting.external_id = next((key for key in keys if key), posting.external_id or posting.url)
        return posting

    def key_of(self, url: str) -> str | None:
        """The posting's key in an address of the platform."""
        return key_in(self.detail_url, url) if self.detail_url else None
