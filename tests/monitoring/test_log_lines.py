"""Log lines: masked, one per failure, with crawl, board and scope."""

from __future__ import annotations

import json
import logging
import sys
from contextvars import copy_context
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobspiders.monitoring.log_context import CrawlContext, current_crawl, current_scope
from jobspiders.monitoring.log_lines import JsonFormatter, LineFormatter, MaskedRecord
from jobspiders.monitoring.masking import Masker

FORMAT = "%(asctime)s [%(name)s] %(levelname)s: %(message)s"
DATES = "%Y-%m-%d %H:%M:%S"


def record(
    message: str = "Spider opened", *args: object, level: int = logging.INFO, error: Exception | None = None
) -> MaskedRecord:
    exc_info = None
    if error is not None:
        try:
            raise error
        except Exception:  # noqa: BLE001  # to have a traceback
            exc_info = sys.exc_info()
    return MaskedRecord("jobspiders.test", level, __file__, 1, message, args, exc_info)  # type: ignore[arg-type]


def in_crawl(formatter: logging.Formatter, made: MaskedRecord, scope: str | None = "acme") -> str:
    def run() -> str:
        current_crawl.set(CrawlContext("greenhouse", lambda: "c0ffee"))
        current_scope.set(scope)
        return formatter.format(made)

    return copy_context().run(run)


def test_a_line_of_a_file_is_scrapys_with_crawl_board_and_scope_behind() -> None:
    line = in_crawl(LineFormatter(FORMAT, DATES), record())
    assert line.endswith("[jobspiders.test] INFO: Spider opened [crawl=c0ffee board=greenhouse scope=acme]")


def test_the_figures_of_a_crawl_stay_readable_for_log_parsers() -> None:
    line = in_crawl(LineFormatter(FORMAT, DATES), record("Dumping Scrapy stats:\n{'a': 1,\n 'b': 2}"))
    first, *rest = line.splitlines()
    assert first.endswith("Dumping Scrapy stats: [crawl=c0ffee board=greenhouse scope=acme]")
    assert rest == ["{'a': 1,", " 'b': 2}"]


@pytest.mark.parametrize("formatter", [LineFormatter(FORMAT, DATES), JsonFormatter()])
def test_a_failure_is_one_line_without_a_traceback(formatter: logging.Formatter) -> None:
    line = in_crawl(formatter, record("Spider error", level=logging.ERROR, error=ValueError("odd\nrow")))
    assert len(line.splitlines()) == 1
    assert "ValueError: odd row (test_log_lines.py:" in line
    assert "Traceback" not in line


@pytest.mark.parametrize("formatter", [LineFormatter(FORMAT, DATES), JsonFormatter()])
def test_a_fault_of_ours_keeps_its_traceback(formatter: logging.Formatter) -> None:
    assert "Traceback" in formatter.format(
        record("Storing stopped", level=logging.CRITICAL, error=ValueError("x"))
    )


def test_debug_shows_tracebacks() -> None:
    shown = LineFormatter(FORMAT, tracebacks=True).format(
        record("No", level=logging.ERROR, error=ValueError("x"))
    )
    assert "Traceback" in shown


def test_a_page_cannot_forge_a_line() -> None:
    title = "Clerk\n2026-01-01 00:00:00 [scrapy.core.engine] INFO: Spider closed (finished)"
    made = record("Odd title: %s", title, level=logging.WARNING)
    assert len(LineFormatter(FORMAT, DATES).format(made).splitlines()) == 1


def test_json_lines_hold_the_same_as_fields() -> None:
    entry = json.loads(in_crawl(JsonFormatter(), record("Read %d rows", 7)))
    assert {name: entry[name] for name in ("level", "message", "crawl", "board", "scope")} == {
        "level": "INFO",
        "message": "Read 7 rows",
        "crawl": "c0ffee",
        "board": "greenhouse",
        "scope": "acme",
    }
    assert entry["time"].endswith("+00:00")


def test_the_request_that_a_line_names_says_the_scope() -> None:
    request = SimpleNamespace(meta={"scope": "stripe"})
    made = MaskedRecord("x", logging.INFO, "", 1, "Got %(request)s", ({"request": request},), None)
    assert json.loads(in_crawl(JsonFormatter(), made, scope=None))["scope"] == "stripe"


@given(
    st.text(st.characters(min_codepoint=33, max_codepoint=0x2FF, exclude_categories=["C", "Z"]), min_size=4),
    st.sampled_from(
        [LineFormatter(FORMAT, tracebacks=True), JsonFormatter(tracebacks=True), logging.Formatter(FORMAT)]
    ),
)
def test_no_handler_shows_a_known_secret(secret: str, formatter: logging.Formatter) -> None:
    secret = f"Zq{secret}9X"
    MaskedRecord.masker = Masker([secret])
    try:
        error = ValueError(f"refused with {secret}")
        shown = formatter.format(record("via %s", secret, level=logging.CRITICAL, error=error))
        assert secret not in shown
        assert json.dumps(secret, ensure_ascii=False)[1:-1] not in shown
    finally:
        MaskedRecord.masker = Masker()
