"""Captured pages of real boards, read as a crawl would read them."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from jobspiders.bases.saved_pages import SavedReading, read_saved
from jobspiders.items import JobPosting
from jobspiders.pipelines.validation import rejection_reason
from tests.boards.cases import boards, spider_class
from tests.shared import SHARED, shared_path

pytestmark = pytest.mark.corpus

#: Names of the captures' boards that are called otherwise here.
BOARD_NAMES = {"hn": "hackernews", "yc_workatastartup": "workatastartup", "jsonld": "careersite"}
STAGES = {"list", "search", "detail", "rss", "api"}
#: Files of which another number of postings is right than the index says: that number and the reason.
EXCEPTIONS: dict[str, tuple[int, str]] = {
    "ashby/board.json": (4, "one of the five is unlisted: for those who have its address only"),
    "usajobs/json_shape.json": (2, "it holds two rows, made by hand"),
    "usajobs/json_shape-2.json": (2, "it holds two rows, made by hand"),
    "usajobs/legacy_feed.xml": (0, "an XML feed of 2012 that no longer exists, not the search API"),
    "usajobs/recruiting_sample.xml": (0, "an XML feed of 2013 that no longer exists, not the search API"),
    "weworkremotely/html_search.html": (
        243,
        "of its 246 elements two are adverts and one is a posting again",
    ),
    "workday/nvidia_like_large.json": (12, "made for another program's tests: several answers in one object"),
}


@dataclass(frozen=True)
class Capture:
    """A line of the captures' index."""

    board: str
    page: str
    file: str
    url: str | None
    postings: int | None


def captures() -> Iterator[Capture]:
    """The captured pages of boards that we have."""
    index = SHARED / "corpus" / "index.jsonl"
    if not index.is_file():
        return
    for line in index.read_text(encoding="utf-8").splitlines():
        row: dict[str, Any] = json.loads(line)
        board = BOARD_NAMES.get(row["board"], row["board"])
        if board in boards() and row["page"] in STAGES and row.get("verdict") != "schema":
            count = str(row.get("postings", ""))
            url = row.get("url") or ""
            known = url if url.startswith("http") and "{" not in url and " " not in url else None
            yield Capture(board, row["page"], row["file"], known, int(count) if count.isdigit() else None)


@cache
def readings(capture: Capture) -> list[SavedReading]:
    kind = spider_class(capture.board)
    spider = kind(arguments=kind.arguments_type())
    return read_saved(spider, Path(shared_path("corpus", capture.file)).read_bytes(), capture.url)


def postings(capture: Capture) -> list[JobPosting]:
    return [posting for reading in readings(capture) for posting in reading.postings]


ALL = [pytest.param(capture, id=capture.file) for capture in captures()]


@pytest.mark.parametrize("capture", ALL)
def test_corpus_counts(capture: Capture) -> None:
    found = len(postings(capture)) + sum(len(reading.rejected) for reading in readings(capture))
    expected, _ = EXCEPTIONS.get(capture.file, (capture.postings, ""))
    assert expected is None or found == expected


@pytest.mark.parametrize("capture", ALL)
def test_corpus_postings_have_ids_titles_and_addresses(capture: Capture) -> None:
    found = postings(capture)
    ids = [posting.external_id for posting in found]
    assert len(ids) == len(set(ids))
    invalid = [posting for posting in found if rejection_reason(posting) not in (None, "title is missing")]
    assert invalid == []


def test_corpus_share_read() -> None:
    shared_path("corpus")
    counted = [capture for capture in captures() if capture.postings is not None]
    right = {
        capture.file: EXCEPTIONS.get(capture.file, (capture.postings or 0, ""))[0] for capture in counted
    }
    wanted = sum(right.values())
    read = sum(min(len(postings(capture)), right[capture.file]) for capture in counted)
    assert read / wanted >= 0.995


def coverage() -> dict[str, dict[str, float]]:
    """Per board the share of postings that have each field, as the board says it."""
    by_board: dict[str, list[JobPosting]] = defaultdict(list)
    for capture in captures():
        by_board[capture.board] += postings(capture)
    fields = ("company", "location_text", "date_posted", "description_html", "salary", "salary_text")
    return {
        board: {"postings": len(found)}
        | {name: sum(bool(getattr(posting, name)) for posting in found) / len(found) for name in fields}
        for board, found in sorted(by_board.items())
        if found
    }


def test_corpus_coverage_is_told(record_property: Any) -> None:
    shared_path("corpus")
    for board, shares in coverage().items():
        record_property(board, shares)
        assert shares["location_text"] + shares["company"] + shares["date_posted"] > 0, board
