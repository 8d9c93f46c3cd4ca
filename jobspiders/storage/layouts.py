"""How the boards' pages are laid out, as of their last healthy crawls."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg
from psycopg.types.json import Jsonb

from jobspiders.monitoring.structure import Structure

_LOAD = "SELECT stage, source, layout, changed_at FROM board_layouts WHERE board = %s"
_SAVE = """
INSERT INTO board_layouts (board, stage, source, layout, crawl_id, seen_at)
VALUES (%(board)s, %(stage)s, %(source)s, %(layout)s, %(crawl_id)s, %(now)s)
ON CONFLICT (board, stage, source) DO UPDATE SET
    layout = excluded.layout, crawl_id = excluded.crawl_id, seen_at = excluded.seen_at, changed_at = NULL
"""
_CHANGED = """
UPDATE board_layouts SET changed_at = COALESCE(changed_at, %(now)s)
WHERE board = %(board)s AND stage = %(stage)s AND source = %(source)s
"""


@dataclass(frozen=True, slots=True)
class KnownLayout:
    """A stored layout, and since when pages have differed from it."""

    structure: Structure
    changed_at: datetime | None = None


def load_layouts(connection: psycopg.Connection[Any], board: str) -> dict[tuple[str, str], KnownLayout]:
    """What is known of a board, by stage and source. Raises psycopg.Error."""
    return {
        (stage, source): KnownLayout(Structure.from_json(layout), changed_at)
        for stage, source, layout, changed_at in connection.execute(_LOAD, [board])
    }


def save_layouts(
    connection: psycopg.Connection[Any],
    board: str,
    structures: Mapping[tuple[str, str], Structure],
    crawl_id: str,
    now: datetime,
) -> None:
    """Store what is known now. Raises psycopg.Error."""
    for (stage, source), structure in structures.items():
        connection.execute(
            _SAVE,
            {
                "board": board,
                "stage": stage,
                "source": source,
                "layout": Jsonb(structure.to_json()),
                "crawl_id": crawl_id,
                "now": now,
            },
        )


def mark_changed(
    connection: psycopg.Connection[Any], board: str, stage: str, source: str, now: datetime
) -> None:
    """Remember since when pages differ from the stored layout, which is kept. Raises psycopg.Error."""
    connection.execute(_CHANGED, {"board": board, "stage": stage, "source": source, "now": now})
