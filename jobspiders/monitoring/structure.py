"""How a board's pages are laid out, learned from samples, and what a change of it did to which field."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from difflib import SequenceMatcher
from typing import Any, Self

#: Rows and pages that weigh at most in what is remembered, so that a change is followed in time.
MEMORY_ROWS, MEMORY_PAGES = 400.0, 40.0
#: Keys and marks that fewer rows or pages have are forgotten.
FORGOTTEN = 0.01
MOST_REMEMBERED = 400
#: The probability below which it is no chance that no row has what a share of rows had, and the least rows.
UNLIKELY, LEAST_ROWS = 6e-4, 3
#: What is left of a share that counts as gone.
GONE = 0.3


@dataclass(slots=True)
class Structure:
    """One stage and source of a board. Shares run from 0 to 1.

    ``keys``: rows that have something at a path. ``present``: rows from which a field could be read.
    ``origins``: by field, the rows in which its text stands at a path. ``marks``: pages that have an element,
    container or script. ``counts``: how often a page has it.
    """

    rows: float = 0.0
    pages: float = 0.0
    keys: dict[str, float] = field(default_factory=dict)
    present: dict[str, float] = field(default_factory=dict)
    origins: dict[str, dict[str, float]] = field(default_factory=dict)
    marks: dict[str, float] = field(default_factory=dict)
    counts: dict[str, float] = field(default_factory=dict)

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        """What ``to_json`` made; unknown keys of a later version are ignored."""
        return cls(**{name: value[name] for name in cls.__slots__ if name in value})

    def to_json(self) -> dict[str, Any]:
        """As it is stored."""
        return asdict(self)

    def merged(self, new: Structure) -> Structure:
        """What is known after a further sample."""
        rows, pages = min(self.rows, MEMORY_ROWS), min(self.pages, MEMORY_PAGES)
        return Structure(
            rows=rows + new.rows,
            pages=pages + new.pages,
            keys=_mean(self.keys, rows, new.keys, new.rows),
            present=_mean(self.present, rows, new.present, new.rows),
            origins={
                name: _mean(self.origins.get(name, {}), rows, new.origins.get(name, {}), new.rows)
                for name in {*self.origins, *new.origins}
            },
            marks=_mean(self.marks, pages, new.marks, new.pages),
            counts=_mean(self.counts, pages, new.counts, new.pages),
        )


@dataclass(slots=True)
class Sample:
    """Counts rows and pages; ``structure`` makes shares of them."""

    rows: int = 0
    pages: int = 0
    keys: Counter[str] = field(default_factory=Counter)
    present: Counter[str] = field(default_factory=Counter)
    origins: dict[str, Counter[str]] = field(default_factory=dict)
    marks: Counter[str] = field(default_factory=Counter)
    counts: Counter[str] = field(default_factory=Counter)

    def add_row(self, keys: Mapping[str, str], fields: Mapping[str, str]) -> None:
        """A row by its paths, and the texts of the fields that were read from it."""
        self.rows += 1
        self.keys.update(keys.keys())
        self.present.update(fields.keys())
        for name, value in fields.items():
            origins = self.origins.setdefault(name, Counter())
            origins.update(_origins(keys, value))

    def add_page(self, marks: Mapping[str, int]) -> None:
        """A page by its elements, containers and scripts."""
        self.pages += 1
        self.marks.update(marks.keys())
        self.counts.update(marks)

    def structure(self) -> Structure:
        """The shares; of keys and marks the most frequent."""
        return Structure(
            rows=self.rows,
            pages=self.pages,
            keys=_shares(self.keys, self.rows),
            present=_shares(self.present, self.rows),
            origins={name: _shares(paths, self.rows) for name, paths in self.origins.items()},
            marks=_shares(self.marks, self.pages),
            counts=_shares(self.counts, self.pages),
        )


@dataclass(frozen=True, slots=True)
class LayoutChange:
    """What a page no longer has, what it may have instead, and the field that cannot be read any more.

    ``field`` is None for a change of whole pages, in which no row was found. ``share`` is that of rows (or pages)
    which had it, ``kept`` the share of the usual marks that the page still has: near 0 it is another page.
    """

    stage: str
    source: str
    field: str | None
    old: str | None
    new: str | None
    share: float
    rows: int
    kept: float = 1.0


def changes(stage: str, source: str, old: Structure, new: Structure) -> list[LayoutChange]:
    """The fields of ``old`` that can no longer be read in ``new``, those first that most rows had."""
    if new.rows == 0:
        return []
    lost = _gone(old.keys, new.keys, new.rows)
    gained = {path: share for path, share in new.keys.items() if old.keys.get(path, 0.0) <= 0.02}
    found = []
    for name, share in sorted(old.present.items(), key=lambda item: -item[1]):
        now = new.present.get(name, 0.0)
        # of a share that few rows have taught, one row less may be the truth
        least = share if share >= 0.95 else share * old.rows / (old.rows + 1)
        if now > GONE * share or not _certain(least, new.rows):
            continue
        path = _origin(name, old, lost)
        found.append(
            LayoutChange(
                stage,
                source,
                name,
                path,
                _successor(path, share, gained) if path in lost else None,
                round(share, 3),
                int(new.rows),
            )
        )
    return found


def page_change(stage: str, source: str, old: Structure, new: Structure) -> LayoutChange | None:
    """What pages without a reading lack that all pages used to have; None where nothing is known of before."""
    if not old.pages or not new.pages:
        return None
    usual = {mark: share for mark, share in old.marks.items() if share >= 0.8}
    if not usual:
        return None
    gone = {mark for mark in usual if new.marks.get(mark, 0.0) == 0.0}
    kept = 1 - len(gone) / len(usual)
    lost = [mark for mark in usual if mark in gone and _outermost(mark, gone)]
    came = {mark for mark in new.marks if old.marks.get(mark, 0.0) <= 0.02}
    gained = {mark: new.counts[mark] for mark in new.marks if mark in came and _outermost(mark, came)}
    # rows stand in what a page has often, and what only the row has stands once a row
    lost.sort(key=lambda mark: (-_pairing(mark, gained, old.counts)[0], -old.counts.get(mark, 0.0)))
    if not lost:
        return LayoutChange(stage, source, None, None, None, 1.0, 0, 1.0)
    best = lost[0]
    score, partner = _pairing(best, gained, old.counts)
    return LayoutChange(
        stage, source, None, best, partner if score >= 0.4 else None, round(usual[best], 3), 0, round(kept, 3)
    )


def _outermost(path: str, others: set[str]) -> bool:
    """Whether no container around a path is among ``others`` too."""
    return not any(path[:place] in others for place, sign in enumerate(path) if place and sign in ".[")


def _pairing(mark: str, gained: Mapping[str, float], counts: Mapping[str, float]) -> tuple[float, str | None]:
    """The new mark that is most like an old one, in name and in how often it stands on a page."""
    best: tuple[float, str | None] = (0.0, None)
    for other, count in gained.items():
        usual = max(counts.get(mark, 1.0), 0.01)
        ratio = min(count, usual) / max(count, usual)
        score = 0.6 * _alike(mark, other) + 0.4 * ratio
        if score > best[0]:
            best = (score, other)
    return best


def _origins(keys: Mapping[str, str], value: str) -> Iterable[str]:
    if not value:
        return []
    exact = [path for path, text in keys.items() if text == value]
    if exact:
        return exact[:8]
    if len(value) < 3:
        return []
    # an address is made absolute, a place put together from its parts, an entity resolved
    return [
        path
        for path, text in keys.items()
        if len(text) >= 3 and (text in value or value in text or text[:30] == value[:30])
    ][:8]


def _origin(name: str, old: Structure, lost: Mapping[str, float]) -> str | None:
    """Where a field stood: of the paths with its text one that is gone, else one that is called like it."""
    known = sorted(old.origins.get(name, {}).items(), key=lambda item: -item[1])
    for path, _ in known:
        if path in lost:
            return path
    if known:
        return known[0][0]
    stem = name.split("_")[0]
    like = [path for path in lost if stem in path.lower()]
    return max(like, key=lambda path: lost[path], default=None)


def _successor(path: str | None, share: float, gained: Mapping[str, float]) -> str | None:
    """The new path that most likely holds what ``path`` held."""
    if path is None:
        return None
    best, score = None, 0.0
    for other, now in gained.items():
        same_parent = path.rpartition(".")[0] == other.rpartition(".")[0]
        likeness = 0.5 * _alike(path, other) + 0.3 * (1 - abs(now - share)) + 0.2 * same_parent
        if likeness > score:
            best, score = other, likeness
    return best if score >= 0.45 else None


def _alike(one: str, other: str) -> float:
    return SequenceMatcher(None, one.lower(), other.lower()).ratio()


def _gone(old: Mapping[str, float], new: Mapping[str, float], rows: float) -> dict[str, float]:
    return {
        path: share
        for path, share in old.items()
        if new.get(path, 0.0) <= GONE * share and _certain(share, rows)
    }


def _certain(share: float, rows: float) -> bool:
    return rows >= LEAST_ROWS and (1 - min(share, 1.0)) ** rows <= UNLIKELY


def _shares(counts: Mapping[str, int], whole: int) -> dict[str, float]:
    most = Counter(counts).most_common(MOST_REMEMBERED)
    return {name: round(count / whole, 4) for name, count in most} if whole else {}


def _mean(
    old: Mapping[str, float], old_weight: float, new: Mapping[str, float], new_weight: float
) -> dict[str, float]:
    whole = old_weight + new_weight
    if not whole:
        return {}
    mean = {
        name: round((old.get(name, 0.0) * old_weight + new.get(name, 0.0) * new_weight) / whole, 4)
        for name in {*old, *new}
    }
    kept = sorted(mean.items(), key=lambda item: (-item[1], item[0]))[:MOST_REMEMBERED]
    return {name: share for name, share in kept if share >= FORGOTTEN}
