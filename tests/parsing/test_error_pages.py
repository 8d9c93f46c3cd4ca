from __future__ import annotations

import pytest

from jobspiders.parsing.error_pages import told_status
from jobspiders.parsing.page import Page


def told(body: str) -> int | None:
    return told_status(Page("https://acme.example/", body.encode()))


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ('{"status": 404, "error": "Job not found"}', 404),
        ('{"error": "Not Found"}', 404),
        ('{"error": {"code": 500, "message": "Internal error"}}', 500),
        ('{"errors": [{"message": "rate limit exceeded"}]}', 429),
        ('{"success": false, "message": "Invalid API key"}', 401),
        ('{"ok": false, "error": "boom"}', 500),
        ('{"errorCode": "HTTP_422", "httpStatus": 422}', 422),
        ("<html><head><title>404 Not Found</title></head><body></body></html>", 404),
        ("<html><head><title>Acme</title></head><body><h1>Seite nicht gefunden</h1></body></html>", 404),
        ("<html><head><title>502 Bad Gateway</title></head></html>", 502),
        ("<html><head><title>Error 503: backend</title></head></html>", 503),
        ("<html><head><title>Down for maintenance</title></head></html>", 503),
        ("<?xml version='1.0'?><Error><Code>NoSuchKey</Code><Message>no key</Message></Error>", 404),
        ("<Error><Code>AccessDenied</Code></Error>", 403),
        ("404 page not found", 404),
        ("Not Found", 404),
    ],
)
def test_errors_are_known_by_their_own_words(body: str, status: int) -> None:
    assert told(body) == status


@pytest.mark.parametrize(
    "body",
    [
        "",
        "{}",
        "[]",
        "null",
        '{"hello": "world"}',
        '{"title": "Incident manager, errors not found", "a": 1, "b": 2, "c": 3, "d": 4, "e": 5, "f": 6}',
        '{"code": 200, "message": "ok"}',
        "<html><head><title>500 jobs in Hull</title></head><body><h1>500 jobs</h1></body></html>",
        "<html><head><title>Ropes</title></head><body><h1>Ropes and chains</h1></body></html>",
        "<html><head><title>Maintenance engineer</title></head><body>"
        + "We keep cranes sound. " * 200
        + "</body></html>",
    ],
)
def test_other_pages_tell_of_no_error(body: str) -> None:
    assert told(body) is None
