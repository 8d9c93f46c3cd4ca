"""What could not be faster: COPY of the same rows by psycopg alone, and parsing of the same pages alone."""

from __future__ import annotations

import html
import time
from datetime import UTC, datetime

import psycopg
from lxml import html as lxml_html
from psycopg.types.json import Jsonb
from selectolax.lexbor import LexborHTMLParser
from sqlalchemy.dialects import postgresql

from benchmarks import pages
from benchmarks.invented import Inventor
from benchmarks.site import TENANT, search_postings
from benchmarks.stages import read_ats
from jobspiders.normalise.posting import normalise
from jobspiders.storage.rows import NAMES
from jobspiders.storage.tables import metadata
from jobspiders.storage.tuples import encode, split, values_of

_DIALECT = postgresql.dialect()
_JSON = ("raw", "locations")


def copy_rate(url: str, count: int) -> float:
    """Rows a second of one COPY of whole postings into the empty table ``postings`` with all its indexes."""
    inventor, now = Inventor(), datetime.now(UTC)
    bodies = [
        pages.greenhouse(list(inventor.postings(inventor.company(at // TENANT), at, TENANT)))
        for at in range(30_000_000, 30_000_000 + count, TENANT)
    ]
    rows = []
    for posting in read_ats(bodies):
        _, fields = split(encode(normalise(posting, now=now, count=lambda name: None), now))
        plain = values_of(fields)
        for name in _JSON:
            plain[name] = Jsonb(plain[name])
        rows.append((*(plain[name] for name in NAMES), now))
    kinds = [_kind(name) for name in NAMES]
    with psycopg.connect(url) as connection:
        began = time.monotonic()
        with connection.cursor().copy(
            f"COPY postings ({', '.join(NAMES)}, first_seen) FROM STDIN (FORMAT BINARY)"
        ) as copy:
            copy.set_types([*kinds, "timestamptz"])
            for row in rows:
                copy.write_row(row)
        connection.commit()
        return len(rows) / (time.monotonic() - began)


def _kind(name: str) -> str:
    """The name by which psycopg knows the type of a column."""
    kind = str(metadata.tables["postings"].c[name].type.compile(dialect=_DIALECT)).lower()
    known = {"timestamp with time zone": "timestamptz", "float(53)": "float8", "bigint": "int8"}
    return known.get(kind, "int4" if kind == "integer" else kind)


def parse_alone(count: int, rounds: int = 3) -> dict[str, float]:
    """Best CPU microseconds of building the tree of a posting's page, and the text of its description."""
    found = search_postings(Inventor(), count)
    details = [pages.linkedin_detail(each).decode() for each in found]
    texts = [html.unescape(each.html) for each in found]
    trials = {
        "selectolax, page of 58 KB": lambda: [LexborHTMLParser(text) for text in details],
        "lxml, page of 58 KB": lambda: [lxml_html.fromstring(text) for text in details],
        "selectolax, text of a description": lambda: [LexborHTMLParser(text).text() for text in texts],
        "lxml, text of a description": lambda: [lxml_html.fromstring(text).text_content() for text in texts],
    }
    taken = {}
    for name, trial in trials.items():
        best = float("inf")
        for _ in range(rounds):
            began = time.process_time()
            trial()
            best = min(best, time.process_time() - began)
        taken[name] = best / count * 1e6
    return taken
