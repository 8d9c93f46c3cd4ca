"""Workday's lists of more than it shows: the cap, the wrap behind it, and the split by facets."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

import pytest
from scrapy import Request
from scrapy.http import Response, TextResponse

from jobspiders.bases.arguments import ArgumentError
from jobspiders.bases.listing import Position
from jobspiders.bases.replay import replay
from jobspiders.bases.scopes import Scope
from jobspiders.spiders.workday import WorkdaySpider


@dataclass
class Tenant:
    """A career site that answers as Workday does: pages of 20, a total of at most ``cap`` that only the
    first page tells, and from offset ``cap`` on the first page again."""

    jobs: list[dict[str, str]]
    facets: tuple[str, ...]
    cap: int = 100
    asked: list[dict[str, Any]] = field(default_factory=list)

    def __call__(self, request: Request) -> Response:
        body = json.loads(request.body)
        self.asked.append(body)
        assert body["limit"] == 20
        wanted = body["appliedFacets"]
        found = [job for job in self.jobs if all(job.get(name) in ids for name, ids in wanted.items())]
        offset = body["offset"] % self.cap
        shown = found[: self.cap][offset : offset + 20]
        answer = {
            "total": min(len(found), self.cap) if offset == 0 else 0,
            "jobPostings": [{"title": job["id"], "externalPath": f"/job/X/T_{job['id']}"} for job in shown],
            "facets": [self._facet(name, found) for name in self.facets],
        }
        return TextResponse(request.url, body=json.dumps(answer).encode(), request=request)

    def _facet(self, name: str, found: list[dict[str, str]]) -> dict[str, Any]:
        ids = sorted({job[name] for job in found if name in job})
        values = [{"id": each, "count": sum(job.get(name) == each for job in found)} for each in ids]
        facet = {"facetParameter": name, "values": values}
        return {"facetParameter": "locationMainGroup", "values": [facet]} if "location" in name else facet


@pytest.fixture(autouse=True)
def low_cap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jobspiders.parsing.boards.workday.CAP", 100)


def spider() -> WorkdaySpider:
    return WorkdaySpider(companies="glocke/wd3/Careers", details="false")


def jobs(count: int, **facets: int) -> list[dict[str, str]]:
    """Jobs that have of each facet one of so many values."""
    return [
        {"id": f"R{n}"} | {name: f"{name}{n % values}" for name, values in facets.items()}
        for n in range(count)
    ]


def test_a_list_below_the_cap_is_paged_to_its_end() -> None:
    tenant, crawl = Tenant(jobs(67), ()), spider()
    found = replay(crawl, tenant)
    assert len(found.postings) == 67
    assert [body["offset"] for body in tenant.asked] == [0, 20, 40, 60]


def test_a_capped_list_is_split_by_the_facet_with_the_smallest_parts() -> None:
    tenant, crawl = Tenant(jobs(330, timeType=2, jobFamily=5), ("timeType", "jobFamily")), spider()
    found = replay(crawl, tenant)
    assert len(found.postings) == 330
    assert {name for body in tenant.asked for name in body["appliedFacets"]} == {"jobFamily"}
    assert [scope.complete for scope in crawl.ledger] == [True]


def test_a_part_that_is_itself_capped_is_split_again() -> None:
    tenant = Tenant(jobs(420, jobFamily=2, timeType=3), ("jobFamily", "timeType"))
    found = replay(spider(), tenant)
    assert len(found.postings) == 420


def test_parts_that_overlap_give_each_posting_once_and_are_read_to_their_end() -> None:
    everywhere = [
        {"id": f"R{n}", "location": f"location{part}"} for part in range(2) for n in (*range(60), 90 + part)
    ]
    tenant, crawl = Tenant(everywhere, ("location",)), spider()
    found = replay(crawl, tenant)
    assert len(found.postings) == 62


def test_a_facet_that_not_every_posting_has_leaves_the_scope_incomplete() -> None:
    some = jobs(150, jobFamily=3)[:100] + [{"id": f"S{n}", "timeType": "full"} for n in range(60)]
    for job in some[:100]:
        job["timeType"] = "full"
    tenant, crawl = Tenant(some, ("timeType", "jobFamily")), spider()
    replay(crawl, tenant)
    assert [scope.complete for scope in crawl.ledger] == [False]


def test_a_capped_list_without_facets_ends_at_the_cap_and_is_incomplete() -> None:
    tenant, crawl = Tenant(jobs(150), ()), spider()
    found = replay(crawl, tenant)
    assert len(found.postings) == 100
    assert max(body["offset"] for body in tenant.asked) == 80
    assert [scope.complete for scope in crawl.ledger] == [False]


@pytest.mark.parametrize(
    ("written", "token"),
    [
        ("glocke/wd3/Careers", "glocke/wd3/Careers"),
        ("https://glocke.wd3.myworkdayjobs.com/en-US/Careers", "glocke/wd3/Careers"),
        ("https://glocke.wd3.myworkdayjobs.com/Careers/job/Ghent/Founder_R-1", "glocke/wd3/Careers"),
        ("https://glocke.wd3.myworkdayjobs.com/wday/cxs/glocke/Careers/jobs", "glocke/wd3/Careers"),
        (
            "https://wd5.myworkdaysite.com/en-US/recruiting/uhrwerk/External",
            "uhrwerk/wd5.myworkdaysite.com/External",
        ),
    ],
)
def test_addresses_of_career_sites_are_tenants(written: str, token: str) -> None:
    assert WorkdaySpider.tenant(written) == token


@pytest.mark.parametrize("written", ["glocke", "glocke/wd3", "https://www.example.com/careers"])
def test_what_names_no_site_is_refused(written: str) -> None:
    with pytest.raises(ArgumentError):
        WorkdaySpider.tenant(written)


def test_the_query_is_searched_by_the_board() -> None:
    crawl = WorkdaySpider(companies="glocke/wd3/Careers", query="bell tuner")
    request = crawl.listing_request(Scope("glocke/wd3/Careers"), Position())
    assert json.loads(request.body)["searchText"] == "bell tuner"
