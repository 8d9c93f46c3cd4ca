from __future__ import annotations

import gzip
import json
from typing import Any

import pytest

from jobspiders.bases.saved_pages import read_saved, whole_outcome
from tests.boards.cases import boards, spider_class

URL = "https://boards-api.greenhouse.io/v1/boards/acme/jobs"
JOB = {"id": 7, "title": "Rigger", "absolute_url": "https://job-boards.greenhouse.io/acme/jobs/7"}
LIST = {"jobs": [JOB, {**JOB, "id": 8}]}


def read(
    body: Any, board: str = "greenhouse", url: str | None = URL, status: int = 200
) -> tuple[str, list[str]]:
    kind = spider_class(board)
    saved = (
        body
        if isinstance(body, bytes)
        else body.encode()
        if isinstance(body, str)
        else json.dumps(body).encode()
    )
    readings = read_saved(kind(arguments=kind.arguments_type()), saved, url, status)
    return whole_outcome(readings), [
        posting.external_id for reading in readings for posting in reading.postings
    ]


@pytest.mark.parametrize(
    "saved",
    [
        LIST,
        gzip.compress(json.dumps(LIST).encode()),
        json.dumps(LIST).encode("utf-16"),
        json.dumps(json.dumps(LIST)),
        {"url": URL, "status": 200, "body": json.dumps(LIST)},
        {"request": {"url": URL}, "response": {"status": 200, "headers": {}, "body": LIST}},
        {"fetchedAt": "2026-09-01", "data": LIST},
        [LIST],
        [{"url": URL, "html": "<p>x"}, {"response": LIST}],
        {"pages": [{"jobs": [JOB]}, {"jobs": [{**JOB, "id": 8}]}]},
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n" + json.dumps(LIST),
        f"<html><body><pre>{json.dumps(LIST)}</pre></body></html>",
    ],
)
def test_the_same_postings_are_read_however_the_answer_was_saved(saved: Any) -> None:
    assert read(saved) == ("ok", ["7", "8"])


def test_other_answers_in_a_browsers_record_do_not_count() -> None:
    entries = [
        {
            "request": {"url": url},
            "response": {"status": 200, "content": {"mimeType": "application/json", "text": text}},
        }
        for url, text in (("https://tracker.example/", '{"hello": 1}'), (URL, json.dumps(LIST)))
    ]
    assert read({"log": {"entries": entries}}, url=None) == ("ok", ["7", "8"])


SHELL = '<!doctype html><html><body><div id="root"></div><script src="/main.js"></script></body></html>'
TEXT = "We make ropes. " * 60
HOME = f"<!doctype html><html><head><title>Acme</title></head><body><h1>Ropes</h1>{TEXT}</body></html>"


@pytest.mark.parametrize("board", boards())
@pytest.mark.parametrize(
    ("body", "outcome"),
    [
        ("", "failed"),
        ('{"jobs": [{"id": 1, "title": "Rig', "failed"),
        ("<!doctype html><html><head><title>Jobs</title></head><body><ul><li>One</li><li>An", "failed"),
        ('{"hello": "world"}', "layout_changed"),
        (SHELL, "layout_changed"),
        (HOME, "layout_changed"),
        ('{"error": "Not Found"}', "not_found"),
        ("<html><head><title>Page not found</title></head><body><h1>Oops</h1></body></html>", "not_found"),
        ('{"message": "API rate limit exceeded"}', "throttled"),
        ("<html><head><title>500 Internal Server Error</title></head><body></body></html>", "failed"),
        ('{"error": "Unauthorized"}', "blocked (unknown)"),
    ],
)
def test_every_board_tells_odd_pages_apart(board: str, body: str, outcome: str) -> None:
    if board == "stackoverflow" and body.startswith("<"):
        outcome = "not_found"
    assert read(body, board, url=None) == (outcome, [])


def test_a_status_that_was_given_is_believed() -> None:
    assert read({"status": 200, "data": LIST}, status=404) == ("not_found", [])


CARD = '<div class="job_seen_beacon"><h2><a href="/rc/clk?jk=a1b2">Rigger</a></h2></div>'


@pytest.mark.parametrize(
    ("head", "host"),
    [
        ('<link rel="canonical" href="https://de.indeed.com/q-rigger-jobs.html">', "de.indeed.com"),
        ("<!-- saved from url=(0028)https://uk.indeed.com/jobs?q=rigger -->", "uk.indeed.com"),
        ('<meta content="https://fr.indeed.com/emplois" property="og:url">', "fr.indeed.com"),
        ('<link rel="canonical" href="https://other.example/">', "www.indeed.com"),
    ],
)
def test_a_page_without_an_address_has_the_one_that_it_gives_itself(head: str, host: str) -> None:
    kind = spider_class("indeed")
    body = f"<!DOCTYPE html><html><head>{head}</head><body>{CARD}</body></html>".encode()
    (reading,) = read_saved(kind(arguments=kind.arguments_type()), body, None)
    assert [posting.url for posting in reading.postings] == [f"https://{host}/viewjob?jk=a1b2"]


def test_a_postings_page_is_one_by_its_own_address_too() -> None:
    body = (
        '<html><head><link rel="canonical" href="https://www.linkedin.com/jobs/view/rigger-at-acme-4400000007"></head>'
        '<body><h1 class="top-card-layout__title">Rigger</h1><div class="description__text">Rig.</div><ul><li>'
        '<div class="base-card base-search-card" data-entity-urn="urn:li:jobPosting:4400000008"><h3>Fitter</h3></div>'
        "</li></ul></body></html>"
    )
    assert read(body, "linkedin", url=None) == ("ok", ["4400000007"])


def test_html_inside_json_is_read_as_html_and_not_as_it_stands_there() -> None:
    cards = "".join(
        f'<div class="job_seen_beacon"><h2><a href="/rc/clk?jk=a{n}">Rigger</a></h2></div>' for n in (1, 2)
    )
    page = f"<html><body>{cards}<a href='/rc/clk?jk=a3'>Fitter</a></body></html>"
    assert read({"url": "https://www.indeed.com/jobs", "html": page}, "indeed", url=None) == (
        "ok",
        ["a1", "a2"],
    )
