from __future__ import annotations

from importlib import import_module
from pathlib import Path

import psycopg

from jobspiders.items import Location
from jobspiders.storage.migrations.versions import __name__ as versions
from tests.storage.crawling import config, crawl, rows, value
from tests.storage.test_jobs import TEXT, jobs, rose_gardener

#: The tables as they were before.
OLD_TABLES = """
ALTER TABLE posting_signatures ADD exact_keys BIGINT[], ADD loose_keys BIGINT[];
UPDATE posting_signatures SET exact_keys = keys[:2], loose_keys = keys[3:];
ALTER TABLE posting_signatures DROP job_id, DROP first_day, DROP board, DROP external_id, DROP keys;
UPDATE posting_bands SET entry = entry >> 24;
ALTER TABLE posting_bands RENAME entry TO posting_id;
"""
SIGNATURES = """
SELECT to_jsonb(s) - 'keys' AS signature, ARRAY(SELECT unnest(keys) ORDER BY 1) AS keys
FROM posting_signatures s ORDER BY posting_id
"""
BANDS = "SELECT key, entry FROM posting_bands ORDER BY key, entry"


def test_what_was_stored_before_is_marked_as_what_is_stored_now(database_url: str, tmp_path: Path) -> None:
    storage = config(database_url, tmp_path)
    towns = [
        [Location("Bath, UK", "Bath", None, "GB")],
        [Location("Évian", "Évian les Bains", None, "FR")],
        [Location("York, UK", "York", None, "GB"), Location("Bath, UK", "Bath", None, "GB")],
        [Location("Wales", None, "Wales", "GB")],
        [],
    ]
    titles = ["Rose Gardener", "Senior Rose Gardener"]
    crawl(
        storage,
        [
            rose_gardener("alpha", f"{title}{number}", title=title, locations=town)
            for title in titles
            for number, town in enumerate(towns)
        ]
        + [rose_gardener("alpha", "unnamed", company=None, description=f"{TEXT} {TEXT.title()} {TEXT}" * 4)],
    )
    before = rows(database_url, SIGNATURES), rows(database_url, BANDS)
    assert len({row["entry"] % (1 << 24) for row in before[1]}) >= 7
    migration = import_module(f"{versions}.0012_marked_bands")
    with psycopg.connect(database_url) as connection:
        connection.execute(OLD_TABLES)
        connection.execute("DROP INDEX IF EXISTS ix_posting_signatures_job_id")
        for statement in (*migration.BANDS, *migration.SIGNATURES):
            connection.execute(statement)
    assert (rows(database_url, SIGNATURES), rows(database_url, BANDS)) == before
    copy = rose_gardener("beta", "1", title=titles[1], locations=towns[1])
    crawl(storage, [copy])
    found = jobs(database_url)
    assert found["beta:1"] == found[f"alpha:{titles[1]}1"]
    assert value(database_url, "SELECT count(*) FROM posting_signatures") == 12
