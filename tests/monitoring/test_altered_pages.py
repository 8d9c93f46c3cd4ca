"""Captured pages of real boards, altered as boards alter theirs: outcome and finding are right for each."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import orjson
import pytest
from scrapy.http import Response

from jobspiders.bases.reading import PageReading, read_response
from jobspiders.bases.saved_pages import response_of
from jobspiders.monitoring.figures import CrawlFigures, History
from jobspiders.monitoring.findings import Finding
from jobspiders.monitoring.judgement import judge
from jobspiders.monitoring.sampling import UNREAD, Sampler
from jobspiders.monitoring.structure import Structure
from jobspiders.monitoring.thresholds import Thresholds
from jobspiders.normalise.posting import normalise
from jobspiders.parsing.saved import answers_in
from jobspiders.pipelines.validation import rejection_reason
from jobspiders.storage.coverage import COVERED
from tests.boards.cases import spider_class
from tests.boards.test_corpus import Capture, captures
from tests.shared import shared_path

pytestmark = pytest.mark.corpus

NOW = datetime(2026, 9, 20, 8, tzinfo=UTC)
NEW = "renamedThing"
#: A page of fewer postings has too little to be altered field by field.
FEW = 3
FIELDS = ("title", "company", "location_text", "date_posted", "salary_text", "salary")


@dataclass
class Crawled:
    """A page as a crawl would have left it."""

    figures: CrawlFigures
    sampler: Sampler
    reading: PageReading


@dataclass(frozen=True)
class Alteration:
    """A changed page, and what was changed."""

    what: str
    field: str
    path: str
    body: bytes


def crawl(capture: Capture, page: Response, at: datetime) -> Crawled:
    kind = spider_class(capture.board)
    spider = kind(arguments=kind.arguments_type())
    spider.frozen_now = at
    sampler = Sampler(1 << 20)
    spider.sampler = sampler
    reading = read_response(spider, page)
    good, rejected, coverage = 0, len(reading.rejected), dict.fromkeys(COVERED, 0)
    for posting in reading.postings:
        normalise(posting, now=at, count=lambda stat: None)
        if rejection_reason(posting) is not None:
            rejected += 1
            continue
        good += 1
        for name in COVERED:
            coverage[name] += getattr(posting, name) not in (None, "", [])
    stats: dict[str, Any] = {"rows/unreadable": len(reading.rejected)}
    for (stage, source), sample in sampler.samples.items():
        if source != UNREAD:
            stats[f"{stage}/source/{source}"] = sample.pages
    figures = CrawlFigures(
        crawl_id=f"{at:%d%H%M%S}",
        board=capture.board,
        started_at=at,
        finished_at=at,
        outcome=reading.outcome,
        finish_reason="finished",
        postings=good,
        rejected=rejected,
        responses=1,
        requests=1,
        scopes={reading.outcome: 1},
        coverage=coverage | {"postings": good},
        stats=stats,
        evidence={reading.outcome: reading.evidence} if reading.evidence else {},
    )
    return Crawled(figures, sampler, reading)


@cache
def usual(capture: Capture) -> tuple[Response, Crawled, dict[tuple[str, str], Structure], History] | None:
    """The page as it is, and what a week of it teaches; None for one that cannot be read."""
    kind = spider_class(capture.board)
    answers = answers_in(Path(shared_path("corpus", capture.file)).read_bytes())
    pages = [response_of(answer, answer.url or capture.url or kind.homepage) for answer in answers]
    if len(pages) != 1:
        return None
    made = crawl(capture, pages[0], NOW - timedelta(days=1))
    if made.figures.outcome != "ok":
        return None
    known = {key: sample.structure() for key, sample in made.sampler.samples.items()}
    week = [replace(made.figures, started_at=NOW - timedelta(days=day)) for day in range(14, 0, -1)]
    return pages[0], made, known, History(week)


def judged(capture: Capture, body: bytes) -> tuple[Crawled, list[Finding]]:
    made = usual(capture)
    assert made is not None
    page, _, known, history = made
    crawled = crawl(capture, page.replace(body=body), NOW)
    figures = replace(crawled.figures, layout_changes=tuple(crawled.sampler.changes(known)))
    found = judge(figures, history, Thresholds())
    return crawled, [finding for finding in found if finding.severity == "error"]


def renamed(body: bytes, path: str) -> bytes | None:
    """``body`` with the last key of a path, or the class of an element, called otherwise; None where it has none."""
    element = re.fullmatch(r"[\w-]+\.([\w-]+)(?:@[\w-]+)?", path)
    last = path.split("@")[0].replace("[]", "").rpartition(".")[2]
    key = re.compile(rb'(\\?")' + re.escape(last.encode()) + rb'(\\?"\s*:)')
    tag = re.compile(rb"(</?)" + re.escape(last.encode()) + rb"([\s/>])")
    if key.search(body):
        return key.sub(rb"\g<1>" + NEW.encode() + rb"\g<2>", body)
    if element is not None:
        name = re.compile(
            rb"""(class\s*=\s*["'](?:[^"'<>]*\s)?)""" + re.escape(element[1].encode()) + rb"""(?=[\s"'])"""
        )
        if name.search(body):
            return name.sub(rb"\g<1>" + NEW.encode(), body)
    return (
        tag.sub(rb"\g<1>" + NEW.encode() + rb"\g<2>", body) if body[:1] == b"<" and tag.search(body) else None
    )


def alterations(capture: Capture) -> Iterator[Alteration]:
    made = usual(capture)
    if made is None or made[1].figures.postings < FEW:
        return
    page, _, known, _ = made
    for (_, source), structure in known.items():
        if source == UNREAD or not structure.rows:
            continue
        for name in FIELDS:
            if structure.present.get(name, 0.0) < 0.8:
                continue
            for path, share in list(structure.origins.get(name, {}).items())[:2]:
                body = renamed(page.body, path) if share >= 0.8 else None
                if body is not None:
                    yield Alteration("renamed", name, path, body)


def lost_fields(before: CrawlFigures, after: CrawlFigures) -> set[str]:
    """The fields that half of all postings had, and few have now."""

    def share(figures: CrawlFigures, name: str) -> float:
        return figures.coverage[name] / figures.postings

    return {
        name
        for name in COVERED
        if share(before, name) >= 0.5 and share(after, name) < 0.3 * share(before, name)
    }


LISTS = [capture for capture in captures() if capture.page in ("list", "search", "rss", "api")]


EACH = pytest.mark.parametrize("capture", [pytest.param(capture, id=capture.file) for capture in LISTS])


@EACH
def test_renamed_keys_and_classes(capture: Capture) -> None:
    for alteration in alterations(capture):
        made = usual(capture)
        assert made is not None
        crawled, errors = judged(capture, alteration.body)
        told = f"{alteration.field} at {alteration.path}: {crawled.figures.outcome}, {errors}"
        if crawled.figures.postings == 0:
            assert [finding.kind for finding in errors] == ["layout"], told
        elif crawled.figures.postings >= 5 and (lost := lost_fields(made[1].figures, crawled.figures)):
            assert errors, f"{told}; lost {lost}"
            assert errors[0].kind == "layout", told
            named = {errors[0].field, *errors[0].numbers.get("fields", ())}
            assert lost & named or errors[0].field is None, told
            assert errors[0].new is None or NEW in errors[0].new or errors[0].field is None, told
        else:
            # what is read from elsewhere is no trouble, unless that is a poorer source or serves fewer postings
            assert all(finding.kind in ("layout", "coverage") for finding in errors), told
            for finding in errors:
                assert finding.kind == "layout" or finding.numbers["now"] < 0.7 * finding.numbers["usual"], (
                    told
                )


def emptied(body: bytes) -> bytes | None:
    """A JSON answer whose longest list has nothing in it."""
    try:
        answer = orjson.loads(body)
    except orjson.JSONDecodeError:
        return None
    lists: list[tuple[int, Any, Any]] = []

    def walk(value: Any, depth: int) -> None:
        if depth > 4:
            return
        items = value.items() if isinstance(value, dict) else ()
        for key, inner in items:
            if isinstance(inner, list) and inner and isinstance(inner[0], dict):
                lists.append((len(inner), value, key))
            walk(inner, depth + 1)

    walk(answer, 0)
    if isinstance(answer, list):
        return b"[]"
    if not lists:
        return None
    _, holder, key = max(lists, key=lambda item: item[0])
    holder[key] = []
    return orjson.dumps(answer)


#: Made for another program's tests: several answers in one object, which no crawl can read.
SEVERAL_IN_ONE = "workday/nvidia_like_large.json"


def json_lists() -> Iterator[Capture]:
    """The captures of one page that holds a JSON list."""
    for capture in LISTS:
        answers = answers_in(Path(shared_path("corpus", capture.file)).read_bytes())
        if len(answers) == 1 and capture.file != SEVERAL_IN_ONE and emptied(answers[0].body) is not None:
            yield capture


@pytest.mark.parametrize("capture", [pytest.param(capture, id=capture.file) for capture in json_lists()])
def test_emptied_lists(capture: Capture) -> None:
    made = usual(capture)
    assert made is not None
    body = emptied(made[0].body)
    assert body is not None
    crawled, errors = judged(capture, body)
    assert crawled.figures.outcome == "empty"
    # a board of a few postings may have none
    expected = ["no_postings"] if made[1].figures.postings >= 13 else []
    assert [finding.kind for finding in errors] == expected
