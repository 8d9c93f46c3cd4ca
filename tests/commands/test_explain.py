from __future__ import annotations

from pathlib import Path

import pytest

from tests.commands.in_process import CommandRunner
from tests.storage.crawling import config, crawl, posting


@pytest.fixture
def scrapy(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> CommandRunner:
    return CommandRunner(monkeypatch, capsys)


def test_an_address_may_be_written_as_people_copy_it(
    scrapy: CommandRunner, database_url: str, tmp_path: Path
) -> None:
    crawl(config(database_url, tmp_path), [posting(1)])
    done = scrapy("explain", "http://www.jobs.example/1/?utm_source=mail#top", DATABASE_URL=database_url)
    assert (done.code, done.errors) == (0, "")
    assert done.output.splitlines()[0] == "Gardener 1, Lindgren & Söhne (exampleboard 1)"
    assert done.output.splitlines()[1].endswith(", no other posting")


def test_an_address_of_many_postings_is_said(
    scrapy: CommandRunner, database_url: str, tmp_path: Path
) -> None:
    shared = "https://careers.example/apply"
    crawl(config(database_url, tmp_path), [posting(1, apply_url=shared), posting(2, apply_url=shared)])
    done = scrapy("explain", shared, DATABASE_URL=database_url)
    assert done.output.startswith(f"2 postings are stored under {shared}; this is about the first\n")


@pytest.mark.parametrize("words", [(), ("a", "b", "c")])
def test_one_address_or_two_are_wanted(scrapy: CommandRunner, words: tuple[str, ...]) -> None:
    done = scrapy("explain", *words)
    assert done.code == 2
    assert "name the address of one posting or two" in done.output + done.errors


def test_what_is_not_there_is_one_line(
    scrapy: CommandRunner, database_url: str, empty_database_url: str
) -> None:
    done = scrapy("explain", "nonsense", DATABASE_URL=database_url)
    assert (done.code, done.errors) == (1, "scrapy explain: no posting is stored under nonsense\n")
    done = scrapy("explain", "nonsense", DATABASE_URL=empty_database_url)
    assert done.code == 1
    assert done.errors.endswith("holds no postings yet\n")
    done = scrapy("explain", "nonsense", DATABASE_URL="postgresql://nobody@127.0.0.1:9/none")
    assert done.code == 1
    assert done.errors.startswith("scrapy explain: cannot connect to nobody@127.0.0.1:9/none")
    assert len(done.errors.splitlines()) == 1
