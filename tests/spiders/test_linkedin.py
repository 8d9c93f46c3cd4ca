from __future__ import annotations

from jobspiders.parsing.page import Page
from jobspiders.spiders.linkedin import GUEST, LinkedinSpider

FOUND = f"{GUEST}/seeMoreJobPostings/search?keywords=crane&start="
CARD = (
    '<li><div class="base-card job-search-card" data-entity-urn="urn:li:jobPosting:440000000{}"></div></li>'
)


def reader() -> LinkedinSpider:
    return LinkedinSpider(query="crane")


def test_search_ends_where_the_guest_api_answers_no_more() -> None:
    body = "".join(CARD.format(number) for number in range(10)).encode()
    for start, last in ((0, None), (980, None), (990, True)):
        listing = reader().listing_from_html(Page(f"{FOUND}{start}", body))
        assert listing is not None
        assert (len(listing.rows), listing.last) == (10, last)


def test_bad_request_is_an_end_only_after_the_first_page() -> None:
    assert reader().judge(Page(f"{FOUND}10", b"", status=400)) is None
    fault = reader().judge(Page(f"{FOUND}0", b"", status=400))
    assert fault is not None and fault[0] == "failed"


def test_nothing_at_all_is_an_empty_result_only_of_the_guest_search() -> None:
    listing = reader().listing_from_html(Page(f"{FOUND}0", b""))
    assert listing is not None and listing.rows == []
    assert (
        reader().listing_from_html(Page("https://www.linkedin.com/jobs/search?keywords=crane", b"")) is None
    )


def test_rounded_totals_are_not_believed() -> None:
    for count, total in (("153", 153), ("1,204", 1204), ("3,000+", None)):
        body = f'<h1><span class="results-context-header__job-count">{count}</span></h1>{CARD.format(1)}'
        listing = reader().listing_from_html(Page("https://www.linkedin.com/jobs/crane-jobs", body.encode()))
        assert listing is not None and listing.total == total
