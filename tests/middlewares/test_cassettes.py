from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

from scrapy import Request, Spider
from scrapy.http import HtmlResponse, JsonRequest, TextResponse
from scrapy.settings import Settings

from jobspiders.middlewares.cassettes import CassetteStorage
from jobspiders.parsing.cassette import interaction, write_cassette

AT = datetime(2026, 9, 1, 8, tzinfo=UTC)
SPIDER = Spider(name="any")


def storage(path: Path, *, recording: bool = False) -> CassetteStorage:
    made = CassetteStorage(Settings({"CASSETTE": str(path), "CASSETTE_RECORD": recording}))
    made.open_spider(SPIDER)
    return made


def test_a_recorded_exchange_is_replayed_for_the_same_request(tmp_path: Path) -> None:
    path = tmp_path / "cassette.json"
    recorder = storage(path, recording=True)
    assert recorder.retrieve_response(SPIDER, Request("https://example.com")) is None
    sent = JsonRequest(
        "https://example.com/search?key=s3cret", data={"q": "crane"}, headers={"Cookie": "a=s3cret"}
    )
    answer = TextResponse(
        sent.url, status=201, body=b'{"n": 1}', headers={"ETag": '"7"', "Set-Cookie": "s3cret"}
    )
    recorder.store_response(SPIDER, sent, answer)
    recorder.close_spider(SPIDER)
    assert "s3cret" not in path.read_text()

    replayed = storage(path).retrieve_response(SPIDER, sent)
    assert replayed is not None
    assert (replayed.status, replayed.body, replayed.headers[b"ETag"]) == (201, b'{"n": 1}', b'"7"')
    other = JsonRequest("https://example.com/search?key=s3cret", data={"q": "ship"})
    assert storage(path).retrieve_response(SPIDER, other) is None


def test_parameters_match_in_any_order(tmp_path: Path) -> None:
    path = tmp_path / "cassette.json"
    write_cassette(path, [interaction("GET", "https://example.com/?a=1&b=2", body=b"<html>", recorded_at=AT)])
    found = storage(path).retrieve_response(SPIDER, Request("https://example.com/?b=2&a=1"))
    assert isinstance(found, HtmlResponse)


def test_the_same_request_gets_its_recordings_in_turn(tmp_path: Path) -> None:
    path = tmp_path / "cassette.json"
    recorded = [
        interaction("GET", "https://example.com/", status=429, recorded_at=AT),
        interaction("GET", "https://example.com/", body=b"ok", recorded_at=AT),
    ]
    write_cassette(path, recorded)
    replaying = storage(path)
    statuses = [
        response.status
        for _ in range(3)
        if (response := replaying.retrieve_response(SPIDER, Request("https://example.com/")))
    ]
    assert statuses == [429, 200, 200]


def test_a_replay_writes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "cassette.json"
    write_cassette(path, [])
    before = json.loads(path.read_text())
    replaying = storage(path)
    replaying.close_spider(SPIDER)
    assert json.loads(path.read_text()) == before
