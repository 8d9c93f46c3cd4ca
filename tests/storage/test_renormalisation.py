from __future__ import annotations

import asyncio
import json
import signal
import subprocess
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest

from jobspiders.items import JobPosting, Location, Salary
from jobspiders.normalise.posting import NORMALISER_VERSION, normalise
from jobspiders.storage.errors import DatabaseError
from jobspiders.storage.records import Counts
from jobspiders.storage.renormalisation import Report, UnknownBoardError, Wanted, renormalise
from tests.shared import unmeasured
from tests.storage.crawling import BOARD, config, crawl, crawl_record, day, posting, rows, value

ROOT = Path(__file__).resolve().parents[2]
#: Values as an earlier version of the normalisers may have left them.
SPOILED = """
UPDATE postings SET normaliser_version = 0, country = NULL, countries = '{}', locations = '[]', seniority = 'intern',
    skills = '{}', salary_min = 1, salary_max = 1, salary_annual_min = 1, salary_annual_max = 1, value_hash = 0,
    experience_min = NULL, workplace = NULL
"""


def texts(number: int, when: datetime | None = None, **values: Any) -> JobPosting:
    """A posting of which all but the title is still to be read."""
    said = {
        "title": f"Senior Gardener {number}",
        "location_text": "Lyon, France",
        "locations": [],
        "description": None,
        "description_html": "<p>You write Python and SQL for our greenhouses.</p><ul><li>5+ years of experience"
        "</li></ul><p>The salary is €50,000 - €60,000 per year. This is a hybrid role.</p>",
        "skills": [],
        "derived": [],
        **values,
    }
    return posting(number, when or day(0), **said)


def normalised(number: int, when: datetime | None = None, **values: Any) -> JobPosting:
    """As ``texts``, with its values."""
    item = texts(number, when, **values)
    assert item.fetched_at is not None
    return normalise(item, now=item.fetched_at, count=lambda _: None)


def run(url: str, *, home_countries: Mapping[str, str] | None = None, **options: Any) -> Report:
    report = Report()
    others = {name: options.pop(name) for name in ("matching", "dry_run") if name in options}
    asyncio.run(
        renormalise(url, Wanted(**options), home_countries=home_countries or {}, report=report, **others)
    )
    return report


def stored(url: str) -> list[dict[str, Any]]:
    """All that a posting has but the clock's columns, by id."""
    return rows(url, "SELECT * FROM postings ORDER BY id")


def test_values_of_an_earlier_version_are_derived_anew(database_url: str, tmp_path: Path) -> None:
    crawl(config(database_url, tmp_path), [normalised(n) for n in range(3)])
    good = stored(database_url)
    value(database_url, "UPDATE postings SET row_hash = 'h'")
    assert good[0]["normaliser_version"] == NORMALISER_VERSION
    assert (good[0]["country"], good[0]["seniority"], good[0]["salary_max"]) == ("FR", "senior", 60000)
    value(database_url, SPOILED)
    report = run(database_url)
    assert (report.due, report.read, report.changed) == (3, 3, 3)
    assert report.filled == {"locations": 3, "skills": 3, "experience": 3, "workplace": 3}
    assert report.replaced == {"seniority": 3, "salary": 3}
    assert stored(database_url) == good
    assert run(database_url) == Report()


def test_postings_from_before_versions_were_kept_are_due(database_url: str, tmp_path: Path) -> None:
    crawl(config(database_url, tmp_path), [normalised(1)])
    value(database_url, "UPDATE postings SET normaliser_version = NULL")
    assert run(database_url).read == 1


def test_stated_values_and_texts_stay(database_url: str, tmp_path: Path) -> None:
    item = normalised(
        1,
        locations=[Location("Lyon", country="FR", region="Rhône")],
        workplace="onsite",
        seniority="lead",
        skills=["Pruning"],
        language="sv",
        salary=Salary(40000, 45000, "SEK", "month"),
        description="Seven years of experience in Python, remote.",
    )
    assert item.derived == [
        "locations[0].city",
        "locations[0].latitude",
        "locations[0].longitude",
        "experience",
    ]
    crawl(config(database_url, tmp_path), [item])
    before = stored(database_url)
    value(
        database_url,
        """UPDATE postings SET normaliser_version = 0, salary_annual_max = 1, value_hash = 0, experience_min = 3,
           locations = jsonb_set(locations, '{0,city}', '"Nowhere"')""",
    )
    report = run(database_url)
    assert report.replaced == {"locations": 1, "salary": 1, "experience": 1}
    assert stored(database_url) == before


def test_pay_of_a_text_field_keeps_its_source(database_url: str, tmp_path: Path) -> None:
    items = [
        normalised(1, salary_text="$50 - $60 an hour"),
        normalised(2, salary=Salary(text="£30,000 a year", source="estimated")),
    ]
    crawl(config(database_url, tmp_path), items)
    before = stored(database_url)
    assert [row["salary_source"] for row in before] == ["stated", "estimated"]
    value(database_url, "UPDATE postings SET normaliser_version = 0")
    assert run(database_url).changed == 0
    assert stored(database_url) == before


def test_no_version_is_made_and_the_next_crawl_sees_nothing_changed(
    database_url: str, tmp_path: Path
) -> None:
    storage = config(database_url, tmp_path)
    crawl(storage, [normalised(n) for n in range(3)])
    value(database_url, SPOILED)
    value(database_url, "UPDATE postings SET description = 'As it was read before', content_hash = '\\x00'")
    assert run(database_url).replaced["description"] == 3
    assert value(database_url, "SELECT count(*) FROM posting_versions") == 0
    again = crawl(storage, [normalised(n, day(1)) for n in range(3)], crawl_record(day(1)))
    assert again == Counts(unchanged=3)
    assert value(database_url, "SELECT max(version) FROM postings") == 1
    assert value(database_url, "SELECT count(*) FROM search_postings('greenhouses')") == 3


def test_names_of_several_places_are_read_as_the_crawl_read_them(database_url: str, tmp_path: Path) -> None:
    def at(number: int, country: str, **values: Any) -> JobPosting:
        item = texts(number, location_text="Valencia", **values)
        assert item.fetched_at is not None
        return normalise(item, now=item.fetched_at, count=lambda _: None, country=country)

    asked = crawl_record(arguments={"country": "VE"})
    crawl(config(database_url, tmp_path), [at(1, "VE")], asked)
    crawl(config(database_url, tmp_path), [at(2, "ES", board="plazas")])
    before = stored(database_url)
    assert [row["country"] for row in before] == ["VE", "ES"]
    value(database_url, SPOILED)
    run(database_url, home_countries={"plazas": "ES"})
    assert [row["country"] for row in stored(database_url)] == ["VE", "ES"]


def test_what_matching_reads_is_matched_again(database_url: str, tmp_path: Path) -> None:
    text = " ".join(f"The greenhouse of Lyon has a task number {n} for you, every week." for n in range(30))
    items = [
        normalised(1, board=board, description=text, description_html=None) for board in ("alpha", "beta")
    ]
    items[1].locations = [Location("Lyon, France", "Lima", None, "PE")]
    crawl(config(database_url, tmp_path), items)
    assert value(database_url, "SELECT count(DISTINCT job_id) FROM postings") == 2
    value(database_url, "UPDATE postings SET normaliser_version = 0")
    assert run(database_url).replaced == {"locations": 1}
    assert value(database_url, "SELECT count(DISTINCT job_id) FROM postings") == 1
    places = rows(database_url, "SELECT places FROM posting_signatures")
    assert places[0] == places[1]


def test_without_matching_no_signature_is_made(database_url: str, tmp_path: Path) -> None:
    crawl(config(database_url, tmp_path, matching=False), [normalised(1)])
    value(database_url, SPOILED)
    assert run(database_url, matching=False).changed == 1
    assert value(database_url, "SELECT count(*) FROM posting_signatures") == 0


def test_board_limit_and_all(database_url: str, tmp_path: Path) -> None:
    crawl(config(database_url, tmp_path), [normalised(n) for n in range(5)] + [normalised(1, board="other")])
    assert run(database_url).read == 0
    assert run(database_url, every=True).read == 6
    value(database_url, "UPDATE postings SET normaliser_version = 0")
    assert run(database_url, boards=("other",)).read == 1
    assert run(database_url, limit=2).due == 2
    assert run(database_url, boards=(BOARD,), limit=100).read == 3
    with pytest.raises(UnknownBoardError, match="'othre'"):
        run(database_url, boards=("othre",))


def test_dry_run_tells_and_changes_nothing(database_url: str, tmp_path: Path) -> None:
    crawl(config(database_url, tmp_path), [normalised(1)])
    value(database_url, SPOILED)
    before = stored(database_url)
    assert run(database_url, dry_run=True).changed == 1
    assert stored(database_url) == before


def test_no_tables_is_said_in_one_line(empty_database_url: str) -> None:
    with pytest.raises(DatabaseError, match="no tables yet"):
        run(empty_database_url)


def test_what_a_crawl_writes_meanwhile_is_not_undone(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The row changes after it was read and before it is written: it is read once more."""
    crawl(config(database_url, tmp_path), [normalised(n) for n in range(2)])
    value(database_url, SPOILED)
    storage = config(database_url, tmp_path / "other")
    newer = normalised(1, day(1), title="Junior Gardener", location_text="Oslo, Norway")
    newer.normaliser_version = 0
    written = False

    async def crawl_first(cursor: Any) -> None:
        nonlocal written
        if not written:
            written = True
            await asyncio.to_thread(crawl, storage, [newer], crawl_record(day(1)))

    monkeypatch.setattr("jobspiders.storage.renormalisation.jobs.lock", crawl_first)
    report = run(database_url)
    assert (report.read, report.busy) == (2, 0)
    row = rows(database_url, "SELECT * FROM postings WHERE external_id = '1'")[0]
    assert (row["title"], row["country"], row["seniority"]) == ("Junior Gardener", "NO", "junior")


def test_a_killed_run_goes_on_where_it_was(database_url: str, tmp_path: Path) -> None:
    crawl(config(database_url, tmp_path, batch_size=500), [normalised(n) for n in range(700)])
    value(database_url, SPOILED)
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.storage.renormalising", database_url],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env=unmeasured(),
    )
    assert process.stdout is not None
    for line in process.stdout:
        if json.loads(line)["read"] >= 200:
            process.send_signal(signal.SIGKILL)
            break
    process.wait(timeout=30)
    process.stdout.close()
    left = value(database_url, "SELECT count(*) FROM postings WHERE normaliser_version = 0")
    assert 0 < left <= 500
    report = run(database_url)
    assert (report.due, report.read) == (left, left)
    assert value(database_url, "SELECT count(*) FROM postings WHERE country = 'FR'") == 700
    assert value(database_url, "SELECT count(*) FROM posting_versions") == 0


def test_crawls_that_write_at_the_same_time_and_the_run_finish(database_url: str, tmp_path: Path) -> None:
    crawl(config(database_url, tmp_path, batch_size=500), [normalised(n) for n in range(400)])
    value(database_url, SPOILED)

    async def both() -> tuple[Report, Counts]:
        report = Report()
        at_once = crawl_record(day(1))
        storage = config(database_url, tmp_path / "other", batch_size=20)
        again = [normalised(n, day(1), title=f"Junior Gardener {n}") for n in reversed(range(400))]
        counts, _ = await asyncio.gather(
            asyncio.to_thread(crawl, storage, again, at_once),
            renormalise(database_url, Wanted(), home_countries={}, report=report),
        )
        return report, counts

    report, counts = asyncio.run(both())
    assert counts == Counts(changed=400)
    assert report.busy == 0
    found = rows(database_url, "SELECT DISTINCT seniority, country, normaliser_version FROM postings")
    assert found == [{"seniority": "junior", "country": "FR", "normaliser_version": NORMALISER_VERSION}]


def test_the_clock_of_a_posting_is_that_of_its_last_sight(database_url: str, tmp_path: Path) -> None:
    crawl(config(database_url, tmp_path), [normalised(1, valid_through=datetime(2026, 4, 1, tzinfo=UTC))])
    before = value(database_url, "SELECT quality FROM postings")
    value(database_url, "UPDATE postings SET normaliser_version = 0")
    run(database_url)
    assert value(database_url, "SELECT quality FROM postings") == before


def test_a_lost_database_is_said_in_one_line(database_url: str, tmp_path: Path) -> None:
    crawl(config(database_url, tmp_path), [normalised(1)])
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("ALTER TABLE postings DROP COLUMN normaliser_version CASCADE")
    with pytest.raises(DatabaseError, match="refused"):
        run(database_url)
