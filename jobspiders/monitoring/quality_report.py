"""The quality of boards' postings as text, and as one HTML file that needs nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from html import escape

from jobspiders.monitoring.quality import EXPECTED, FAULTS, FIELDS, OUTLIERS, QualityDay, together

_COLUMNS = (
    "board",
    "postings",
    "complete",
    "fresh",
    "valid",
    "copies",
    "outliers",
    "rejected",
    "quality",
    "age",
)


def as_text(days: Sequence[QualityDay], first: date, last: date) -> str:
    """A line for each board, over all days, and the outliers that stand out."""
    boards = together(days)
    if not boards:
        return f"nothing was seen from {first} to {last}"
    rows = [list(_COLUMNS), *([each.board, *_cells(each)] for each in boards)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_COLUMNS))]
    lines = [f"{first} to {last} (UTC), postings by the day on which they were first seen", ""]
    for row in rows:
        cells = [
            row[0].ljust(widths[0]),
            *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True)),
        ]
        lines.append("  ".join(cells).rstrip())
    lines += [
        f"{each.board}: {example.what.replace('_', ' ')}: {example.value}: {example.title} {example.url}"
        for each in boards
        for example in each.examples[:3]
    ]
    return "\n".join(lines)


def _cells(each: QualityDay) -> list[str]:
    return [
        str(each.postings),
        *(
            _percent(share)
            for share in (
                each.completeness,
                each.freshness,
                each.validity,
                each.duplication,
                each.strangeness,
                each.rejection,
            )
        ),
        "" if each.quality is None else f"{each.quality:.0f}",
        "" if each.age is None else f"{each.age:.1f} d",
    ]


def _percent(share: float | None) -> str:
    return "" if share is None else f"{share:.1%}" if 0 < share < 0.1 else f"{share:.0%}"


_STYLE = """
:root { --ink: #1d2433; --soft: #667085; --line: #e4e7ec; --bar: #3b6fd4; --bad: #c4320a }
* { box-sizing: border-box }
body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: #f7f8fa; margin: 0 }
main { max-width: 1180px; margin: 0 auto; padding: 32px 24px }
h1 { font-size: 26px; margin: 0 } h2 { font-size: 19px; margin: 0 0 4px } h3 { font-size: 14px; margin: 18px 0 6px }
p { color: var(--soft); margin: 4px 0 20px }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums }
th { font-weight: 600; color: var(--soft); font-size: 13px; text-align: right; white-space: nowrap }
td { text-align: right; white-space: nowrap } th:first-child, td:first-child { text-align: left }
th, td { padding: 7px 10px; border-bottom: 1px solid var(--line) } tr:last-child td { border-bottom: 0 }
section { background: #fff; border: 1px solid var(--line); border-radius: 10px; padding: 18px 20px }
section { margin-bottom: 20px; overflow-x: auto }
.low { color: var(--bad); font-weight: 600 } .charts { display: grid; gap: 18px; grid-template-columns: repeat(3, 1fr) }
.charts div { color: var(--soft); font-size: 13px } svg { display: block; width: 100% }
.columns { display: grid; gap: 28px; grid-template-columns: 1fr 1fr } .field { fill: var(--ink); font-size: 12px }
td.text { white-space: normal; text-align: left; word-break: break-word }
a { color: var(--bar) } .notes { margin: 14px 0 0 }
@media (max-width: 760px) { .charts, .columns { grid-template-columns: 1fr } }
"""


def as_html(days: Sequence[QualityDay], first: date, last: date, made_at: datetime) -> str:
    """A page with a table of all boards, and charts, fields, faults and outliers of each. Everything is escaped."""
    boards = together(days)
    by_board: dict[str, list[QualityDay]] = {}
    for day in days:
        by_board.setdefault(day.board, []).append(day)
    parts = [
        "<!doctype html>",
        '<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">',
        # what boards say is shown: no script of theirs may run, whatever the escaping missed
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">",
        f"<title>Data quality, {first} to {last}</title><style>{_STYLE}</style></head><body><main>",
        "<h1>Data quality</h1>",
        f"<p>{first} to {last} (UTC), postings by the day on which they were first seen. "
        f"Made {made_at:%Y-%m-%d %H:%M} UTC.</p>",
        _overview(boards, by_board, first, last),
        *(_board(number, each, by_board[each.board], first, last) for number, each in enumerate(boards)),
        "</main></body></html>",
    ]
    return "\n".join(parts) + "\n"


def _overview(
    boards: Sequence[QualityDay], by_board: dict[str, list[QualityDay]], first: date, last: date
) -> str:
    heads = "".join(f"<th>{name}</th>" for name in (*_COLUMNS, "per day"))
    rows = []
    for number, each in enumerate(boards):
        cells = _cells(each)
        marked = "".join(
            f'<td class="low">{cell}</td>' if bad else f"<td>{cell}</td>"
            for cell, bad in zip(cells, _marks(each), strict=True)
        )
        chart = _bars(_series(by_board[each.board], first, last, "postings"), height=22, width=120)
        rows.append(
            f'<tr><td><a href="#board{number}">{escape(each.board)}</a></td>{marked}<td>{chart}</td></tr>'
        )
    body = "".join(rows) or f'<tr><td colspan="{len(_COLUMNS) + 1}">nothing was seen</td></tr>'
    notes = (
        f"complete: {', '.join(EXPECTED)}; fresh: at most a week old when first seen; copies: of a job that another "
        "posting showed before"
    )
    return f"<section><table><tr>{heads}</tr>{body}</table><p class='notes'>{notes}</p></section>"


def _marks(each: QualityDay) -> list[bool]:
    """Which cells of a board should be looked at."""

    def below(share: float | None, bound: float) -> bool:
        return share is not None and share < bound

    def above(share: float | None, bound: float) -> bool:
        return share is not None and share > bound

    return [
        False,
        below(each.completeness, 0.7),
        False,
        below(each.validity, 0.9),
        above(each.duplication, 0.5),
        above(each.strangeness, 0.05),
        above(each.rejection, 0.05),
        below(each.quality, 50),
        False,
    ]


def _board(number: int, each: QualityDay, days: Sequence[QualityDay], first: date, last: date) -> str:
    charts = "".join(
        f"<div>{label}{chart}</div>"
        for label, chart in (
            ("postings per day", _bars(_series(days, first, last, "postings"), height=70)),
            ("complete", _line(_series(days, first, last, "completeness"))),
            ("valid", _line(_series(days, first, last, "validity"))),
        )
    )
    fields = "".join(
        _field(place, name, each.fields.get(name, 0) / each.postings if each.postings else 0.0)
        for place, name in enumerate(FIELDS)
    )
    counts = "".join(
        f'<tr><td class="text">{escape(text)}</td><td>{count}</td></tr>'
        for names, found in ((FAULTS, each.faults), (OUTLIERS, each.outliers))
        for name, text in names.items()
        if (count := found.get(name, 0))
    )
    shown = "".join(
        f'<tr><td class="text">{escape(example.title)}</td><td class="text">{escape(example.value)}</td>'
        f'<td class="text">{_link(example.url)}</td></tr>'
        for example in each.examples
    )
    examples = f"<h3>For example</h3><table>{shown}</table>" if shown else ""
    troubles = f"<table>{counts}</table>" if counts else "<p>none</p>"
    return (
        f"<section id='board{number}'><h2>{escape(each.board)}</h2>"
        f"<p>{each.postings} postings, {each.seen} seen by crawls, {each.rejected} rows set aside</p>"
        f"<div class='charts'>{charts}</div><div class='columns'><div><h3>Fields</h3>"
        f'<svg viewBox="0 0 400 {22 * len(FIELDS)}" role="img">{fields}</svg></div>'
        f"<div><h3>Faults and outliers</h3>{troubles}{examples}</div></div></section>"
    )


def _series(days: Sequence[QualityDay], first: date, last: date, name: str) -> list[float | None]:
    known = {day.day: getattr(day, name) for day in days}
    return [known.get(first + timedelta(days=offset)) for offset in range((last - first).days + 1)]


def _bars(values: Sequence[float | None], *, height: int, width: int = 320) -> str:
    most = max((value for value in values if value), default=0) or 1
    step = width / max(len(values), 1)
    bars = "".join(
        f'<rect x="{place * step:.1f}" y="{height - tall:.1f}" width="{max(step - 1, 0.5):.1f}" height="{tall:.1f}" '
        'fill="#3b6fd4"/>'
        for place, value in enumerate(values)
        if (tall := (value or 0) / most * (height - 2))
    )
    axis = f'<line x1="0" x2="{width}" y1="{height - 0.5}" y2="{height - 0.5}" stroke="#e4e7ec"/>'
    size = f'style="width:{width}px"' if width < 200 else ""
    return f'<svg viewBox="0 0 {width} {height}" {size} role="img">{axis}{bars}</svg>'


def _line(values: Sequence[float | None], height: int = 70, width: int = 320) -> str:
    """Shares from 0 to 1; days without one are left out of the line."""
    step = width / max(len(values) - 1, 1)
    points = [
        (place * step, height - 3 - value * (height - 6))
        for place, value in enumerate(values)
        if value is not None
    ]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    dots = "".join(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.2" fill="#3b6fd4"/>' for x, y in points)
    grid = "".join(
        f'<line x1="0" x2="{width}" y1="{y}" y2="{y}" stroke="#e4e7ec"/>' for y in (3, height / 2, height - 3)
    )
    path = f'<polyline points="{line}" fill="none" stroke="#3b6fd4" stroke-width="1.8"/>'
    return f'<svg viewBox="-3 0 {width + 6} {height}" role="img">{grid}{path}{dots}</svg>'


def _field(place: int, name: str, share: float) -> str:
    y = place * 22
    return (
        f'<text class="field" x="0" y="{y + 14}">{name}</text>'
        f'<rect x="130" y="{y + 4}" width="220" height="12" rx="3" fill="#eef2f9"/>'
        f'<rect x="130" y="{y + 4}" width="{220 * min(share, 1):.1f}" height="12" rx="3" fill="#3b6fd4"/>'
        f'<text class="field" x="400" y="{y + 14}" text-anchor="end">{share:.0%}</text>'
    )


def _link(url: str) -> str:
    if not url.startswith(("http://", "https://")):
        return escape(url)
    return f'<a href="{escape(url)}" rel="noreferrer nofollow">{escape(url[:80])}</a>'
