"""How well matching finds the copies of a job, by pairs, on sets it was not made for."""

from __future__ import annotations

import html
import json
import random
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import pytest

from jobspiders.items import JobPosting, Location
from jobspiders.normalise.html import html_to_text
from jobspiders.normalise.location import parse_locations
from tests.matching.invented import Invented
from tests.matching.replay import Replay, precision_and_recall, replay
from tests.matching.variants import Labelled, Variants, with_copies
from tests.shared import shared_path

SHUFFLES = 3


@lru_cache(maxsize=4096)
def _read(text: str) -> tuple[Location, ...]:
    return tuple(parse_locations(text))


def places(text: str) -> list[Location]:
    return list(_read(text))


def measured(items: list[Labelled], seed: int, batch: int) -> tuple[float, float, Replay]:
    """Precision and recall over pairs after a replay in shuffled order."""
    truth = {(item.posting.board, item.posting.external_id): item.job for item in items}
    postings = [item.posting for item in items]
    random.Random(seed).shuffle(postings)
    run = replay(postings, batch)
    return *precision_and_recall(run.clusters(), truth), run


@pytest.fixture(scope="module")
def labelled() -> list[Labelled]:
    rows = shared_path("labelled", "duplicates.jsonl").read_text(encoding="utf-8").splitlines()
    items = []
    for row in map(json.loads, rows):
        said = {key: value for key, value in row.items() if key not in ("cluster", "date_posted")}
        posting = JobPosting(**said, description=html_to_text(row["description_html"]))
        posting.locations = places(row["location_text"]) if row["location_text"] else []
        posting.date_posted = datetime.fromisoformat(row["date_posted"]).replace(tzinfo=UTC)
        items.append(Labelled(posting, row["cluster"], "labelled"))
    return items


@pytest.mark.corpus
def test_labelled_duplicates_are_found_in_any_order(labelled: list[Labelled]) -> None:
    clusters = []
    for seed in range(SHUFFLES):
        precision, recall, run = measured(labelled, seed, (7, 64, 1000)[seed])
        assert precision >= 0.985
        assert recall >= 0.93
        clusters.append(run.clusters())
    assert all(len(each ^ clusters[0]) <= 10 for each in clusters)


@pytest.mark.corpus
def test_other_copies_of_the_labelled_jobs_are_found(labelled: list[Labelled]) -> None:
    bases = [item for item in labelled if item.posting.board == "ats"]
    precision, recall, _ = measured(with_copies(bases, Variants(31, places)), 1, 100)
    assert precision >= 0.985
    assert recall >= 0.93


def _greenhouse(name: str, company: str) -> Iterator[JobPosting]:
    for job in json.loads(shared_path("corpus", "greenhouse", name).read_text(encoding="utf-8"))["jobs"]:
        yield JobPosting(
            board="greenhouse",
            external_id=str(job["id"]),
            url=job["absolute_url"],
            title=job["title"],
            location_text=(job["location"] or {}).get("name"),
            description=html_to_text(html.unescape(job["content"])),
            date_posted=datetime.fromisoformat(job["first_published"]),
            company=company,
            scope=company,
        )


def _lever(name: str, company: str) -> Iterator[JobPosting]:
    rows: list[dict[str, Any]] = json.loads(shared_path("corpus", "lever", name).read_text(encoding="utf-8"))
    for row in rows:
        lists = [f"{part['text']}\n{html_to_text(part['content'])}" for part in row.get("lists", ())]
        texts = [row.get("descriptionPlain") or "", *lists, row.get("additionalPlain") or ""]
        yield JobPosting(
            board="lever",
            external_id=row["id"],
            url=row["hostedUrl"],
            title=row["text"],
            location_text=row["categories"].get("location"),
            description="\n".join(texts),
            date_posted=datetime.fromtimestamp(row["createdAt"] / 1000, UTC),
            company=company,
            scope=company,
        )


@pytest.mark.corpus
def test_copies_of_captured_boards_are_found() -> None:
    postings = [
        *_greenhouse("impact@2026-08-08.json", "Impact"),
        *_greenhouse("takealotgroup@2026-08-08.json", "Takealot Group"),
        *_lever("binance@2026-08-12.json", "Binance"),
        *_lever("mamamoney@2026-08-08.json", "Mama Money"),
        *_lever("moo@2026-08-08.json", "MOO"),
    ]
    for posting in postings:
        posting.locations = places(posting.location_text) if posting.location_text else []
    bases = [Labelled(posting, f"{posting.board}:{posting.external_id}", "base") for posting in postings]
    precision, recall, _ = measured(with_copies(bases, Variants(32, places)), 2, 100)
    assert precision >= 0.985
    assert recall >= 0.93


def test_invented_boards_with_look_alikes_are_told_apart() -> None:
    bases = Invented(33, places, twins=False).companies(10, 20)
    precision, recall, _ = measured(with_copies(bases, Variants(34, places)), 3, 50)
    assert precision >= 0.985
    assert recall >= 0.93


def test_twins_of_one_tenant_are_never_one_job() -> None:
    items = with_copies(Invented(35, places).companies(10, 15), Variants(36, places))
    _, _, run = measured(items, 4, 50)
    for cluster in run.clusters():
        assert sum(board == "greenhouse" for board, _ in cluster) <= 1


def test_every_family_of_copies_is_found() -> None:
    """A family that is lost shows here, where the whole would still look good."""
    items = with_copies(Invented(37, places, twins=False).companies(12, 20), Variants(38, places))
    _, _, run = measured(items, 5, 100)
    job_of = {name: cluster for cluster in run.clusters() for name in cluster}
    by_family: dict[str, list[bool]] = {}
    bases = {item.job: item.posting for item in items if item.posting.board == "greenhouse"}
    for item in items:
        if item.posting.board != "greenhouse":
            base = bases[item.job]
            found = (base.board, base.external_id) in job_of[item.posting.board, item.posting.external_id]
            by_family.setdefault(item.family, []).append(found)
    shares = {family: sum(found) / len(found) for family, found in by_family.items()}
    assert {family for family, share in shares.items() if share < 0.7} == set()


def test_what_a_posting_is_compared_with_does_not_grow_with_the_table() -> None:
    """Each half has jobs of its own, with titles and places that both have."""
    run = Replay()
    compared = []
    for seed in (39, 41):
        items = with_copies(Invented(seed, places).companies(30, 20), Variants(seed + 1, places))
        postings = [item.posting for item in items]
        random.Random(6).shuffle(postings)
        before = run.compared
        for start in range(0, len(postings), 200):
            run.add(postings[start : start + 200])
        compared.append((run.compared - before) / len(postings))
    assert compared[1] <= 1.5 * compared[0]
    assert max(compared) <= 8


def test_an_introduction_that_all_postings_share_is_passed_over() -> None:
    shared = " ".join(f"Our mill {number} has spun wool since {1700 + number}." for number in range(40))
    postings = [
        JobPosting(
            board="lever",
            external_id=str(number),
            url="https://x.example/",
            title=f"Role {chr(97 + number % 26)}{number}",
            company="Harrow Mill",
            scope="harrow",
            description=shared,
        )
        for number in range(200)
    ]
    run = replay(postings, 50)
    assert run.compared / len(postings) <= 2
    assert len(run.clusters()) == 200
