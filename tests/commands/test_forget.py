from __future__ import annotations

from pathlib import Path

import pytest

from tests.commands.in_process import CommandRunner
from tests.storage.crawling import config, crawl, crawl_record, day, posting, value


@pytest.fixture
def scrapy(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> CommandRunner:
    return CommandRunner(monkeypatch, capsys)


def test_nothing_is_deleted_unasked(scrapy: CommandRunner, database_url: str, tmp_path: Path) -> None:
    crawl(config(database_url, tmp_path), [posting(1)])
    done = scrapy("forget", "https://jobs.example/1", DATABASE_URL=database_url)
    assert done.code == 1
    assert done.output.splitlines() == [
        "1 postings and 0 rejected rows of https://jobs.example/1",
        "  Gardener 1, Lindgren & Söhne (exampleboard 1) https://jobs.example/1",
    ]
    assert done.errors == "nothing was changed; --yes deletes without asking\n"
    assert value(database_url, "SELECT count(*) FROM postings") == 1
    assert value(database_url, "SELECT count(*) FROM suppressions") == 0


def test_deleted_and_kept_out_until_undone(scrapy: CommandRunner, database_url: str, tmp_path: Path) -> None:
    storage = config(database_url, tmp_path)
    crawl(storage, [posting(1), posting(2)])
    home = str(tmp_path / "home")
    done = scrapy(
        "forget", "--company", "Lindgren & Söhne", "--yes", DATABASE_URL=database_url, JOBSPIDERS_HOME=home
    )
    assert done.code == 0
    assert "postings                   2 rows deleted" in done.output
    assert crawl(storage, [posting(1, day(1))], crawl_record(day(1))).rejected == 1
    said = scrapy("explain", "https://jobs.example/1", DATABASE_URL=database_url).errors
    assert said == "scrapy explain: no posting is stored under https://jobs.example/1\n"
    undone = scrapy("forget", "--undo", "--company", "LINDGREN & SÖHNE", DATABASE_URL=database_url)
    assert (undone.code, undone.output[:16]) == (0, "1 entries lifted")
    assert scrapy("forget", "--undo", "--company", "Lindgren & Söhne", DATABASE_URL=database_url).code == 1
    assert crawl(storage, [posting(1, day(2))], crawl_record(day(2))).new == 1


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ((), "name one address or one company: scrapy forget URL, or scrapy forget --company NAME"),
        (("https://a.example/1", "--company", "A"), "name one address or one company"),
        (
            ("Lindgren",),
            "'Lindgren' is no address: give it with https://, or a company's name with --company",
        ),
        (("--company", "Lindgren", "--copies"), "--copies goes with an address"),
        (("--company", "  "), "'  ' names no company"),
    ],
)
def test_mistakes_get_one_line_and_exit_code_2(
    scrapy: CommandRunner, words: tuple[str, ...], expected: str
) -> None:
    done = scrapy("forget", *words)
    assert done.code == 2
    assert done.errors.startswith(f"scrapy: error: {expected}")
    assert len(done.errors.splitlines()) == 1
