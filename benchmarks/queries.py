"""The queries of docs/queries.md on a database: how long each takes, and by which plan."""

from __future__ import annotations

import re
import statistics
from pathlib import Path
from typing import Any

import psycopg

PAGE = Path(__file__).resolve().parents[1] / "docs" / "queries.md"
_QUERY = re.compile(r"^## (.+?)\n.*?```sql\n(.*?);\n```", re.MULTILINE | re.DOTALL)


def documented() -> dict[str, str]:
    """The queries of the page by their headings."""
    return dict(_QUERY.findall(PAGE.read_text(encoding="utf-8")))


def measure(url: str, rounds: int = 5) -> list[dict[str, Any]]:
    """For each query the median milliseconds of planning and execution, rows and the scans of its plan."""
    found = []
    with psycopg.connect(url, autocommit=True) as connection:
        for name, query in documented().items():
            plans = [_explain(connection, query) for _ in range(rounds + 1)][1:]
            times = [plan["Planning Time"] + plan["Execution Time"] for plan in plans]
            root = plans[0]["Plan"]
            found.append(
                {
                    "query": name,
                    "milliseconds": round(statistics.median(times), 1),
                    "rows": root["Actual Rows"],
                    "scans": sorted(set(_scans(root))),
                }
            )
    return found


def _explain(connection: psycopg.Connection[Any], query: str) -> dict[str, Any]:
    row = connection.execute(f"EXPLAIN (ANALYZE, BUFFERS, TIMING OFF, FORMAT JSON) {query}").fetchone()
    assert row is not None
    plan: dict[str, Any] = row[0][0]
    return plan


def _scans(node: dict[str, Any]) -> list[str]:
    here = []
    if "Scan" in node["Node Type"]:
        here = [f"{node['Node Type']} {node.get('Index Name') or node.get('Relation Name') or ''}".strip()]
    return here + [scan for child in node.get("Plans", ()) for scan in _scans(child)]
