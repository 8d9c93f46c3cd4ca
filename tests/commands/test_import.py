from __future__ import annotations

import json
from pathlib import Path

import psycopg

from tests.commands.running import scrapy


def test_rows_go_through_the_same_pipelines(database_url: str, tmp_path: Path) -> None:
    rows = [
        {
            "board": "elsewhere",
            "external_id": "1",
            "url": "https://example.com/1",
            "title": "Rigger",
            "location_text": "Hull, UK",
            "salary_text": "£30,000 a year",
            "cluster": "c",
        },
        {"board": "elsewhere", "external_id": "1", "url": "https://example.com/1", "title": "Rigger"},
        {"board": "elsewhere", "external_id": "2", "url": "https://example.com/2"},
    ]
    file = tmp_path / "rows.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in rows) + "no json\n")
    environment = {"DATABASE_URL": database_url, "JOBSPIDERS_HOME": str(tmp_path / "home")}
    ran = scrapy("import", str(file), "-L", "ERROR", environment=environment)
    assert ran.code == 0, ran.err
    head, figures = ran.out.strip().splitlines()
    told = dict(zip(head.split(), figures.split(), strict=True))
    assert (told["new"], told["rejected"], told["duplicates"], told["outcome"]) == ("1", "2", "1", "ok")
    with psycopg.connect(database_url) as connection:
        stored = connection.execute(
            "SELECT board, locations->0->>'country', salary_min, salary_currency, raw->>'cluster' FROM postings"
        ).fetchall()
        reasons = connection.execute("SELECT reason FROM rejected_postings ORDER BY reason").fetchall()
    assert [(*row[:2], float(row[2]), *row[3:]) for row in stored] == [
        ("elsewhere", "GB", 30000.0, "GBP", "c")
    ]
    assert reasons == [("no JSON object: line 4",), ("title is missing",)]
