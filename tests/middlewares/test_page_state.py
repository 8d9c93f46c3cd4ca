from __future__ import annotations

import json
from pathlib import Path

import pytest

from jobspiders.middlewares.page_state import PageState, page_state
from tests.shared import shared_path

ASKED = "https://jobs.example.com/search?q=welder"
SHELL = "<!DOCTYPE html><html><head></head><body><div id='root'></div>{}<script src='/a.js'></script>"
LONG = "<p>Acme Widgets looks for a welder in Springfield who welds widgets.</p>" * 20


@pytest.mark.parametrize(
    ("body", "state"),
    [
        ("", PageState.EMPTY),
        ("  \n", PageState.EMPTY),
        (SHELL.format("") + "</body></html>", PageState.APP_SHELL),
        (SHELL.format("").removesuffix("</script>") + "</script>", PageState.APP_SHELL),
        (SHELL.format(LONG) + "</body></html>", PageState.CONTENT),
        (
            SHELL.format('<script type="application/ld+json">{"@type":"JobPosting"}</script>')
            + "</body></html>",
            PageState.CONTENT,
        ),
        (
            SHELL.format('<script>self.push([1,"{\\"jobs\\":[{\\"id\\":1}]}"])</script>') + "</html>",
            PageState.CONTENT,
        ),
        ("<!DOCTYPE html><html><head><style>a{b:c}.d{e", PageState.TRUNCATED),
        (f"<!DOCTYPE html><html><body>{LONG}<script>var a = '<p>';", PageState.TRUNCATED),
        (f"<!DOCTYPE html><html><body>{LONG}<p>and he", PageState.TRUNCATED),
        (f"<!DOCTYPE html><html><body>{LONG}", PageState.CONTENT),
        ("<li>one</li>\n<li>two</li>", PageState.CONTENT),
        ('{"jobs": [{"id": 1}, {"id"', PageState.TRUNCATED),
        ('{"jobs": []}', PageState.CONTENT),
        ("<?xml version='1.0'?><rss><item><title>We", PageState.TRUNCATED),
        ("<?xml version='1.0'?><rss></rss>", PageState.CONTENT),
        (
            "<html><h1>Before you continue</h1><p>We use cookies</p>"
            '<form method="post" action="https://consent.example.com/save"></form></html>',
            PageState.CONSENT_WALL,
        ),
        (
            f'<html><body>{LONG * 4}<div id="CybotCookiebotDialog">Cookies</div></body></html>',
            PageState.CONTENT,
        ),
    ],
)
def test_a_page_is_what_it_holds(body: str, state: PageState) -> None:
    assert page_state(body=body, url=ASKED, requested_url=ASKED) is state
    assert page_state(body=body.encode(), url=ASKED) is state


@pytest.mark.parametrize(
    ("final", "state"),
    [
        ("https://jobs.example.com/login?next=/search", PageState.LOGIN),
        ("https://login.example.com/?next=x", PageState.LOGIN),
        ("https://jobs.example.com/users/sign_in", PageState.LOGIN),
        ("https://jobs.example.com/search/login-engineer", PageState.CONTENT),
        ("https://www.example.com/search?q=welder", PageState.CONTENT),
    ],
)
def test_a_redirect_to_a_login_is_seen(final: str, state: PageState) -> None:
    page = f"<html><body>{LONG}</body></html>"
    assert page_state(body=page, url=final, requested_url=ASKED) is state
    assert page_state(body=page, url=final, requested_url=final) is PageState.CONTENT


def test_a_body_shorter_than_promised_is_truncated() -> None:
    page = f"<html><body>{LONG}</body></html>".encode()
    assert page_state(body=page, expected_size=len(page) + 1) is PageState.TRUNCATED
    assert page_state(body=page, expected_size=len(page)) is PageState.CONTENT


@pytest.mark.corpus
def test_captured_pages_with_postings_are_content() -> None:
    root: Path = shared_path("corpus")
    entries = [json.loads(line) for line in (root / "index.jsonl").read_text().splitlines()]
    states = {entry["file"]: page_state(body=(root / entry["file"]).read_bytes()) for entry in entries}
    kinds = {entry["file"]: entry["page"] for entry in entries if not entry["file"].startswith("blocked/")}
    odd = {file: state for file, state in states.items() if file in kinds and state is not PageState.CONTENT}
    assert {file: state for file, state in odd.items() if "truncated" not in file} == {}
    assert states["blocked/naukri_js_shell_empty.html"] is PageState.APP_SHELL
    assert states["indeed/truncated_10k_es.html"] is PageState.TRUNCATED
