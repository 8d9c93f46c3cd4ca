"""`scrapy crawls`: the record of past and running crawls, and all about one of them."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, get_args

from jobspiders.commands.refusal import refuse
from jobspiders.project_command import ProjectCommand

if TYPE_CHECKING:
    from jobspiders.monitoring.comparison import Line
    from jobspiders.storage.crawl_listing import RecordedCrawl

#: Scopes that are shown of one crawl; those that went wrong come first.
MOST_SCOPES = 25
#: Stats that say how a crawl went; --stats shows all.
OF_NOTE = (
    *("listing/source/", "detail/source/", "detail/failed/", "detail/gone", "rows/", "pagination/", "pages/"),
    *("blocks/", "breaker/", "throttle/", "retry/", "sites/outcome", "sites/next_try", "proxies/picked"),
    *(
        "proxies/failed",
        "proxies/refused",
        "proxies/all_resting",
        "storage/",
        "downloader/response_status_count/",
    ),
    *("downloader/exception_type_count/", "postings/filtered/", "spider_exceptions/", "monitoring/"),
)
_AGO = re.compile(r"(\d{1,4})\s*([hdw])", re.IGNORECASE)
_HOURS = {"h": 1, "d": 24, "w": 168}


class Command(ProjectCommand):
    def syntax(self) -> str:
        return "[ID] [--board BOARD] [--outcome OUTCOME] [--since WHEN] [--node NODE] [--unfinished] [--bad] [--json]"

    def short_desc(self) -> str:
        return "List past and running crawls, or all about one of them"

    def long_desc(self) -> str:
        return (
            "List crawls, the newest first. With an id (its first characters are enough) show one crawl: what it "
            "found, its scopes, coverage, stats of note, and what differs from the usual, which is the median of the "
            "last healthy crawls of the board with the same arguments."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        for name, text in (
            ("board", "crawls of this board"),
            ("outcome", "that ended so: ok, empty, blocked, ...; or running"),
            ("node", "that ran on this node"),
        ):
            parser.add_argument(f"--{name}", action="append", default=[], metavar=name.upper(), help=text)
        parser.add_argument(
            "--since",
            metavar="WHEN",
            help="begun then or later: a date (2026-01-31, UTC), or 12h, 7d, 2w ago",
        )
        parser.add_argument(
            "--unfinished", action="store_true", help="that run still or did not come to their end"
        )
        parser.add_argument("--bad", action="store_true", help="in which the monitors found an error")
        parser.add_argument(
            "--limit", metavar="N", default="30", help="not more than this many (default: 30)"
        )
        parser.add_argument(
            "--stats", action="store_true", help="with an id: all stats, not only those of note"
        )
        parser.add_argument("--json", action="store_true", help="one JSON object a line")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        if len(args) > 1:
            refuse("name at most one crawl, by its id")
        from jobspiders.storage.crawl_listing import CrawlFilter, find_crawl, list_crawls
        from jobspiders.storage.errors import StorageError

        wanted = CrawlFilter(
            boards=_values(opts.board),
            outcomes=_outcomes(opts.outcome),
            nodes=_values(opts.node),
            since=since(opts.since, datetime.now(UTC)),
            unfinished=opts.unfinished,
            bad=opts.bad,
            limit=_limit(opts.limit),
        )
        try:
            url = self.database_url()
            if args:
                crawl = find_crawl(url, args[0])
                print(_json(as_object(crawl)) if opts.json else "\n".join(details(crawl, stats=opts.stats)))
                return
            rows = list_crawls(url, wanted)
        except StorageError as error:
            self.fail(error)
            return
        if opts.json:
            for row in rows:
                print(_json(row))
        else:
            print(table(rows, datetime.now(UTC)) if rows else "no crawls")


def since(given: str | None, now: datetime) -> datetime | None:
    """The time that ``--since`` means; ends the process with one line where it means none."""
    if given is None:
        return None
    ago = _AGO.fullmatch(given.strip())
    if ago is not None:
        return now - timedelta(hours=int(ago[1]) * _HOURS[ago[2].lower()])
    try:
        day = datetime.fromisoformat(given)
    except ValueError:
        refuse(f"--since takes a date such as 2026-01-31, or 12h, 7d, 2w, not {given!r}")
    return day.replace(tzinfo=UTC) if day.tzinfo is None else day


def state(row: Mapping[str, Any], now: datetime) -> str:
    """How a crawl stands: its outcome with what the monitors found, or whether it runs."""
    if row["finished_at"] is None:
        heard = row["updated_at"] or row["started_at"]
        return "running" if now - heard < timedelta(minutes=10) else f"silent since {heard:%m-%d %H:%M}"
    outcome = str(row["outcome"] or "failed")
    if row["finish_reason"] not in (None, "finished", outcome):
        outcome += f" ({row['finish_reason']})"
    return f"{outcome}  ! {', '.join(row['findings'])}" if row["findings"] else outcome


def table(rows: list[dict[str, Any]], now: datetime) -> str:
    """The crawls in columns."""
    head = [
        "id",
        "board",
        "started (UTC)",
        "took",
        "seen",
        "new",
        "changed",
        "closed",
        "rejected",
        "requests",
    ]
    cells = [[*head, "node", "outcome", "arguments"]]
    for row in rows:
        end = row["finished_at"] or row["updated_at"] or row["started_at"]
        seen = row["new"] + row["changed"] + row["unchanged"]
        numbers = [seen, *(row[name] for name in ("new", "changed", "closed", "rejected", "requests"))]
        cells.append(
            [
                str(row["id"])[:8],
                row["board"],
                f"{row['started_at']:%Y-%m-%d %H:%M}",
                _took(end - row["started_at"]),
                *map(str, numbers),
                row["node"] or "",
                state(row, now),
                _arguments(row["arguments"]),
            ]
        )
    widths = [max(len(line[column]) for line in cells) for column in range(len(cells[0]))]
    return "\n".join(
        "  ".join(
            cell.rjust(width) if 3 <= column <= 9 else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in cells
    )


def details(crawl: RecordedCrawl, *, stats: bool) -> Iterator[str]:
    """All about one crawl."""
    row = crawl.row
    yield f"crawl {row['id']}: {row['board']} {_arguments(row['arguments'])}".rstrip()
    yield f"  {state({**row, 'findings': []}, datetime.now(UTC))}"
    end = row["finished_at"] or row["updated_at"] or row["started_at"]
    yield f"  {row['started_at']:%Y-%m-%d %H:%M:%S} to {end:%Y-%m-%d %H:%M:%S} UTC, {_took(end - row['started_at'])}"
    where = [("node", row["node"]), ("job", row["job_id"]), ("version", row["version"])]
    yield "  " + ", ".join(f"{name} {value}" for name, value in where if value)
    counts = ("new", "changed", "unchanged", "closed", "reopened", "rejected", "duplicates", "withheld")
    yield "  " + ", ".join(f"{row[name]} {name}" for name in counts)
    yield from _found(crawl)
    yield from _compared(crawl)
    yield from _scopes(crawl.scopes)
    shown = {
        name: value
        for name, value in sorted(crawl.figures.stats.items())
        if stats or (name.startswith(OF_NOTE) and not name.startswith("proxies/label/"))
    }
    if shown:
        yield ""
        yield "all stats:" if stats else "stats of note (--stats: all)"
        yield from (f"  {name}: {value}" for name, value in shown.items())


def as_object(crawl: RecordedCrawl) -> dict[str, Any]:
    """One crawl for programs."""
    from jobspiders.monitoring.comparison import compare

    lines, number = compare(crawl.figures, crawl.history)
    return {
        **{name: value for name, value in crawl.row.items() if name != "findings"},
        "findings": [asdict(finding) for finding in crawl.findings],
        "coverage": dict(crawl.figures.coverage),
        "compared_with": number,
        "usual": {line.name: line.usual for line in lines},
        "now": {line.name: line.now for line in lines},
        "scopes": crawl.scopes,
        "stats": dict(crawl.figures.stats),
    }


def _found(crawl: RecordedCrawl) -> Iterator[str]:
    for finding in crawl.findings:
        yield ""
        yield f"{finding.severity}: {finding.kind}: {finding.message}"
        for name in ("field", "old", "new", "evidence"):
            if (value := getattr(finding, name)) is not None:
                yield f"  {name}: {value}"
        yield from (f"  also: {text}" for text in finding.consequences)
        if finding.next_step and not finding.next_step.startswith("scrapy crawls"):
            yield f"  next: {finding.next_step}"


def _compared(crawl: RecordedCrawl) -> Iterator[str]:
    from jobspiders.monitoring.comparison import compare

    lines, number = compare(crawl.figures, crawl.history)
    yield ""
    yield (
        f"beside the usual (median of {number} healthy crawls with the same arguments):"
        if number
        else "nothing to compare with yet: no healthy crawl with the same arguments before"
    )
    yield f"  {'':<20}{'now':>10}{'usual':>10}"
    for line in lines:
        if line.now is not None or line.usual is not None:
            mark = "  <- differs" if line.differs else ""
            yield f"  {line.name:<20}{_figure(line, line.now):>10}{_figure(line, line.usual):>10}{mark}"


def _figure(line: Line, value: float | None) -> str:
    if value is None:
        return "-"
    return f"{100 * value:.0f} %" if line.share else f"{value:g}" if value < 100 else f"{value:.0f}"


def _scopes(scopes: list[dict[str, Any]]) -> Iterator[str]:
    yield ""
    outcomes: dict[str, int] = {}
    for scope in scopes:
        name = scope["outcome"] or "open"
        outcomes[name] = outcomes.get(name, 0) + 1
    yield f"scopes: {', '.join(f'{count} {name}' for name, count in outcomes.items()) or 'none'}"
    for scope in scopes[:MOST_SCOPES]:
        notes = [f"{scope['postings']} postings"]
        notes += [f"{scope[name]} {name}" for name in ("new", "closed", "rejected") if scope[name]]
        notes += ["not modified"] if scope["not_modified"] else []
        notes += ["absent ones not closed: collapsed"] if scope["withheld"] else []
        evidence = f" ({scope['evidence']})" if scope["evidence"] else ""
        yield f"  {scope['scope']}: {scope['outcome'] or 'open'}, {', '.join(notes)}{evidence}"
    if len(scopes) > MOST_SCOPES:
        yield f"  and {len(scopes) - MOST_SCOPES} more (--json: all)"


def _took(time: timedelta) -> str:
    seconds = max(0, int(time.total_seconds()))
    hours, minutes = divmod(seconds // 60, 60)
    return f"{hours}h{minutes:02d}m" if hours else f"{minutes}m{seconds % 60:02d}s"


def _arguments(arguments: Mapping[str, Any]) -> str:
    text = " ".join(
        f"{name}={','.join(map(str, value)) if isinstance(value, list) else value}"
        for name, value in arguments.items()
    )
    return text if len(text) <= 60 else f"{text[:57]}..."


def _values(given: list[str]) -> tuple[str, ...]:
    return tuple(value.strip() for each in given for value in each.split(",") if value.strip())


def _outcomes(given: list[str]) -> tuple[str, ...]:
    from jobspiders.storage.records import Outcome

    known = (*get_args(Outcome), "running")
    outcomes = _values(given)
    for outcome in outcomes:
        if outcome not in known:
            refuse(f"--outcome takes one of {', '.join(known)}, not {outcome!r}")
    return outcomes


def _limit(given: str) -> int:
    if not given.isascii() or not given.isdigit() or not 0 < int(given) < 1 << 31:
        refuse(f"--limit takes a number from 1, not {given!r}")
    return int(given)


def _json(value: Any) -> str:
    import orjson

    return orjson.dumps(value, default=str).decode()
