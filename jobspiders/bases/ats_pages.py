"""ATS platforms whose postings' own pages carry schema.org JSON-LD beside the open API."""

from __future__ import annotations

from jobspiders.bases.ats import AtsSpider
from jobspiders.bases.listing import Listing
from jobspiders.items import JobPosting, Source
from jobspiders.parsing.addresses import key_in
from jobspiders.parsing.cards import PostingLink, card_around, posting_links
from jobspiders.parsing.job_posting import posting_from_jsonld
from jobspiders.parsing.page import Page
from jobspiders.parsing.page_nodes import attribute, child_text, node_text
from jobspiders.parsing.record import Record


class AtsPagesSpider(AtsSpider):
    """A platform of which a page with JSON-LD is read too, such as one that a browser saved.

    ``detail_url`` finds a posting's key in an address: the first group that matched.
    """

    def listing_from_jsonld(self, page: Page) -> Listing | None:
        if not page.jsonld:
            return None
        return Listing(page.jsonld, lambda data: self.posting_of_jsonld(data, page), last=True)

    def read_listing(self, page: Page) -> tuple[Source | None, Listing | None]:
        """The list of a page; of one that shows a tenant's list in an unknown layout its links to postings."""
        source, listing = super().read_listing(page)
        shows = listing is None and page.json is None and page.status < 400 and self.key_of(page.url) is None
        links = posting_links(page, lambda url: self.linked_key(url, page)) if shows else []
        if not links or self.is_not_found(page):
            return source, listing
        self._count("listing/by_links")
        return "html", Listing(links, self.posting_of_link, last=True, partial=True)

    def linked_key(self, url: str, page: Page) -> str | None:
        """The key of a posting that a tenant's page links to; other tenants' postings are none of it."""
        ours, theirs = self.tenant_of(page.url), self.tenant_of(url)
        return self.key_of(url) if ours in (None, theirs) else None

    def posting_of_link(self, link: PostingLink) -> JobPosting:
        """What a link to a posting, and the card around it, say of it."""
        lines = [text for line in link.node.css("p, span, div") if (text := node_text(line))]
        several = len(lines) > 1 and lines[0] in link.title and link.title != lines[0]
        place = child_text(card_around(link.node, "a[href]"), "[class*=location i], [data-ui=job-location]")
        return JobPosting(
            external_id=link.key,
            url=link.url,
            title=lines[0] if several and not link.node.css_first("h1, h2, h3, h4, h5") else link.title,
            company=self.company_of(link.url),
            location_text=place or (lines[1] if several else None),
        )

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
