"""Write into docs/normalisation.md how many real postings get each value: python scripts/normalisation_coverage.py

Reads captured pages from ../shared/corpus; nothing of them is written, only counts.
"""

from __future__ import annotations

import json
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

from scrapy.settings import Settings
from scrapy.spiderloader import SpiderLoader

from jobspiders.bases.saved_pages import read_saved
from jobspiders.items import JobPosting
from jobspiders.normalise.posting import normalise
from jobspiders.pipelines.validation import rejection_reason

ROOT = Path(__file__).resolve().parents[1]
CORPUS = ROOT.parent / "shared" / "corpus"
DOCUMENT = ROOT / "docs" / "normalisation.md"
START, END = "<!-- coverage -->", "<!-- end of coverage -->"
#: Boards of which the captures are named otherwise.
NAMES = {"hn": "hackernews", "yc_workatastartup": "workatastartup", "jsonld": "careersite"}
#: Postings of one file that are counted, so that no single company decides the table.
PER_FILE = 60
COLUMNS = (
    "country",
    "city",
    "workplace",
    "salary",
    "employment_types",
    "seniority",
    "skills",
    "experience",
    "education",
    "language",
)


def postings() -> Iterator[JobPosting]:
    """Real postings of the captures, normalised as a crawl would, at most PER_FILE of a file."""
    loader = SpiderLoader.from_settings(Settings({"SPIDER_MODULES": ["jobspiders.spiders"]}))
    for line in (CORPUS / "index.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        board = NAMES.get(row["board"], row["board"])
        if board not in loader.list() or not str(row.get("verdict", "")).startswith(("real", "likely")):
            continue
        if row["page"] not in ("list", "search", "detail", "rss", "api"):
            continue
        kind = loader.load(board)
        spider = kind(arguments=kind.arguments_type())  # type: ignore[attr-defined, call-arg]  # ours all are
        url = row.get("url") or ""
        known = url if url.startswith("http") and not re.search(r"[{ ]", url) else spider.homepage  # type: ignore[attr-defined]
        for reading in read_saved(spider, (CORPUS / row["file"]).read_bytes(), known):  # type: ignore[arg-type]
            for posting in reading.postings[:PER_FILE]:
                normalise(posting, now=spider.now(), count=lambda stat: None, country=kind.home_country)  # type: ignore[attr-defined]
                if rejection_reason(posting) is None:
                    yield posting


def values(posting: JobPosting) -> Iterator[str]:
    """The columns that a posting has a value for."""
    if any(place.country for place in posting.locations) or posting.remote_countries:
        yield "country"
    if any(place.city for place in posting.locations):
        yield "city"
    yield from (name for name in COLUMNS[2:] if getattr(posting, name) not in (None, [], ""))


def table() -> str:
    """The table in Markdown: per board the number of postings and the share with each value, in per cent."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for posting in postings():
        for key in (posting.board, "all boards"):
            counts[key]["postings"] += 1
            counts[key]["description"] += posting.description is not None
            counts[key].update(values(posting))
    names = ("description", *COLUMNS)
    lines = ["| board | postings | " + " | ".join(names) + " |", "|---" * (len(names) + 2) + "|"]
    for board in [*sorted(set(counts) - {"all boards"}), "all boards"]:
        total = counts[board]["postings"]
        shares = (f"{100 * counts[board][name] / total:.0f}" for name in names)
        lines.append(f"| {board} | {total} | " + " | ".join(shares) + " |")
    return "\n".join(lines)


def main() -> None:
    """Put the table between the marks of the document."""
    if not CORPUS.is_dir():
        sys.exit(f"there are no captured pages in {CORPUS.parent.name}/{CORPUS.name} beside the checkout")
    text = DOCUMENT.read_text(encoding="utf-8")
    before, after = text.split(START)[0], text.split(END)[1]
    DOCUMENT.write_text(f"{before}{START}\n{table()}\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
