"""What samples of rows and pages say about a layout: which field lost its place, and to which."""

from __future__ import annotations

import json
from typing import Any

import pytest
from selectolax.lexbor import LexborHTMLParser

from jobspiders.items import JobPosting
from jobspiders.monitoring.sampling import UNREAD, Sampler
from jobspiders.monitoring.structure import Structure, changes
from jobspiders.parsing.page import Page
from jobspiders.parsing.structure import page_marks, row_keys

KEY = ("listing", "api")


def sampler_of(rows: list[tuple[Any, JobPosting | None]], body: bytes = b"{}") -> Sampler:
    sampler = Sampler(1 << 20)
    sampler.page("listing", "api", Page("https://jobs.example/", body))
    for row, posting in rows:
        sampler.row("listing", "api", row, posting)
    return sampler


def json_rows(
    number: int, company: str = "company", *, read: bool = True
) -> list[tuple[Any, JobPosting | None]]:
    return [
        (
            {"id": each, "title": f"Roofer {each}", "org": {company: f"Tiles {each}"}, "note": None},
            JobPosting(
                external_id=str(each), title=f"Roofer {each}", company=f"Tiles {each}" if read else None
            ),
        )
        for each in range(number)
    ]


def test_a_field_is_found_where_its_text_stands() -> None:
    known = sampler_of(json_rows(8)).samples[KEY].structure()
    assert known.origins["company"] == {"org.company": 1.0}
    assert known.origins["title"] == {"title": 1.0}
    assert "note" not in known.keys


def test_a_renamed_key_names_field_old_and_new() -> None:
    known = sampler_of(json_rows(8)).samples[KEY].structure()
    [change] = sampler_of(json_rows(8, "employer", read=False)).changes({KEY: known})
    assert (change.field, change.old, change.new, change.share) == (
        "company",
        "org.company",
        "org.employer",
        1.0,
    )


def test_a_key_that_no_field_needs_may_come_and_go() -> None:
    rows = [({**row, "banner": "x"}, posting) for row, posting in json_rows(8)]
    known = sampler_of(rows).samples[KEY].structure()
    assert sampler_of(json_rows(8)).changes({KEY: known}) == []


def test_a_renamed_key_that_is_still_read_is_no_change() -> None:
    known = sampler_of(json_rows(8)).samples[KEY].structure()
    assert sampler_of(json_rows(8, "employer")).changes({KEY: known}) == []


@pytest.mark.parametrize(("rows", "found"), [(1, 0), (2, 0), (3, 1), (12, 1)])
def test_too_few_rows_say_nothing(rows: int, found: int) -> None:
    known = sampler_of(json_rows(12)).samples[KEY].structure()
    assert len(sampler_of(json_rows(rows, "employer", read=False)).changes({KEY: known})) == found


def test_a_rare_field_needs_many_rows() -> None:
    def rows(share: float, number: int) -> Structure:
        sampled = [
            (
                {"id": n, "pay": 9} if n < share * number else {"id": n},
                JobPosting(salary_text="9" if n < share * number else None),
            )
            for n in range(number)
        ]
        return sampler_of(sampled).samples[KEY].structure()

    old = rows(0.1, 300)
    assert changes("listing", "api", old, rows(0, 12)) == []
    assert [change.field for change in changes("listing", "api", old, rows(0, 90))] == ["salary_text"]


def card(kind: str, number: int) -> Any:
    html = (
        f'<ul><li class="card"><h3 class="card__name">Welder {number}</h3>'
        f'<span class="{kind}">Ironworks {number}</span></li></ul>'
    )
    return LexborHTMLParser(html).css_first("li")


def test_a_renamed_class_names_field_old_and_new() -> None:
    good = [(card("firm", n), JobPosting(title=f"Welder {n}", company=f"Ironworks {n}")) for n in range(6)]
    bad = [(card("employer-name", n), JobPosting(title=f"Welder {n}")) for n in range(6)]
    known = sampler_of(good).samples[KEY].structure()
    [change] = sampler_of(bad).changes({KEY: known})
    assert (change.field, change.old, change.new) == ("company", "span.firm", "span.employer-name")


def test_a_page_without_rows_names_the_container_that_is_gone() -> None:
    def body(name: str) -> bytes:
        return json.dumps({"total": 2, name: [{"id": 1, "title": "x"}]}).encode()

    known = sampler_of(json_rows(3), body("jobs")).samples[KEY].structure()
    sampler = Sampler(1 << 20)
    sampler.page("listing", None, Page("https://jobs.example/", body("openings")))
    [change] = sampler.changes({KEY: known})
    assert (change.field, change.old, change.new) == (None, "jobs", "openings")
    assert sampler.kept[("listing", UNREAD)].body == body("openings")


def test_another_page_keeps_next_to_nothing_of_the_usual() -> None:
    usual = b"<html>" + b"".join(b'<div class="k%d">x</div>' % n for n in range(30)) + b"</html>"
    known = sampler_of(json_rows(3), usual).samples[KEY].structure()
    sampler = Sampler(1 << 20)
    sampler.page(
        "listing", None, Page("https://jobs.example/", b'<html><div class="login-form">Sign in</div></html>')
    )
    [change] = sampler.changes({KEY: known})
    assert change.kept < 0.1


def test_a_page_that_is_too_large_is_not_kept() -> None:
    sampler = Sampler(10)
    sampler.page("listing", "api", Page("https://jobs.example/", b"[" + b" " * 20 + b"]"))
    assert sampler.kept == {}


def test_what_is_known_follows_slowly_and_survives_storage() -> None:
    known = sampler_of(json_rows(10)).samples[KEY].structure()
    for _ in range(60):
        known = known.merged(sampler_of(json_rows(10, "employer")).samples[KEY].structure())
    assert known.keys["org.employer"] > 0.75
    assert known.keys.get("org.company", 0.0) < 0.25
    again = Structure.from_json(json.loads(json.dumps(known.to_json() | {"later": 1})))
    assert again == known


@pytest.mark.parametrize(
    "row", [None, 7, "text", [], {}, [1, {"a": 2}], {"a": {"b": {"c": {"d": {"e": {"f": 1}}}}}}]
)
def test_odd_rows_are_looked_at_without_harm(row: Any) -> None:
    assert isinstance(row_keys(row), dict)


@pytest.mark.parametrize(
    "body", [b"", b"{", b"<", b"\xff\xfe\x00", b"<?xml version='1.0'?><rss><item/></rss>", b"[[[[[]]]]]"]
)
def test_odd_pages_are_looked_at_without_harm(body: bytes) -> None:
    assert page_marks(Page("https://jobs.example/", body)) is not None
