from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Callable
from typing import Any

import brotli
import pytest
import yaml

from jobspiders.parsing.cassette import CassetteError
from jobspiders.parsing.saved import Answer, answers_in, answers_inside

PAGE = "<!DOCTYPE html><html><head><title>Rigger – Žilina</title></head><body><p>a &amp; b</p></body></html>"
URL = "https://acme.example/jobs"


def only(body: bytes) -> Answer:
    (answer,) = answers_in(body)
    return answer


def har(*entries: tuple[str, str, str, int]) -> dict[str, Any]:
    return {
        "log": {
            "version": "1.2",
            "entries": [
                {
                    "request": {"method": "GET", "url": url},
                    "response": {"status": status, "content": {"mimeType": kind, "text": text}},
                }
                for url, kind, text, status in entries
            ],
        }
    }


@pytest.mark.parametrize(
    "saved",
    [
        pytest.param(PAGE.encode(), id="as it was sent"),
        pytest.param(gzip.compress(PAGE.encode()), id="gzip"),
        pytest.param(gzip.compress(gzip.compress(PAGE.encode())), id="gzip twice"),
        pytest.param(brotli.compress(PAGE.encode()), id="brotli"),
        pytest.param(PAGE.encode("utf-16"), id="utf-16 with a mark"),
        pytest.param(PAGE.encode("utf-16-le"), id="utf-16 without one"),
        pytest.param(PAGE.encode("utf-32"), id="utf-32"),
        pytest.param(json.dumps(PAGE).encode(), id="a JSON text"),
        pytest.param(f"```html\n{PAGE}\n```\n".encode(), id="fenced"),
    ],
)
def test_a_page_is_found_under_what_saving_did_to_it(saved: bytes) -> None:
    assert only(saved).body.decode("utf-8-sig") == PAGE


@pytest.mark.parametrize(
    "saved",
    [
        ")]}',\n[1, 2]",
        "for(;;);[1, 2]",
        "// 20260901120000\n// https://acme.example/jobs\n\n[1, 2]",
        "/**/callback123([1, 2]);",
        "jQuery.cb_1([1, 2])",
        "export default [1, 2];",
        "const jobs: Job[] = [1, 2,];",
        "window.jobs = [1, 2]",
    ],
)
def test_json_is_found_behind_guards_comments_and_scripts(saved: str) -> None:
    assert json.loads(only(saved.encode()).body) == [1, 2]


def test_objects_a_line_each_are_a_list() -> None:
    assert json.loads(only(b'{"a": 1}\n{"a": 2}\n').body) == [{"a": 1}, {"a": 2}]
    assert only(b'{"a": 1}\n{"a":\n').body == b'{"a": 1}\n{"a":\n'


def test_an_http_head_gives_status_and_headers() -> None:
    chunked = b"5\r\n<html\r\n3\r\n></\r\n5\r\nhtml>\r\n0\r\n\r\n"
    head = b"HTTP/1.1 404 Not Found\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n"
    answer = only(head + chunked)
    assert (answer.status, answer.body) == (404, b"<html></html>")
    assert answer.headers == {"Content-Type": ["text/html"]}
    packed = b"HTTP/2 200\r\ncontent-encoding: gzip\r\n\r\n" + gzip.compress(b"[]")
    assert (only(packed).status, only(packed).body, only(packed).headers) == (200, b"[]", {})
    redirected = b"HTTP/1.1 301 Moved\r\nLocation: /x\r\n\r\nHTTP/1.1 200 OK\r\n\r\n{}"
    assert (only(redirected).status, only(redirected).body) == (200, b"{}")


def warc(*records: tuple[str, str, bytes]) -> bytes:
    """A web archive of records, each a gzip member of its own as archives have them."""
    return b"".join(
        gzip.compress(
            f"WARC/1.1\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {url}\r\nContent-Length: {len(block)}\r\n"
            f"Content-Type: application/http\r\n\r\n".encode()
            + block
            + b"\r\n\r\n"
        )
        for kind, url, block in records
    )


@pytest.mark.parametrize("unpack", [bytes, gzip.decompress], ids=["gzip", "plain"])
def test_a_web_archive_gives_its_documents(unpack: Callable[[bytes], bytes]) -> None:
    head = "HTTP/1.1 {} OK\r\nContent-Type: {}\r\n{}\r\n"
    archive = warc(
        ("warcinfo", "", b"software: x\r\n"),
        ("request", URL, b"GET /jobs HTTP/1.1\r\n\r\n"),
        ("response", "https://acme.example/", head.format(301, "text/html", "").encode() + b"moved"),
        ("response", URL, head.format(200, "text/html", "").encode() + PAGE.encode()),
        ("response", URL + "/x.png", head.format(200, "image/png", "").encode() + b"\x89PNG"),
        (
            "response",
            URL + "/2",
            head.format(403, "application/json", "Content-Encoding: br\r\n").encode()
            + brotli.compress(b'{"jobs": []}'),
        ),
        ("resource", "file:///page", b"not of a type that is a document"),
    )
    found = [(answer.url, answer.status, answer.body) for answer in answers_in(unpack(archive))]
    assert found == [(URL, 200, PAGE.encode()), (URL + "/2", 403, b'{"jobs": []}')]


def test_a_browsers_record_gives_its_documents() -> None:
    packed = har((URL, "application/json", base64.b64encode(b"[]").decode(), 200))
    packed["log"]["entries"][0]["response"]["content"]["encoding"] = "base64"
    record = har(
        (URL, "text/html", PAGE, 200),
        (URL + "/x.js", "text/javascript", "x", 200),
        (URL + "/2", "", "{}", 403),
    )
    record["log"]["entries"] += packed["log"]["entries"]
    found = [(answer.url, answer.status, answer.body) for answer in answers_in(json.dumps(record).encode())]
    assert found == [(URL, 200, PAGE.encode()), (URL + "/2", 403, b"{}"), (URL, 200, b"[]")]


@pytest.mark.parametrize(
    "response",
    [
        {"status": {"code": 200, "message": "OK"}, "headers": {}, "body": {"string": "[1]"}},
        {
            "status": {"code": 200},
            "headers": {"Content-Encoding": ["gzip"]},
            "body": {"string": gzip.compress(b"[1]")},
        },
        {"status_code": 200, "headers": {"content-type": "application/json"}, "body": "[1]"},
        {"status": "200 OK", "code": 200, "headers": {}, "body": "[1]"},
    ],
)
def test_cassettes_of_several_tools_are_read(response: dict[str, Any]) -> None:
    tape = {"version": 1, "interactions": [{"request": {"method": "GET", "uri": URL}, "response": response}]}
    answer = only(yaml.safe_dump(tape).encode())
    assert (answer.url, answer.status, answer.body) == (URL, 200, b"[1]")


@pytest.mark.parametrize(
    "tape", [b"interactions:\n- request: {}\n", b'{"http_interactions": [{}]}', b'{"http_interactions": [']
)
def test_a_damaged_cassette_is_told(tape: bytes) -> None:
    with pytest.raises(CassetteError, match="no cassette"):
        answers_in(tape)


def test_a_page_saved_with_its_pictures_gives_the_page() -> None:
    mhtml = (
        "From: <Saved by Blink>\r\nSnapshot-Content-Location: https://acme.example/jobs\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/related; type="text/html"; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: quoted-printable\r\n"
        'Content-Location: https://acme.example/jobs\r\n\r\n<html lang=3D"en"><body>x</body></html>\r\n--b--\r\n'
    )
    answer = only(mhtml.encode())
    assert (answer.url, answer.body.strip()) == (URL, b'<html lang="en"><body>x</body></html>')


def test_what_viewers_show_is_read_as_what_they_were_given() -> None:
    source = (
        '<html><body><table><tr><td class="line-number"></td><td class="line-content"><span>&lt;p&gt;</span>a</td></tr>'
        '<tr><td class="line-number"></td><td class="line-content">&lt;/p&gt;</td></tr></table></body></html>'
    )
    assert only(source.encode()).body == b"<p>a\n</p>"
    tree = '<div class="header"></div></body></html>'
    xml = f'<html><body><div id="webkit-xml-viewer-source-xml"><rss><item/></rss></div>{tree}'
    assert only(xml.encode()).body == b"<rss><item/></rss>"


def test_documents_inside_others_come_outer_ones_first() -> None:
    inner = json.dumps({"jobs": [{"id": 1}]})
    saved = json.dumps({"url": URL, "status": 200, "body": inner}).encode()
    found = answers_inside(Answer(saved))
    assert (found[0].url, found[0].body.decode()) == (URL, inner)
    assert answers_inside(Answer(b"<html>")) == []
    deep: Any = "x"
    for _ in range(200):
        deep = [deep]
    assert len(answers_inside(Answer(json.dumps(deep).encode()))) < 20
