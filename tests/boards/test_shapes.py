"""Shapes of boards' pages and answers that others have seen and that no recorded case has: each with one posting."""

from __future__ import annotations

import json
from typing import Any

import pytest

from jobspiders.bases.saved_pages import read_saved
from jobspiders.items import JobPosting
from tests.boards.cases import spider_class

LINK = "<html><body><main>{}</main></body></html>"
UUID = "00000000-0000-4000-8000-000000000007"
#: Board, address, body, and the id, title and company that are right.
SHAPES: list[tuple[str, str | None, Any, tuple[str, str, str | None]]] = [
    (
        "linkedin",
        None,
        '<ul><li><div data-entity-urn="urn:li:jobPosting:12345"><a href="https://www.linkedin.com/jobs/view/12345/?x=1">'
        'Open</a><h3 class="base-search-card__title">Rigger</h3><h4 class="base-search-card__subtitle">Acme</h4></div>'
        "</li></ul>",
        ("12345", "Rigger", "Acme"),
    ),
    (
        "linkedin",
        None,
        '<div class="base-card"><h3 class="base-search-card__title">Rigger</h3><h4>Acme</h4>'
        '<a href="https://www.linkedin.com/jobs/view/12345">View Job</a></div>',
        ("12345", "Rigger", "Acme"),
    ),
    (
        "indeed",
        "https://br.indeed.com/jobs?q=rigger",
        '<div class="job_seen_beacon"><h2 class="jobTitle"><a href="/rc/clk?jk=a1b2"><span>Rigger</span></a></h2>'
        '<span class="companyName">Acme</span></div>',
        ("a1b2", "Rigger", "Acme"),
    ),
    (
        "indeed",
        None,
        {"version": 2, "totalResults": 1, "results": [{"jobkey": "a1b2", "jobtitle": "Rigger", "company": "Acme"}]},
        ("a1b2", "Rigger", "Acme"),
    ),
    (
        "indeed",
        "https://rss.indeed.com/rss?q=rigger",
        "<?xml version='1.0'?><rss version='2.0'><channel><item><title>Rigger - Acme - Hull</title>"
        "<link>https://uk.indeed.com/viewjob?jk=a1b2&amp;from=rss</link><source url='x'>Acme</source>"
        "</item></channel></rss>",
        ("a1b2", "Rigger", "Acme"),
    ),
    (
        "arbeitsagentur",
        None,
        {"_embedded": {"jobs": [{"refnr": "10-7-S", "titel": "Rigger", "arbeitgeber": {"name": "Acme"}}]}},
        ("10-7-S", "Rigger", "Acme"),
    ),
    (
        "indeed",
        None,
        "<script>window.mosaic.providerData['mosaic-provider-jobcards'] = "
        '{"metaData": {"mosaicProviderJobCardsModel": {"results": [{"jobkey": "a1b2", "title": "Rigger"}]}}}</script>',
        ("a1b2", "Rigger", None),
    ),
    (
        "linkedin",
        "https://www.linkedin.com/jobs/view/4400000007/",
        '<main><h1>Rigger</h1><div class="show-more-less-html__markup"><p>Rig.</p></div></main>',
        ("4400000007", "Rigger", None),
    ),
    (
        "indeed",
        None,
        '<main><section><h3><a data-jk="a1b2" href="/rc/clk?jk=a1b2"><span title="Rigger">Rigger</span>'
        '</a></h3></section>'
        "</main>",
        ("a1b2", "Rigger", None),
    ),
    (
        "glassdoor",
        None,
        '<li data-test="jobListing" data-jobid="99"><a data-test="job-title" href="/job-listing/x-JV_1.htm">Rigger</a>'
        '<div id="job-employer-99">Acme3.4</div></li>',
        ("99", "Rigger", "Acme"),
    ),
    ("glassdoor", None, LINK.format('<a href="/job-listing/rigger-JV_1.htm?jl=99">Rigger</a>'), ("99", "Rigger", None)),
    (
        "glassdoor",
        "https://www.glassdoor.com/graph",
        [{"data": {"jobListings": {"totalJobsCount": 1, "jobListings": [
            {"jobview": {"header": {"jobTitleText": "Rigger", "employerNameFromSearch": "Acme"},
                         "job": {"listingId": 99}}}
        ]}}}],
        ("99", "Rigger", "Acme"),
    ),
    (
        "ziprecruiter",
        None,
        '<script id="js_variables" type="application/json">{"jobList": [{"Title": "Rigger", "OrgName": '
        '"Acme", "JobURL": '
        '"https://www.ziprecruiter.com/c/Acme/Job/Rigger?jid=1", "City": "Hull", "SaveJobURL": '
        '"/save?lk=k7"}]}</script>',
        ("k7", "Rigger", "Acme"),
    ),
    ("ziprecruiter", None, '<article data-jid="k7"><h2>Rigger</h2></article>', ("k7", "Rigger", None)),
    (
        "dice",
        None,
        f'<div data-testid="job-search-serp-card"><a href="https://www.dice.com/job-detail/{UUID}">Rigger</a>'
        '<span data-testid="company-name">Acme</span></div>',
        (UUID, "Rigger", "Acme"),
    ),
    (
        "naukri",
        None,
        '<div class="srp-jobtuple-wrapper"><a class="title" href="/job-listings-rigger-acme-789">Rigger</a>'
        '<a class="comp-name">Acme</a><span class="locWdth">Pune</span></div>',
        ("789", "Rigger", "Acme"),
    ),
    (
        "stepstone",
        "https://www.stepstone.at/jobs/rigger",
        '<article role="button"><a data-testid="job-item-title" '
        'href="/stellenangebote--Rigger--77-inline.html">Rigger</a>'
        '<span data-testid="job-item-company-name">Acme</span></article>',
        ("77", "Rigger", "Acme"),
    ),
    (
        "wellfound",
        None,
        {"data": {"talent": {"seoLandingPageJobSearchResults": {"startups": [{"name": "Acme ", "slug": "acme",
         "highlightedJobListings": [{"id": "77", "title": "Rigger", "slug": "rigger", "liveStartAt": 1788998400}]}]}}}},
        ("77", "Rigger", "Acme"),
    ),
    ("wellfound", None, LINK.format('<a href="/jobs/77-rigger">Rigger</a>'), ("77", "Rigger", None)),
    (
        "hackernews",
        None,
        {"hits": [
            {"objectID": "7", "comment_text": "Acme | Rigger | Hull", "parent_id": 3, "story_id": 3},
            {"objectID": "8", "comment_text": "Is this remote?", "parent_id": 7, "story_id": 3},
        ]},
        ("7", "Rigger", "Acme"),
    ),
    (
        "hackernews",
        "https://news.ycombinator.com/item?id=3",
        '<table><tr class="athing comtr" id="7"><td class="ind" indent="0"></td><td><div '
        'class="commtext">Acme | Rigger | '
        'Hull</div></td></tr><tr class="athing comtr" id="8"><td class="ind"><img width="40"></td><td><div '
        'class="commtext">Is this remote?</div></td></tr></table>',
        ("7", "Rigger", "Acme"),
    ),
    (
        "greenhouse",
        "https://boards.greenhouse.io/acme",
        LINK.format('<div class="opening"><a href="/acme/jobs/77">Rigger</a><span class="location">Hull</span></div>'),
        ("77", "Rigger", "acme"),
    ),
    (
        "greenhouse",
        "https://job-boards.greenhouse.io/acme",
        LINK.format('<a href="https://job-boards.greenhouse.io/acme/jobs/77"><p>Rigger</p><p>Hull</p></a>'),
        ("77", "Rigger", "acme"),
    ),
    (
        "greenhouse",
        "https://boards-api.greenhouse.io/v1/boards/acme/jobs/",
        {"jobs": [{"id": 77, "title": "Rigger"}]},
        ("77", "Rigger", "acme"),
    ),
    ("lever", "https://api.eu.lever.co/v0/postings/acme", [{"id": UUID, "text": "Rigger"}], (UUID, "Rigger", "acme")),
    (
        "smartrecruiters",
        "https://careers.smartrecruiters.com/Acme",
        LINK.format('<a href="https://jobs.smartrecruiters.com/Acme/743999700000001-rigger"><h4>Rigger</h4></a>'),
        ("743999700000001", "Rigger", "Acme"),
    ),
    (
        "workable",
        "https://apply.workable.com/acme/",
        LINK.format('<a href="/acme/j/0A1B2C3D4E/"><h3>Rigger</h3></a>'),
        ("0A1B2C3D4E", "Rigger", "acme"),
    ),
    (
        "personio",
        "https://acme.jobs.personio.de/",
        LINK.format('<a href="/job/123456"><div>Rigger</div><div>Hull</div></a>'),
        ("123456", "Rigger", "acme"),
    ),
    (
        "breezy",
        "https://acme.breezy.hr/",
        LINK.format('<a href="/p/98323abf2296-rigger"><h2>Rigger</h2></a>'),
        ("98323abf2296", "Rigger", "acme"),
    ),
    (
        "teamtailor",
        "https://careers.acme.example/jobs",
        LINK.format('<a href="/jobs/1234567-rigger">Rigger</a><a href="/jobs/show_more?page=2">Show more</a>'),
        ("1234567", "Rigger", None),
    ),
    (
        "rippling",
        "https://api.rippling.com/platform/api/ats/v1/board/acme/jobs",
        [{"uuid": UUID, "name": "Rigger"}],
        (UUID, "Rigger", "acme"),
    ),
    (
        "eightfold",
        "https://acme.eightfold.ai/api/pcsx/search?domain=acme.com",
        {"search": {"data": {"positions": [{"id": 7, "name": "Rigger", "positionUrl": "/careers/job/7"}]}},
         "details": {"data": {"id": 7, "name": "Rigger", "jobDescription": "<p>Rig.</p>"}}},
        ("7", "Rigger", "acme"),
    ),
    (
        "recruitee",
        "https://acme.recruitee.com/api/offers/",
        {"offers": [{"id": 77, "title": "Rigger", "slug": "rigger"}]},
        ("77", "Rigger", "acme"),
    ),
    (
        "usajobs",
        None,
        {"SearchResult": {"SearchResultItems": [{"MatchedObjectId": "77", "MatchedObjectDescriptor": {
            "PositionTitle": "Rigger", "OrganizationName": "Acme"}}]}},
        ("77", "Rigger", "Acme"),
    ),
]  # fmt: skip


@pytest.mark.parametrize(
    ("board", "url", "body", "wanted"), SHAPES, ids=[f"{n}-{row[0]}" for n, row in enumerate(SHAPES)]
)
def test_shape_is_read(board: str, url: str | None, body: Any, wanted: tuple[str, str, str | None]) -> None:
    kind = spider_class(board)
    saved = body.encode() if isinstance(body, str) else json.dumps(body).encode()
    readings = read_saved(kind(arguments=kind.arguments_type()), saved, url)
    (posting,) = (posting for reading in readings for posting in reading.postings)
    assert isinstance(posting, JobPosting)
    assert [reading.outcome for reading in readings] == ["ok"]
    assert (posting.external_id, posting.title, posting.company) == wanted
    assert posting.url.startswith("https://")


def test_links_of_other_tenants_are_none_of_a_tenants() -> None:
    body = LINK.format('<a href="https://boards.greenhouse.io/other/jobs/77">Rigger</a>').encode()
    kind = spider_class("greenhouse")
    (reading,) = read_saved(kind(arguments=kind.arguments_type()), body, "https://boards.greenhouse.io/acme")
    assert (reading.outcome, reading.postings) == ("layout_changed", [])


@pytest.mark.parametrize(
    ("board", "url", "rows"),
    [
        (
            "workable",
            "https://apply.workable.com/api/v1/widget/accounts/acme",
            [
                {
                    "title": "Rigger",
                    "shortcode": "0A1B2C3D4E",
                    "country": place,
                    "locations": [{"country": place}],
                }
                for place in ("Spain", "Portugal")
            ],
        ),
        (
            "rippling",
            "https://ats.rippling.com/api/v2/board/acme/jobs",
            [
                {"id": UUID, "name": "Rigger", "locations": [{"name": place}]}
                for place in ("Spain", "Portugal")
            ],
        ),
    ],
)
def test_a_posting_that_is_listed_once_for_each_place_is_one_with_all(
    board: str, url: str, rows: Any
) -> None:
    kind = spider_class(board)
    body = json.dumps({"jobs": rows, "items": rows}).encode()
    (reading,) = read_saved(kind(arguments=kind.arguments_type()), body, url)
    assert [posting.location_text for posting in reading.postings] == ["Spain; Portugal"]


def test_places_that_are_named_objects() -> None:
    kind = spider_class("himalayas")
    job = {
        "guid": "https://himalayas.app/7",
        "title": "Rigger",
        "locationRestrictions": [{"alpha2": "NL", "name": "Holland"}],
    }
    (reading,) = read_saved(kind(arguments=kind.arguments_type()), json.dumps({"jobs": [job]}).encode(), None)
    assert [posting.location_text for posting in reading.postings] == ["Holland"]
