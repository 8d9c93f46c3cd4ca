"""Counts the quality of what each day brought, a day at a time, and keeps it: a day that is over is counted once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import date, timedelta
from typing import Any

from psycopg.rows import dict_row
from psycopg.types.json import Jsonb

from jobspiders.monitoring.quality import FAULTS, FIELDS, OUTLIERS, Example, QualityDay, from_figures
from jobspiders.storage.database import Connection

#: Currencies in which the same bounds of a year's pay make sense.
_STRONG = "'USD', 'EUR', 'GBP', 'CHF', 'CAD', 'AUD', 'NZD', 'SGD'"
_EXAMPLES = 5

# a field of text may be there and empty; a description is not fetched to be counted
_PRESENT = {
    "company": "company <> ''",
    "description": "description IS NOT NULL",
    "locations": "locations <> '[]'",
    "country": "country IS NOT NULL",
    "date_posted": "date_posted IS NOT NULL",
    "workplace": "workplace IS NOT NULL",
    "employment_types": "employment_types <> '{}'",
    "salary": "salary_min IS NOT NULL OR salary_max IS NOT NULL",
    "seniority": "seniority IS NOT NULL",
    "skills": "skills <> '{}'",
    "language": "language IS NOT NULL",
    "apply_url": "apply_url IS NOT NULL",
}
_FAULTY = {
    "posted_in_future": "date_posted > first_seen + interval '1 day'",
    "expired": "valid_through < first_seen",
    "ends_before_it_begins": "valid_through < date_posted",
    "salary_upside_down": "salary_min > salary_max",
    "no_country": "location_text <> '' AND country IS NULL AND workplace IS DISTINCT FROM 'remote'",
    "poor": "quality < 50",
}
_ODD = {
    "pay_too_high": f"pay > CASE WHEN salary_currency IN ({_STRONG}) THEN 2e6 ELSE 20 * usual END",
    "pay_too_low": f"pay < CASE WHEN salary_currency IN ({_STRONG}) THEN 1e3 ELSE usual / 20 END",
    "wide_pay": "salary_max > 10 * salary_min AND salary_min > 0",
    "long_title": "length(title) > 150",
    "old": "date_posted < first_seen - interval '1 year'",
}
assert set(_PRESENT) == set(FIELDS) and set(_FAULTY) == set(FAULTS) and set(_ODD) == set(OUTLIERS)

# postings of one day by the index of first_seen; what is usual in a currency is the day's own median, of ten or more
_DAY = """
WITH new AS MATERIALIZED (
    SELECT id, board, title, url, job_id, company, location_text, locations, country, workplace, date_posted,
           valid_through, employment_types, salary_min, salary_max, salary_currency, seniority, skills, language,
           apply_url, quality, first_seen, description IS NOT NULL AS described,
           coalesce(salary_annual_max, salary_annual_min) AS pay
    FROM postings WHERE first_seen >= %(start)s AND first_seen < %(end)s
), usual AS (
    SELECT salary_currency AS currency, percentile_cont(0.5) WITHIN GROUP (ORDER BY pay) AS usual
    FROM new WHERE pay IS NOT NULL GROUP BY 1 HAVING count(*) >= 10
), known AS (
    SELECT new.*, usual.usual FROM new LEFT JOIN usual ON usual.currency = new.salary_currency
)
"""
_COUNTED = ", ".join(
    f"count(*) FILTER (WHERE {condition.replace('description IS NOT NULL', 'described')}) AS {kind}_{name}"
    for kind, conditions in (("fields", _PRESENT), ("faults", _FAULTY), ("outliers", _ODD))
    for name, condition in conditions.items()
)
_FIGURES = f"""{_DAY}
SELECT board, count(*) AS postings, {_COUNTED},
       count(*) FILTER (WHERE EXISTS (SELECT FROM postings AS o WHERE o.job_id = known.job_id AND o.id < known.id))
           AS copies,
       count(date_posted) AS dated,
       count(*) FILTER (WHERE date_posted >= first_seen - interval '7 days') AS fresh,
       percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM first_seen - date_posted) / 86400)
           FILTER (WHERE date_posted IS NOT NULL) AS age,
       avg(quality)::float8 AS quality
FROM known GROUP BY board
"""
_SHOWN = f"""{_DAY}
SELECT board, what, title, url, value FROM (
    SELECT board, what, title, url, value, row_number() OVER (PARTITION BY board, what ORDER BY id) AS place
    FROM known CROSS JOIN LATERAL (VALUES
        ('pay_too_high', {_ODD["pay_too_high"]}, concat_ws(' ', pay, salary_currency, 'a year')),
        ('pay_too_low', {_ODD["pay_too_low"]}, concat_ws(' ', pay, salary_currency, 'a year')),
        ('wide_pay', {_ODD["wide_pay"]}, concat_ws(' ', salary_min, 'to', salary_max, salary_currency))
    ) AS odd (what, holds, value)
    WHERE holds
) AS shown WHERE place <= {_EXAMPLES} ORDER BY board, what, place
"""
_CRAWLS = """
SELECT board, sum(new + changed + unchanged), sum(rejected), sum(duplicates)
FROM crawls WHERE started_at >= %(start)s AND started_at < %(end)s GROUP BY board
"""
_SAVE = """
INSERT INTO quality_days (board, day, postings, figures, computed_at) VALUES (%s, %s, %s, %s, clock_timestamp())
ON CONFLICT (board, day) DO UPDATE SET
    postings = excluded.postings, figures = excluded.figures, computed_at = excluded.computed_at
"""
# a crawl may store what it found a while after it was seen
_DONE = """
SELECT DISTINCT day FROM quality_days
WHERE day >= %s AND computed_at >= ((day + 1)::timestamp AT TIME ZONE 'UTC') + interval '6 hours'
"""
_LOAD = (
    "SELECT board, day, postings, figures FROM quality_days WHERE day >= %s AND day <= %s ORDER BY board, day"
)
_FIRST = "SELECT min(first_seen) FROM postings"


def days_to_count(connection: Connection, last: date, number: int) -> list[date]:
    """Those of the ``number`` days up to ``last`` that were not counted when they were over, oldest first."""
    first = last - timedelta(days=number - 1)
    done = {row[0] for row in connection.execute(_DONE, [first])}
    [(begun,)] = connection.execute(_FIRST).fetchall()
    if begun is None:
        return []
    start = max(first, begun.date())
    return [
        day
        for offset in range((last - start).days + 1)
        if (day := start + timedelta(days=offset)) not in done
    ]


def count_day(connection: Connection, day: date) -> list[QualityDay]:
    """Count a day (UTC) of every board and keep it. Raises psycopg.Error."""
    bounds = {"start": f"{day} 00:00+00", "end": f"{day + timedelta(days=1)} 00:00+00"}
    with connection.transaction():
        found = {each.board: each for each in _counted(connection, day, bounds)}
        for board, seen, rejected, repeats in connection.execute(_CRAWLS, bounds):
            known = found.get(board) or QualityDay(board, day, 0)
            found[board] = replace(known, seen=int(seen), rejected=int(rejected), repeats=int(repeats))
        connection.execute(
            "DELETE FROM quality_days WHERE day = %s AND NOT board = ANY(%s)", [day, list(found)]
        )
        for each in found.values():
            figures = {
                name: value
                for name, value in asdict(each).items()
                if name not in ("board", "day", "postings")
            }
            connection.execute(_SAVE, [each.board, day, each.postings, Jsonb(figures)])
    return list(found.values())


def load_days(connection: Connection, first: date, last: date) -> list[QualityDay]:
    """What is kept of these days, by board and day."""
    return [from_figures(*row) for row in connection.execute(_LOAD, [first, last])]


def _counted(connection: Connection, day: date, bounds: dict[str, str]) -> Iterator[QualityDay]:
    examples: dict[str, list[Example]] = {}
    for board, *example in connection.execute(_SHOWN, bounds):
        examples.setdefault(board, []).append(Example(*(str(value)[:300] for value in example)))
    with connection.cursor(row_factory=dict_row) as cursor:
        for row in cursor.execute(_FIGURES, bounds).fetchall():
            yield QualityDay(
                board=row["board"],
                day=day,
                postings=row["postings"],
                **{kind: _group(row, kind) for kind in ("fields", "faults", "outliers")},  # type: ignore[arg-type]
                **{name: row[name] for name in ("copies", "dated", "fresh", "age", "quality")},
                examples=tuple(examples.get(row["board"], ())),
            )


def _group(row: dict[str, Any], kind: str) -> dict[str, int]:
    return {
        name.removeprefix(f"{kind}_"): value for name, value in row.items() if name.startswith(f"{kind}_")
    }
