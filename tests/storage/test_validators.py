from __future__ import annotations

import asyncio
from pathlib import Path

from jobspiders.storage.config import StorageConfig
from jobspiders.storage.validators import Validator, load_validators
from tests.storage.crawling import BOARD, config, crawl, crawl_record, day, posting, scope_end


def load(storage: StorageConfig, version: str | None = "1.0", board: str = BOARD) -> dict[str, Validator]:
    return asyncio.run(load_validators(storage, board, version))


def test_the_validators_of_the_last_healthy_crawl(database_url: str, tmp_path: Path) -> None:
    storage = config(database_url, tmp_path)
    assert load(storage) == {}
    url = "https://api.example/lindgren"
    items = [posting(n) for n in range(20)]
    crawl(storage, [*items, scope_end(20, etag='"a"', validator_url=url)])
    assert load(storage) == {"lindgren": Validator(url, '"a"', None)}
    assert load(storage, version="2.0") == {}
    assert load(storage, board="other") == {}

    failed = scope_end(0, day(1), outcome="failed", etag='"b"', validator_url=url)
    collapsed = scope_end(0, day(2), etag='"c"', validator_url=url)
    for number, end in ((1, failed), (2, collapsed)):
        crawl(storage, [end], crawl_record(day(number)))
    assert load(storage)["lindgren"].etag == '"a"'

    again = scope_end(20, day(3), etag=None, last_modified="Thu, 01 Jan 2026 00:00:00 GMT", validator_url=url)
    crawl(storage, [*(posting(n, day(3)) for n in range(20)), again], crawl_record(day(3)))
    assert load(storage)["lindgren"] == Validator(url, None, again.last_modified)


def test_no_tables_and_no_server_mean_no_validators(empty_database_url: str, tmp_path: Path) -> None:
    assert load(config(empty_database_url, tmp_path)) == {}
    assert load(StorageConfig(home=tmp_path / "none")) == {}
