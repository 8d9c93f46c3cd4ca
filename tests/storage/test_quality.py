"""The quality of what a day brought: counted once, by day, and shown with everything escaped."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import psycopg
import pytest

from jobspiders.monitoring.quality import QualityDay, together
from jobspiders.monitoring.quality_report import as_html, as_text
from jobspiders.storage.quality import count_day, days_to_count, load_days
from tests.commands.in_process import CommandRunner

DAY = date(2026, 9, 1)
NOON = datetime(2026, 9, 1, 12, tzinfo=UTC)


def store(connection: psycopg.Connection, number: int = 1, **given: Any) -> None:
    """``number`` postings that are sound but for what is given."""
    values = {
        "board": "acme",
        "url": "https://acme.example/1",
        "title": "Clerk",
        "company": "Acme",
        "description": "Files papers.",
        "locations": '[{"city": "Berlin"}]',
        "country": "DE",
        "date_posted": NOON - timedelta(days=2),
        "employment_types": ["FULL_TIME"],
        "quality": 80,
        "first_seen": NOON,
        "last_seen": NOON,
        "content_hash": b"",
        "value_hash": 0,
        **given,
    }
    for _ in range(number):
        row = {"external_id": uuid.uuid4().hex, **values}
        marks = ", ".join(f"%({name})s" for name in row)
        connection.execute(f"INSERT INTO postings ({', '.join(row)}) VALUES ({marks})", row)


def pay(amount: float, currency: str = "EUR") -> dict[str, Any]:
    return {
        "salary_min": amount,
        "salary_max": amount,
        "salary_annual_max": amount,
        "salary_currency": currency,
    }


@pytest.fixture
def connection(database_url: str) -> Any:
    with psycopg.connect(database_url, autocommit=True) as made:
        made.execute("SET timezone = 'UTC'")
        yield made


def test_faults_outliers_copies_and_fields_are_counted(connection: psycopg.Connection) -> None:
    job = uuid.uuid4()
    store(connection, 5)
    store(connection, 2, job_id=job, date_posted=None, company=None)
    store(connection, **pay(12_000_000), title="Manager <b>")
    store(connection, 12, **pay(6_000_000, "JPY"))
    store(connection, **pay(900_000_000, "JPY"))
    store(connection, valid_through=NOON - timedelta(days=1), date_posted=NOON - timedelta(days=400))
    store(connection, location_text="Somewhere", country=None, quality=30)
    store(connection, first_seen=NOON + timedelta(days=1))
    connection.execute(
        "INSERT INTO crawls (id, board, started_at, new, rejected, duplicates) "
        "VALUES (gen_random_uuid(), 'acme', %s, 20, 5, 3)",
        [NOON],
    )
    [found] = count_day(connection, DAY)
    assert found.postings == 23
    assert (found.fields["company"], found.fields["date_posted"], found.fields["description"]) == (21, 21, 23)
    assert found.copies == 1
    assert {name for name, number in found.faults.items() if number} == {"expired", "no_country", "poor"}
    assert {name: number for name, number in found.outliers.items() if number} == {
        "pay_too_high": 2,
        "old": 1,
    }
    assert [example.value for example in found.examples] == ["12000000 EUR a year", "900000000 JPY a year"]
    assert (found.dated, found.fresh) == (21, 20)
    assert (found.seen, found.rejected, found.repeats) == (20, 5, 3)
    assert found.rejection == 0.2
    assert load_days(connection, DAY, DAY) == [found]


def test_a_day_that_is_over_is_counted_once(connection: psycopg.Connection) -> None:
    today = datetime.now(UTC)
    store(connection, first_seen=today - timedelta(days=2))
    last = today.date()
    assert days_to_count(connection, last, 30) == [last - timedelta(days=back) for back in (2, 1, 0)]
    for day in days_to_count(connection, last, 30):
        count_day(connection, day)
    assert last - timedelta(days=2) not in days_to_count(connection, last, 30)
    assert last in days_to_count(connection, last, 30)


def test_only_the_days_postings_are_read(connection: psycopg.Connection) -> None:
    connection.execute(
        "INSERT INTO postings (board, external_id, url, title, content_hash, value_hash, first_seen, last_seen) "
        "SELECT 'acme', n::text, 'https://acme.example/', 'Clerk', '', 0, "
        "timestamptz '2026-01-01' + n * interval '1 hour', now() FROM generate_series(1, 6000) AS n"
    )
    connection.execute("ANALYZE postings")
    from jobspiders.storage.quality import _FIGURES

    bounds = {"start": "2026-03-01 00:00+00", "end": "2026-03-02 00:00+00"}
    plan = "\n".join(row[0] for row in connection.execute(f"EXPLAIN {_FIGURES}", bounds))
    assert "Seq Scan on postings" not in plan


def test_days_add_up() -> None:
    days = [
        QualityDay("a", DAY, 10, fields={"company": 5}, age=1.0, dated=10, quality=50.0),
        QualityDay("a", DAY + timedelta(days=1), 30, fields={"company": 30}, age=3.0, dated=30, quality=90.0),
        QualityDay("b", DAY, 0),
    ]
    first, second = together(days)
    assert (first.postings, first.fields, first.age, first.quality) == (40, {"company": 35}, 2.5, 80.0)
    assert second.completeness is second.validity is second.quality is None


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.links += [value or "" for name, value in attrs if name in ("href", "src")]
        assert not any(name.startswith("on") for name, _ in attrs)


def test_a_page_of_a_board_cannot_put_anything_into_the_report(connection: psycopg.Connection) -> None:
    evil = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
    store(connection, **pay(12_000_000), title=evil, url=f"https://acme.example/{evil}")
    store(connection, **pay(12_000_000), board=evil, url="javascript:alert(1)")
    page = as_html(count_day(connection, DAY), DAY, DAY, NOON)
    tags = Tags()
    tags.feed(page)
    assert not tags.tags & {"script", "img", "link", "iframe"}
    assert all(link.startswith(("#board", "https://acme.example/")) for link in tags.links)


def test_nothing_at_all_is_a_report_too() -> None:
    assert as_text([], DAY, DAY) == "nothing was seen from 2026-09-01 to 2026-09-01"
    assert "nothing was seen" in as_html([], DAY, DAY, NOON)


def test_the_command_reports_and_writes_charts(
    connection: psycopg.Connection,
    database_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    store(connection, 3)
    store(connection, **pay(12_000_000), title="Chief Clerk")
    run = CommandRunner(monkeypatch, capsys)
    environment = {"DATABASE_URL": database_url, "JOBSPIDERS_HOME": str(tmp_path)}
    page = tmp_path / "quality.html"
    done = run("quality", "--until", "2026-09-02", "--days", "3", "--html", str(page), **environment)
    assert (done.code, done.errors) == (0, "")
    assert "12000000 EUR a year: Chief Clerk" in done.output
    assert page.read_text().startswith("<!doctype html>")
    for words in (("--days", "0"), ("--until", "monday"), ("nowhere",), ("--html", "/nowhere/x.html")):
        assert run("quality", *words, **environment).code == 2
