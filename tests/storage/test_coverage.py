from __future__ import annotations

from pathlib import Path

from jobspiders.items import Experience, Salary
from jobspiders.storage.coverage import BITS, COVERED, DESCRIBED, places_in, places_of
from tests.storage.crawling import config, crawl, posting, rows

BARE = {
    "company": None,
    "location_text": None,
    "locations": [],
    "skills": [],
    "derived": [],
    "date_posted": None,
}
NO_TEXT = {"description": None, "description_html": None}


def test_what_a_stored_posting_has_is_what_the_posting_had(database_url: str, tmp_path: Path) -> None:
    full = {
        "salary": Salary(text="enough"),
        "experience": Experience(None, 3),
        "employment_types": ["FULL_TIME"],
        "language": "en",
        "apply_url": "https://jobs.example/apply",
        "seniority": "senior",
        "education": "master",
        "workplace": "remote",
        "valid_through": posting(1).date_posted,
    }
    postings = [posting(0), posting(1, **full), posting(2, **BARE, **NO_TEXT)]
    postings += [
        posting(3 + place, **BARE, **NO_TEXT, **{name: full[name]}) for place, name in enumerate(full)
    ]
    crawl(config(database_url, tmp_path), postings)
    found = rows(database_url, f"SELECT p.external_id, {BITS} AS bits FROM postings p ORDER BY p.id")
    bits = {row["external_id"]: row["bits"] for row in found}
    for each in postings:
        assert list(places_in(bits[each.external_id])) == list(places_of(each)), each
    assert list(places_in(bits["1"])) == list(range(len(COVERED)))
    assert bits["2"] == 0
    assert bits["1"] & DESCRIBED
