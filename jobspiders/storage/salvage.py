"""Records that cannot be stored as they are: of another version of jobspiders, or not to the database's liking."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson

from jobspiders.items import RejectedPosting
from jobspiders.storage.batch import encode_rejected
from jobspiders.storage.fields import TEXT
from jobspiders.storage.rows import COLUMNS, KINDS, NAMES
from jobspiders.storage.segments import Kind, Record
from jobspiders.storage.tuples import FORMAT, encode_values, split, texts_of, values_of

logger = logging.getLogger(__name__)

#: Records of which nothing could be stored, one JSON object a line.
UNSTORABLE = "unstorable.jsonl"


def current_layout(records: Sequence[Record], meta: dict[str, Any]) -> Sequence[Record]:
    """``records`` with the columns and types of this version, where a journal with other ones left them."""
    columns, form = meta.get("columns"), meta.get("format")
    if form == FORMAT and (columns is None or tuple(columns) == NAMES):
        return records
    return [
        record._replace(body=_converted(record.body, columns or NAMES, form))
        if record.kind == Kind.POSTING
        else record
        for record in records
    ]


def set_aside(record: Record, reason: str, home: Path) -> Record:
    """What to store in place of ``record``, which the database refused for ``reason``.

    A posting becomes a rejected one, with its raw payload where that is not the trouble. Anything else goes to
    a file below ``home`` and becomes a record that only moves the position on.
    """
    if record.kind == Kind.POSTING:
        values = values_of(split(record.body)[1])
        rejected = RejectedPosting(
            board=values["board"] or "",
            reason=f"not storable: {reason}",
            external_id=(values["external_id"] or "")[:200],
            url=values["url"],
            scope=values["scope"],
            raw={"title": values["title"], "raw": _raw_text(values["raw"])},
        )
        seen = values["last_seen"] or datetime.now(UTC)
        logger.error("Posting %s of %s is set aside: %s", rejected.external_id, rejected.board, reason)
        return record._replace(kind=Kind.REJECTED, body=encode_rejected(rejected, seen))
    logger.error("A record of the journal cannot be stored and is kept in %s: %s", home / UNSTORABLE, reason)
    line = orjson.dumps(
        {"kind": record.kind, "reason": reason, "body": bytes(record.body).decode("utf-8", "replace")},
        option=orjson.OPT_APPEND_NEWLINE,
    )
    with (home / UNSTORABLE).open("ab") as file:
        file.write(line)
    return record._replace(kind=0, body=b"")


def _raw_text(raw: Any) -> str | None:
    return None if raw is None else orjson.dumps(raw).decode()


def _converted(body: bytes | memoryview, columns: Sequence[str], form: str | None) -> bytes:
    row = split(body)[1]
    if form == FORMAT:
        texts = {
            name: None if value is None else TEXT[KINDS[name]](value)
            for name, value in values_of(row, columns).items()
        }
    else:
        texts = dict(zip(columns, texts_of(row), strict=False))
    empty = {"list": "", "json": "[]"}
    return encode_values(
        [
            texts.get(column.name, empty.get(column.kind) if column.name != "raw" else None)
            for column in COLUMNS
        ]
    )
