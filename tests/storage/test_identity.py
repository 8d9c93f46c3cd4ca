from __future__ import annotations

import uuid
from pathlib import Path

from jobspiders.storage.identity import FILE, crawl_id, forget


def test_a_job_directory_keeps_its_crawl_until_it_has_finished(tmp_path: Path) -> None:
    job = tmp_path / "job"
    first = crawl_id(job)
    assert crawl_id(str(job)) == first == str(uuid.UUID(first))
    forget(job)
    assert crawl_id(job) != first
    forget(tmp_path / "none")
    forget(None)


def test_without_a_directory_and_with_a_damaged_file_the_crawl_is_new(tmp_path: Path) -> None:
    assert crawl_id(None) != crawl_id(None)
    (tmp_path / FILE).write_text("no uuid")
    made = crawl_id(tmp_path)
    assert crawl_id(tmp_path) == made
