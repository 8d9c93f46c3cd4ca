"""The words of alerts: board, outcome, numbers, evidence, next step. Plain text, which every channel can show."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from jobspiders.monitoring.alerting import BoardState, Message
from jobspiders.monitoring.findings import Finding

#: What a message shows at most: findings of a board, boards of a group, characters of a text from a page.
_FINDINGS = 4
_BOARDS = 40
_LENGTH = 400


def detail_of(
    findings: Sequence[Finding],
    *,
    outcome: str | None,
    crawl: str,
    node: str | None,
    counts: Mapping[str, int],
) -> dict[str, Any]:
    """What is kept of a crawl for the messages about its board; JSON can hold it."""
    errors = [finding for finding in findings if finding.severity == "error"]
    return {
        "outcome": outcome,
        "crawl": crawl,
        "node": node,
        "counts": dict(counts),
        "findings": [
            {
                "kind": finding.kind,
                "message": _short(finding.message),
                "numbers": {name: _short(value) for name, value in list(finding.numbers.items())[:12]},
                "evidence": _short(finding.evidence),
                "field": finding.field,
                "old": _short(finding.old),
                "new": _short(finding.new),
                "next_step": finding.next_step,
                "consequences": [_short(text) for text in finding.consequences[:5]],
            }
            for finding in errors[:_FINDINGS]
        ],
    }


def title_of(message: Message) -> str:
    """One line: a subject, or the first line of a chat message."""
    boards = message.boards
    if message.kind.startswith("boards_"):
        number = f"{len(boards)} boards"
        texts = {
            "boards_bad": f"{number} are bad at once: look at network, proxies and database first",
            "boards_well": f"{number} are well again",
            "boards_reminder": f"{number} are still bad",
        }
        return f"jobspiders: {texts[message.kind]}"
    board = boards[0]
    cause = _cause(board)
    texts = {
        "board_bad": f"{board.board} is bad{cause}",
        "board_well": f"{board.board} is well again",
        "board_reminder": f"{board.board} is still bad{cause}",
    }
    return f"jobspiders: {texts[message.kind]}"[:200]


def body_of(message: Message, now: datetime) -> str:
    """All that an operator needs to act."""
    if message.kind.startswith("boards_"):
        return "\n".join(_group(message, now))
    board = message.boards[0]
    if message.kind == "board_well":
        since = board.bad_since or board.since
        return f"{board.board} is well again after {_duration(now - since)}."
    return "\n".join(_one(board, now))


def _one(board: BoardState, now: datetime) -> list[str]:
    detail = board.detail
    since = board.bad_since or board.since
    lines = [
        f"Board: {board.board}",
        f"Outcome: {detail.get('outcome') or 'unknown'}",
        f"Bad since: {since:%Y-%m-%d %H:%M} UTC"
        + (f" ({_duration(now - since)})" if now - since > timedelta(hours=1) else ""),
    ]
    counts = {name: number for name, number in (detail.get("counts") or {}).items() if number}
    if counts:
        lines.append("Counts: " + ", ".join(f"{number} {name}" for name, number in counts.items()))
    for finding in detail.get("findings") or []:
        lines += ["", *_finding(finding)]
    lines += ["", f"Crawl: {detail.get('crawl')}" + (f" on {detail['node']}" if detail.get("node") else "")]
    lines.append(f"More: scrapy crawls {detail.get('crawl')}")
    return lines


def _finding(finding: Mapping[str, Any]) -> list[str]:
    lines = [f"What: {finding['message']} ({finding['kind']})"]
    if finding.get("field"):
        lines.append(f"Field: {finding['field']}")
    for name, label in (("old", "Was"), ("new", "Is"), ("evidence", "Evidence")):
        if finding.get(name):
            lines.append(f"{label}: {finding[name]}")
    if finding.get("numbers"):
        lines.append("Numbers: " + ", ".join(f"{name} {value}" for name, value in finding["numbers"].items()))
    if finding.get("consequences"):
        lines.append("Also: " + "; ".join(finding["consequences"]))
    if finding.get("next_step"):
        lines.append(f"Next step: {finding['next_step']}")
    return lines


def _group(message: Message, now: datetime) -> list[str]:
    lines = []
    if message.kind == "boards_bad":
        kinds = Counter(
            finding["kind"]
            for board in message.boards
            for finding in (board.detail.get("findings") or [])[:1]
        )
        lines.append(
            "So many at once are rarely the boards' own doing: it is likely our network, proxies or database."
        )
        if kinds:
            lines.append("Kinds: " + ", ".join(f"{number} x {kind}" for kind, number in kinds.most_common()))
        lines += ["Next step: scrapy health; scrapy proxies; scrapy db status", ""]
    for board in message.boards[:_BOARDS]:
        since = board.bad_since or board.since
        shown = "" if message.kind == "boards_well" else _cause(board)
        lines.append(f"- {board.board}{shown} (bad since {since:%Y-%m-%d %H:%M} UTC)")
    if len(message.boards) > _BOARDS:
        lines.append(f"- and {len(message.boards) - _BOARDS} more: scrapy alerts")
    return lines


def _cause(board: BoardState) -> str:
    findings = board.detail.get("findings") or []
    if findings:
        return f": {findings[0]['message']}"
    outcome = board.detail.get("outcome")
    return f": {outcome}" if outcome else ""


def _short(value: Any) -> Any:
    if isinstance(value, str):
        text = " ".join(value.split())
        return text if len(text) <= _LENGTH else f"{text[: _LENGTH - 1]}…"
    if value is None or isinstance(value, int | bool):
        return value
    if isinstance(value, float):
        return round(value, 3)
    return _short(str(value))


def _duration(span: timedelta) -> str:
    seconds = span.total_seconds()
    for size, unit in ((86400, "days"), (3600, "hours"), (60, "minutes")):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds:.0f} seconds"
