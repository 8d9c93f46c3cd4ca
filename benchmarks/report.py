"""Results as a table beside their targets; `python -m benchmarks.report` writes it into docs/performance.md."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "performance.md"
RESULTS = ROOT / ".bench" / "results.json"
_BLOCK = re.compile(r"(<!-- results -->\n).*?(<!-- end of results -->)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Line:
    """A figure and, where there is one, its target: at least so much, or at most."""

    name: str
    value: float
    unit: str
    least: float | None = None
    most: float | None = None

    @property
    def target(self) -> str:
        """In words."""
        if self.least is not None:
            return f">= {_number(self.least)}"
        return f"<= {_number(self.most)}" if self.most is not None else ""

    @property
    def met(self) -> str:
        """Whether the target is met."""
        if self.least is None and self.most is None:
            return ""
        good = (self.least is None or self.value >= self.least) and (
            self.most is None or self.value <= self.most
        )
        return "yes" if good else "NO"


def lines(results: dict[str, Any]) -> list[Line]:
    """The figures in their order."""
    found: list[Line] = []
    targets = {"ATS, one process": 1200.0, "ATS, two processes": 1800.0}
    for name, crawl in results.get("crawls", {}).items():
        unit = "requests/s" if name.endswith("requests") else "postings/s"
        found.append(Line(name, crawl["per second"], unit, least=targets.get(name)))
        found.append(Line(f"{name}: our process", crawl["microseconds"], "us CPU each"))
        if crawl["PostgreSQL microseconds"] > 20:
            found.append(Line(f"{name}: PostgreSQL", crawl["PostgreSQL microseconds"], "us CPU each"))
        found.append(Line(f"{name}: peak memory", crawl["peak memory"] / 1e6, "MB"))
    for name, ratio in results.get("ratios", {}).items():
        least = 3.0 if "unchanged" in name else 0.6 if "default" in name else None
        found.append(Line(name, ratio, "times", least=least))
    costs = results.get("microseconds per posting", {})
    for kind in ("ATS", "LinkedIn"):
        for stage, cost in costs.get(kind, {}).items():
            found.append(Line(f"{kind}, {stage}", cost, "us CPU each"))
        if kind in costs:
            total = sum(cost for stage, cost in costs[kind].items() if stage != "store")
            most = 800.0 if kind == "ATS" else None
            found.append(Line(f"{kind}, all but store", total, "us CPU each", most=most))
    if "python-jobspy" in costs:
        found.append(Line("LinkedIn, python-jobspy", costs["python-jobspy"], "us CPU each"))
        found.append(
            Line("LinkedIn, times less", costs["times less than python-jobspy"], "times", least=10.0)
        )
    if "extensions" in results:
        found.append(
            Line("extensions, of a crawl's CPU", results["extensions"]["share"] * 100, "%", most=3.0)
        )
    limits = results.get("limits", {})
    if limits:
        rate = limits["COPY of whole postings, rows per second"]
        found.append(Line("COPY of whole postings alone", rate, "rows/s"))
        for name, cost in limits["parsing alone, microseconds"].items():
            found.append(Line(f"parsing alone, {name}", cost, "us CPU each"))
    found += _growth(results.get("growth", {}))
    memory = results.get("memory")
    if memory:
        found.append(
            Line(f"memory of {memory['postings']:,} postings, peak", memory["peak"] / 1e6, "MB", most=250.0)
        )
        found.append(Line("memory, last third against first", memory["growth"] * 100, "%", most=5.0))
        found.append(Line(f"rate over {memory['postings']:,} postings", memory["per second"], "postings/s"))
    for name, seconds in results.get("start-up", {}).items():
        found.append(Line(name, seconds, "s", most=1.0 if name == "scrapy list" else None))
    return found


def _growth(growth: dict[str, Any]) -> list[Line]:
    found = []
    sizes = [size for size in growth if size.isdecimal()]
    for size in sizes:
        found.append(Line(f"ingest with {int(size):,} stored", growth[size]["per second"], "postings/s"))
        cost = growth[size]["PostgreSQL microseconds"]
        found.append(Line(f"ingest with {int(size):,} stored: PostgreSQL", cost, "us CPU each"))
        found.append(
            Line(f"ingest with {int(size):,} stored: peak memory", growth[size]["peak memory"] / 1e6, "MB")
        )
    if sizes:
        ratio = growth["rate at most stored, of least"]
        found.append(
            Line(f"ingest with {int(sizes[-1]):,} stored, of {int(sizes[0]):,}", ratio, "times", least=0.8)
        )
        for query in growth[sizes[-1]]["queries"]:
            most = 100.0 if query["query"] == "Full-text search" else 50.0
            found.append(Line(f"query: {query['query']}", query["milliseconds"], "ms", most=most))
    return found


def text(results: dict[str, Any]) -> str:
    """The results as a table of Markdown, with the machine before it."""
    on = ", ".join(f"{name} {value}" for name, value in results["machine"].items())
    rows = [("figure", "value", "unit", "target", "met")]
    rows += [(line.name, _number(line.value), line.unit, line.target, line.met) for line in lines(results)]
    widths = [max(len(row[column]) for row in rows) for column in range(5)]
    table = [_row(row, widths) for row in rows]
    table.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    said = [f"{results['when']}, {results['mode']}: {on}.", "", *table]
    if results.get("failed"):
        said += ["", *(f"{name} failed: {why}" for name, why in results["failed"].items())]
    plans = results.get("growth", {})
    sizes = [size for size in plans if size.isdecimal()]
    if sizes:
        said += ["", f"Plans with {int(sizes[-1]):,} postings:", ""]
        said += [f"- {query['query']}: {'; '.join(query['scans'])}" for query in plans[sizes[-1]]["queries"]]
    return "\n".join(said)


def write() -> None:
    """Put the last results into the page."""
    results = json.loads(RESULTS.read_text())
    page = PAGE.read_text(encoding="utf-8")
    block = text(results)
    PAGE.write_text(_BLOCK.sub(lambda found: f"{found[1]}{block}\n{found[2]}", page), encoding="utf-8")
    print(f"{PAGE.relative_to(ROOT)}: figures of {results['when']}")


def _row(row: tuple[str, ...], widths: list[int]) -> str:
    return "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |"


def _number(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


if __name__ == "__main__":
    write()
