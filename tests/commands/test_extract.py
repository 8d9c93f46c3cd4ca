from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from jobspiders.parsing.cassette import interaction, write_cassette
from tests.commands.running import scrapy

JOB = {
    "id": 7,
    "title": "Rigger",
    "absolute_url": "https://job-boards.greenhouse.io/acme/jobs/7",
    "location": {"name": "Hull, UK"},
}


def page(tmp_path: Path, text: str, name: str = "page.html") -> str:
    path = tmp_path / name
    path.write_text(text)
    return str(path)


def test_postings_are_json_lines_and_the_outcome_is_the_last_line(tmp_path: Path) -> None:
    body = json.dumps({"jobs": [JOB, {"id": 8}]})
    ran = scrapy(
        "extract",
        "greenhouse",
        page(tmp_path, body),
        "--url",
        "https://boards-api.greenhouse.io/v1/boards/acme/jobs",
    )
    assert ran.code == 0
    (line,) = ran.out.splitlines()
    posting = json.loads(line)
    assert (posting["external_id"], posting["company"], posting["raw"]) == ("7", "acme", JOB)
    assert posting["locations"][0]["country"] == "GB"
    assert ran.said == ["rejected: title is missing ('8')", "outcome: ok"]


def test_follow_up_requests_are_told(tmp_path: Path) -> None:
    card = {"jobkey": "00000000000000aa", "displayTitle": "Rigger", "company": "Acme"}
    data = {"metaData": {"mosaicProviderJobCardsModel": {"results": [card]}}}
    text = f'<script>window.mosaic.providerData["mosaic-provider-jobcards"]={json.dumps(data)};</script>'
    ran = scrapy("extract", "indeed", page(tmp_path, text), "--no-raw")
    assert json.loads(ran.out)["raw"] is None
    assert "request: GET https://www.indeed.com/viewjob?jk=00000000000000aa" in ran.said
    assert ran.said[-1] == "outcome: ok"


@pytest.mark.parametrize(
    ("text", "words", "outcome"),
    [
        ('{"jobs": []}', [], "outcome: empty"),
        ('{"other": []}', [], "outcome: layout_changed"),
        ('{"jobs": []}', ["--status", "404"], "outcome: not_found"),
        ('{"jobs": []}', ["--status", "429"], "outcome: throttled"),
        (
            "<title>Just a moment...</title><script>window._cf_chl_opt={cRay:'1',cZone:'x'}</script>",
            [],
            "outcome: blocked (cloudflare)",
        ),
    ],
)
def test_the_outcome_tells_empty_blocked_and_changed_apart(
    tmp_path: Path, text: str, words: list[str], outcome: str
) -> None:
    ran = scrapy("extract", "greenhouse", page(tmp_path, text), *words)
    assert ran.said[-1] == outcome
    assert ran.code == (0 if outcome == "outcome: empty" else 1)


def test_a_cassette_is_read_response_by_response(tmp_path: Path) -> None:
    at = datetime(2026, 9, 1, tzinfo=UTC)
    url = "https://boards-api.greenhouse.io/v1/boards/acme/jobs"
    exchanges = [
        interaction("GET", url, body=json.dumps({"jobs": [{**JOB, "id": n}]}).encode(), recorded_at=at)
        for n in (1, 2)
    ]
    path = tmp_path / "cassette.json"
    write_cassette(path, exchanges)
    ran = scrapy("extract", "greenhouse", str(path))
    assert [json.loads(line)["external_id"] for line in ran.out.splitlines()] == ["1", "2"]
