from __future__ import annotations

from pathlib import Path

import pytest

from jobspiders.storage.errors import DatabaseError
from jobspiders.storage.explanation import explain
from tests.storage.crawling import config, crawl, posting
from tests.storage.test_jobs import rose_gardener


def test_two_postings_are_explained_by_their_addresses(database_url: str, tmp_path: Path) -> None:
    other = posting(1, title="Accountant", description="You keep the books of the estate.")
    crawl(config(database_url, tmp_path), [rose_gardener("alpha", "1"), rose_gardener("beta", "1"), other])
    said = explain(database_url, "https://alpha.example/1", "https://beta.example/1")
    assert said[0] == "Rose Gardener, Lindgren & Söhne (alpha 1)"
    assert said[2].startswith("stored as one job; compared: duplicate, score 0.9")
    assert len(said) > 3
    said = explain(database_url, "https://alpha.example/1", "https://jobs.example/1")
    assert said[2].startswith("stored as two jobs; compared: different")
    assert "other title" in said[3]


def test_one_posting_is_explained_beside_the_others_of_its_job(database_url: str, tmp_path: Path) -> None:
    crawl(config(database_url, tmp_path), [rose_gardener("alpha", "1"), rose_gardener("beta", "1")])
    said = explain(database_url, "https://alpha.example/1", None)
    assert said[1].endswith(", 1 other posting")
    assert any("(beta 1)" in line for line in said)


def test_what_is_not_stored_is_said_in_one_line(database_url: str) -> None:
    with pytest.raises(DatabaseError, match=r"^no posting is stored under https://alpha\.example/1$"):
        explain(database_url, "https://alpha.example/1", None)
