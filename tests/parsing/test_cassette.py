from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import betamax
import pytest
import requests

from jobspiders.parsing.cassette import (
    CassetteError,
    interaction,
    read_cassette,
    scrub_body,
    scrub_url,
    write_cassette,
)

AT = datetime(2026, 9, 1, 8, tzinfo=UTC)


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    binary = bytes(range(256))
    path = tmp_path / "deep" / "cassette.json"
    headers = {"Content-Type": ["text/html"], "Set-Cookie": ["session=1"], "X-Two": ["a", "b"]}
    write_cassette(
        path,
        [
            interaction(
                "GET", "https://example.com/a", headers=headers, body="Grüße".encode(), recorded_at=AT
            ),
            interaction(
                "POST", "https://example.com/b", status=999, body=binary, request_body=b"{}", recorded_at=AT
            ),
        ],
    )
    first, second = read_cassette(path)
    assert (first.method, first.url, first.status, first.body.decode()) == (
        "GET",
        "https://example.com/a",
        200,
        "Grüße",
    )
    assert first.headers == {"Content-Type": ["text/html"], "X-Two": ["a", "b"]}
    assert (second.status, second.body, second.request_body) == (999, binary, b"{}")


def test_secrets_and_credentials_never_reach_the_file(tmp_path: Path) -> None:
    path = tmp_path / "cassette.json"
    sent = {
        "Authorization": ["Bearer s3cret"],
        "Cookie": ["id=s3cret"],
        "X-API-Key": ["s3cret"],
        "Accept": ["*/*"],
    }
    url = "https://user:s3cret@example.com/jobs?app_key=s3cret&access_token=s3cret&q=crane&app_id=s3cret"
    write_cassette(path, [interaction("GET", url, request_headers=sent, recorded_at=AT)])
    assert "s3cret" not in path.read_text()
    assert "q=crane" in path.read_text()


def test_secrets_in_forms_and_tokens_in_answers_are_scrubbed_too() -> None:
    assert (
        scrub_body(b"client_id=a&client_secret=b&q=c%20d")
        == b"client_id=SCRUBBED&client_secret=SCRUBBED&q=c+d"
    )
    assert scrub_body(b'{"access_token": "abc", "n": 1}') == b'{"access_token": "SCRUBBED", "n": 1}'
    for plain in (b"", b"q=crane&page=1", b'{"query": "x=1&client_secret=2"}', b"<html>a=b</html>"):
        assert scrub_body(plain) == plain


def test_addresses_without_secrets_stay_as_they_are() -> None:
    assert (
        scrub_url("https://example.com/a?q=a+b&l=M%C3%BCnchen")
        == "https://example.com/a?q=a+b&l=M%C3%BCnchen"
    )
    assert scrub_url("https://example.com/a;v=1?keyword=x") == "https://example.com/a;v=1?keyword=x"


def test_betamax_itself_replays_what_we_write(tmp_path: Path) -> None:
    written = [interaction("GET", "https://example.com/jobs", body=b'{"jobs": []}', recorded_at=AT)]
    write_cassette(tmp_path / "ours.json", written)
    session = requests.Session()
    recorder = betamax.Betamax(session, cassette_library_dir=str(tmp_path))
    with recorder.use_cassette("ours", record="none"):
        assert session.get("https://example.com/jobs").json() == {"jobs": []}


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"http_interactions": [{}]}', '{"http_interactions": 3}'])
def test_a_file_that_is_no_cassette_is_one_clear_line(tmp_path: Path, text: str) -> None:
    path = tmp_path / "cassette.json"
    path.write_text(text)
    with pytest.raises(CassetteError, match="is no cassette"):
        list(read_cassette(path))


def test_a_damaged_body_is_named(tmp_path: Path) -> None:
    path = tmp_path / "cassette.json"
    entry = interaction("GET", "https://example.com", recorded_at=AT)
    entry["response"]["body"] = {"encoding": "", "base64_string": "a"}
    path.write_text(json.dumps({"http_interactions": [entry]}))
    with pytest.raises(CassetteError, match="damaged body"):
        list(read_cassette(path))


def test_a_missing_cassette_is_named(tmp_path: Path) -> None:
    with pytest.raises(CassetteError, match="No such file"):
        list(read_cassette(tmp_path / "none.json"))
