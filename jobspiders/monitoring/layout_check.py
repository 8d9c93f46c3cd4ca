"""The check of a board's layout: pages without a reading, a poorer source, fields whose place is gone."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median

from jobspiders.monitoring.access import more_scopes
from jobspiders.monitoring.baseline import LEAST_WHOLE, Share, shift
from jobspiders.monitoring.checks import finding, percent, usual_crawls
from jobspiders.monitoring.content import RARE, coverage_of
from jobspiders.monitoring.figures import CrawlFigures, History
from jobspiders.monitoring.findings import Finding
from jobspiders.monitoring.structure import LayoutChange
from jobspiders.monitoring.thresholds import Thresholds

#: Under which name the coverage of a field is recorded, where that is another one.
COVERED_AS = {
    "description_html": "description",
    "salary_text": "salary",
    "employment_text": "employment_types",
    "workplace_text": "workplace",
    "locations": "location_text",
}
#: Fields without which a posting is of little use; a change of others is a warning.
IDENTITY = ("title", "external_id", "url")
STAGES = ("listing", "detail")
#: A page that has less of the usual than this is another page, not one of a new layout.
ANOTHER_PAGE = 0.15


def check_layout(crawl: CrawlFigures, history: History, thresholds: Thresholds) -> Iterator[Finding]:
    """Pages that no reading fits any more, or fits less well."""
    moved = more_scopes("layout_changed", crawl, history, thresholds)
    if moved is not None:
        count, total = crawl.scopes_with("layout_changed")
        yield _finding(
            crawl,
            f"{count} of {total} parts have pages that could not be read, {percent(moved.usual)} are usual",
            _first(crawl.layout_changes),
            numbers={"now": round(moved.now, 4), "usual": round(moved.usual, 4), "scopes": total},
            evidence=crawl.evidence.get("layout_changed"),
        )
        return
    poorer = _poorer_source(crawl, history, thresholds)
    if poorer is not None:
        yield poorer
    lost = [change for change in crawl.layout_changes if change.field is not None]
    serious = [change for change in lost if _felt(change, crawl, history, thresholds)]
    if serious:
        yield _fields(crawl, serious, "error")
    elif lost and poorer is None:
        yield _fields(crawl, lost, "warning")


def sources(crawl: CrawlFigures, stage: str) -> dict[str, float]:
    """How many pages of a stage each source could read."""
    prefix = f"{stage}/source/"
    return {
        name.removeprefix(prefix): value
        for name, value in crawl.stats.items()
        if name.startswith(prefix) and isinstance(value, int | float)
    }


def _poorer_source(crawl: CrawlFigures, history: History, thresholds: Thresholds) -> Finding | None:
    known = usual_crawls(history, thresholds, "layout")
    if len(known) < thresholds.least_crawls:
        return None
    for stage in STAGES:
        now, before = sources(crawl, stage), [sources(earlier, stage) for earlier in known[-30:]]
        pages = sum(now.values())
        for source in {name for counts in before for name in counts}:
            usual = median(counts.get(source, 0) / max(sum(counts.values()), 1) for counts in before)
            if usual >= 0.8 and pages and now.get(source, 0) / pages <= 0.3:
                instead = max(now, key=lambda name: now[name])
                change = next((c for c in crawl.layout_changes if c.stage == stage), None)
                return _finding(
                    crawl,
                    f"{stage} pages are read from {instead}, no longer from {source}",
                    change,
                    numbers={"now": round(now.get(source, 0) / pages, 4), "usual": round(usual, 4)},
                    old=change.old if change is not None and change.old else source,
                    new=change.new if change is not None and change.old else instead,
                )
    return None


def _felt(change: LayoutChange, crawl: CrawlFigures, history: History, thresholds: Thresholds) -> bool:
    """Whether the whole crawl bears out what its first rows showed."""
    assert change.field is not None
    if change.field in IDENTITY:
        return crawl.postings == 0 or crawl.rejected * 5 > crawl.postings
    name = COVERED_AS.get(change.field, change.field)
    if name not in crawl.coverage:
        return False
    known = usual_crawls(history, thresholds, f"coverage:{name}")
    past = [coverage_of(earlier, name) for earlier in known if name in earlier.coverage]
    now = coverage_of(crawl, name)
    if len(past) < thresholds.least_crawls or now.whole < LEAST_WHOLE:
        return change.share >= 0.5 and now.value < 0.5
    moved = shift(Share(now.part, now.whole), past)
    return moved.usual >= RARE and 1 - moved.now / moved.usual >= 0.7 * thresholds.coverage


def _fields(crawl: CrawlFigures, lost: list[LayoutChange], severity: str) -> Finding:
    first = _first(lost)
    assert first is not None
    others = [change for change in lost if change is not first]
    names = list(dict.fromkeys(change.field for change in lost if change.field))
    covered = [COVERED_AS.get(name, name) for name in names]
    instead = f", there is {first.new} now" if first.new else ""
    where = f"{first.old} is gone{instead}" if first.old else "it stood in no place of its own"
    return _finding(
        crawl,
        f"{first.field} can no longer be read from {first.stage} pages ({first.source}): {where}",
        first,
        severity=severity,
        numbers={"share": first.share, "rows": first.rows, "fields": list(dict.fromkeys([*names, *covered]))},
        consequences=tuple(
            f"{change.field}: {change.old or '?'} -> {change.new or 'nothing'}" for change in others
        ),
    )


def _finding(
    crawl: CrawlFigures, message: str, change: LayoutChange | None, severity: str = "error", **given: object
) -> Finding:
    if change is not None:
        given.setdefault("old", change.old)
        given.setdefault("new", change.new)
        given["field"] = change.field
        if change.kept < ANOTHER_PAGE:
            message += f"; it is another page: {percent(change.kept)} of the usual elements are there"
        elif change.field is None and change.old:
            instead = f", there is {change.new} now" if change.new else ""
            message += f"; {change.old} is gone{instead}"
    return finding("layout", crawl, message, severity=severity, **given)  # type: ignore[arg-type]  # as given


def _first(lost: list[LayoutChange] | tuple[LayoutChange, ...]) -> LayoutChange | None:
    """The change that says most: of a field that a posting needs, with old and new."""
    order = (
        *IDENTITY,
        "company",
        "location_text",
        "description_html",
        "date_posted",
        "salary",
        "salary_text",
    )

    def rank(change: LayoutChange) -> tuple[bool, int, bool]:
        place = order.index(change.field) if change.field in order else len(order)
        return change.old is None, place, change.new is None

    return min(lost, key=rank, default=None)
