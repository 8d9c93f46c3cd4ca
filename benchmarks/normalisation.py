"""What normalisation costs: microseconds of CPU per posting, by normaliser.

    python benchmarks/normalisation.py [POSTINGS] [ROUNDS]

On seeded invented postings of 7.6 KB of HTML, four in five with the typographic marks that real ones have. Each
normaliser is timed within a whole run over a posting, caches and all; of several rounds the least counts for each
posting, so that what else the machine does matters little.
"""

from __future__ import annotations

import copy
import sys
import time
from collections import defaultdict, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import zip_longest
from typing import Any

from benchmarks.invented import Inventor
from jobspiders.items import JobPosting
from jobspiders.normalise import posting as normalisation
from jobspiders.pipelines.normalisation import AT_ONCE

NOW = datetime(2026, 9, 2, 8, tzinfo=UTC)
#: What is timed, by its name in ``normalise.posting``, in the order in which it is called.
STEPS = {
    "clean_texts": "texts made storable",
    "html_to_text": "HTML to text",
    "parse_date": "dates",
    "parse_locations": "places",
    "derive_workplace": "workplace, with the scan of the description",
    "parse_salary": "salary",
    "parse_seniority": "seniority",
    "find_skills": "skills",
    "parse_experience": "experience",
    "parse_education": "education",
    "detect_language": "language",
    "quality": "quality",
}


def postings(count: int, seed: int = 5) -> Iterator[JobPosting]:
    """Postings as a spider yields them."""
    inventor = Inventor(seed)
    companies = [inventor.company(number) for number in range(40)]
    for number in range(count):
        made = inventor.posting(companies[number % len(companies)], number)
        typographic = number % 5 > 0
        yield JobPosting(
            board="greenhouse",
            external_id=str(number),
            url=f"https://boards.example/{made.company.token}/jobs/{number}",
            title=made.title,
            company=made.company.name,
            location_text=made.location,
            department=made.team,
            date_posted=made.posted.isoformat(),
            description_html=made.html.replace("'", "’").replace("; ", " – ") if typographic else made.html,
        )


class _Clock:
    """CPU time by step, a posting at a time."""

    def __init__(self) -> None:
        self.nanoseconds: dict[str, int] = defaultdict(int)

    def timed(self, name: str, step: Callable[..., Any]) -> Callable[..., Any]:
        def run(*args: Any, **options: Any) -> Any:
            start = time.process_time_ns()
            try:
                return step(*args, **options)
            finally:
                self.nanoseconds[name] += time.process_time_ns() - start

        return run


@contextmanager
def _timed_steps() -> Iterator[_Clock]:
    clock = _Clock()
    originals = {name: getattr(normalisation, name) for name in STEPS}
    for name, step in originals.items():
        setattr(normalisation, name, clock.timed(name, step))
    try:
        yield clock
    finally:
        for name, step in originals.items():
            setattr(normalisation, name, step)


def _round(items: list[JobPosting]) -> list[int]:
    """Nanoseconds for as many postings as a crawl normalises side by side, for each such handful."""
    taken = []
    fresh = copy.deepcopy(items)
    for at in range(0, len(fresh), AT_ONCE):
        start = time.process_time_ns()
        steps = [
            normalisation.normalisation(item, now=NOW, count=lambda stat: None)
            for item in fresh[at : at + AT_ONCE]
        ]
        deque(zip_longest(*steps), maxlen=0)
        taken.append(time.process_time_ns() - start)
    return taken


def _by_step(items: list[JobPosting]) -> list[dict[str, int]]:
    """Nanoseconds for each posting by step."""
    taken = []
    with _timed_steps() as clock:
        for item in copy.deepcopy(items):
            clock.nanoseconds = defaultdict(int)
            normalisation.normalise(item, now=NOW, count=lambda stat: None)
            taken.append(dict(clock.nanoseconds))
    return taken


def measure(count: int = 300, rounds: int = 7) -> dict[str, float]:
    """Microseconds of CPU per posting by name of normaliser, and of all of it as ``all``.

    The steps add up to more than ``all``: each is timed with its call and one posting after the other, ``all`` as a
    crawl does it, some postings side by side.
    """
    items = list(postings(count))
    _round(items)
    whole = [min(times) for times in zip(*(_round(items) for _ in range(rounds)), strict=True)]
    found = {"all": sum(whole) / count / 1e3}
    steps = [_by_step(items) for _ in range(rounds)]
    for name in STEPS:
        least = (min(each.get(name, 0) for each in times) for times in zip(*steps, strict=True))
        found[name] = sum(least) / count / 1e3
    return found


def main() -> None:
    """Print the table."""
    options = [int(word) for word in sys.argv[1:3]]
    found = measure(*options)
    size = sum(len(item.description_html or "") for item in postings(100)) / 100
    print(f"{size / 1000:.1f} KB of HTML, microseconds of CPU per posting")
    for name, text in STEPS.items():
        print(f"{text:<45}{found[name]:>8.1f}")
    print(f"{'all':<45}{found['all']:>8.1f}")


if __name__ == "__main__":
    main()
