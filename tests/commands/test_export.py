from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pyarrow import parquet

from jobspiders.items import Location, Salary
from jobspiders.storage.selection import FIELDS
from tests.commands.in_process import CommandRunner
from tests.conftest import fresh_database
from tests.storage.crawling import BOARD, config, crawl, crawl_record, day, posting, scope_end


@pytest.fixture
def scrapy(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> CommandRunner:
    return CommandRunner(monkeypatch, capsys)


@pytest.fixture(scope="module")
def filled_url(embedded_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Postings 0 to 5: 5 is closed, 4 and 5 are older, 2 changed, 1 is in Germany and asks for Python."""
    with fresh_database(embedded_home) as url:
        fill(url, tmp_path_factory.mktemp("home"))
        yield url


def fill(url: str, home: Path) -> None:
    """Two crawls."""
    storage = config(url, home)
    crawl(storage, [posting(n) for n in (4, 5)] + [scope_end(2)])
    late = day(2)
    items = [posting(n, late) for n in (0, 2, 3, 4)]
    items.append(
        posting(
            1,
            late,
            title="Engineer for irrigation",
            company="Wasserwerk GmbH",
            locations=[Location("Köln", "Köln", None, "DE", 50.9, 6.9)],
            salary=Salary(50000, 60000, "EUR", "year", 50000, 60000, "text", "50-60k"),
            skills=["Python", "SQL"],
            description='Pumps, "quotes",\nnew lines; and commas.',
            raw={"deep": [1, {"a": None}]},
        )
    )
    crawl(storage, [*items, scope_end(5, late)], crawl_record(late))
    renamed = posting(2, late + timedelta(hours=1), title="Head gardener of the greenhouse 2")
    crawl(storage, [renamed], crawl_record(late + timedelta(hours=1)))


def exported(scrapy: CommandRunner, url: str, target: Path, *arguments: str) -> list[dict[str, Any]]:
    """The JSON Lines that the command writes."""
    done = scrapy("export", "-o", str(target), *arguments, DATABASE_URL=url)
    assert done.code == 0, done.errors
    return [json.loads(line) for line in target.read_text().splitlines()]


def test_jsonl_has_every_field_and_the_life_of_the_posting(
    scrapy: CommandRunner, filled_url: str, tmp_path: Path
) -> None:
    records = {
        record["external_id"]: record for record in exported(scrapy, filled_url, tmp_path / "all.jsonl")
    }
    assert sorted(records) == ["0", "1", "2", "3", "4", "5"]
    assert tuple(records["1"]) == FIELDS
    assert records["1"]["salary"]["max"] == 60000
    assert records["1"]["locations"][0]["city"] == "Köln"
    assert records["1"]["raw"] == {"deep": [1, {"a": None}]}
    assert records["5"]["closed_at"] is not None
    assert records["5"]["close_reason"] == "absent"
    assert records["4"]["first_seen"] < records["4"]["last_seen"]
    assert len({record["job_id"] for record in records.values()}) == 6


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("--open",), "01234"),
        (("--board", BOARD), "012345"),
        (("--board", "other"), ""),
        (("--company", "wasserWERK"), "1"),
        (("--company", "100%"), ""),
        (("--country", "de"), "1"),
        (("--country", "DE,SE", "--open"), "01234"),
        (("--skill", "python", "--skill", "sql"), "1"),
        (("--skill", "python", "--skill", "pruning"), ""),
        (("--new-since", "2026-03-02"), "0123"),
        (("--since", "2026-03-02"), "01234"),
        (("--changed-since", "2026-03-02"), "2"),
        (("--changed-since", "2026-03-04"), ""),
        (("--closed-since", "2026-03-02"), "5"),
        (("--closed-since", "2026-03-04"), ""),
        (("--query", "irrigation pumps"), "1"),
        (("--query", "greenhouse -irrigation", "--open"), "0234"),
        (("--limit", "2"), "45"),
    ],
)
def test_filters(
    scrapy: CommandRunner, filled_url: str, tmp_path: Path, arguments: tuple[str, ...], expected: str
) -> None:
    records = exported(scrapy, filled_url, tmp_path / "some.jsonl", *arguments)
    assert "".join(sorted(record["external_id"] for record in records)) == expected


def test_csv_and_parquet_hold_the_same_as_jsonl(
    scrapy: CommandRunner, filled_url: str, tmp_path: Path
) -> None:
    records = exported(scrapy, filled_url, tmp_path / "all.jsonl")
    for name in ("all.csv", "all.parquet"):
        done = scrapy("export", "-o", str(tmp_path / name), DATABASE_URL=filled_url)
        assert (done.code, done.output) == (0, f"6 postings in {tmp_path / name}\n"), done.errors
    with (tmp_path / "all.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["description"] for row in rows] == [record["description"] for record in records]
    assert json.loads(rows[-1]["raw"]) == records[-1]["raw"]
    assert tuple(rows[0]) == FIELDS
    table = parquet.read_table(tmp_path / "all.parquet").to_pylist()
    assert [row["skills"] for row in table] == [record["skills"] for record in records]
    assert [row["locations"] for row in table] == [record["locations"] for record in records]
    assert [row["salary"] for row in table] == [record["salary"] for record in records]
    assert [row["last_seen"].isoformat() for row in table] == [record["last_seen"] for record in records]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "-o FILE"),
        (("-o", "postings.xlsx"), "postings.xlsx"),
        (("-o", "p.jsonl", "--since", "yesterday"), "yesterday"),
        (("-o", "p.jsonl", "--limit", "-1"), "-1"),
        (("-o", "p.jsonl", "--country", "Germany"), "Germany"),
        (("-o", "p.jsonl", "postings"), "postings"),
    ],
)
def test_a_wrong_argument_is_one_line_and_exit_2(
    scrapy: CommandRunner, arguments: tuple[str, ...], said: str
) -> None:
    done = scrapy("export", *arguments, DATABASE_URL="postgresql://nobody@127.0.0.1:1/none")
    assert done.code == 2
    assert said in done.errors.splitlines()[-1]


def test_trouble_with_database_or_file_is_one_line_and_leaves_the_old_file(
    scrapy: CommandRunner, empty_database_url: str, filled_url: str, tmp_path: Path
) -> None:
    target = tmp_path / "kept.jsonl"
    target.write_text("old\n")
    for url in ("postgresql://nobody:secret@127.0.0.1:1/none", empty_database_url):
        done = scrapy("export", "-o", str(target), DATABASE_URL=url)
        assert done.code == 1
        assert len(done.errors.splitlines()) == 1
        assert "secret" not in done.errors
    done = scrapy("export", "-o", str(tmp_path / "no" / "such.csv"), DATABASE_URL=filled_url)
    assert (done.code, len(done.errors.splitlines())) == (1, 1)
    assert target.read_text() == "old\n"
    assert [path.name for path in tmp_path.iterdir() if path.suffix == ".part"] == []
