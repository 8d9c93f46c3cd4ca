"""No text, however long or odd, makes a normaliser raise or give what does not exist; work is bounded by cuts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jobspiders.items import EDUCATIONS, EMPLOYMENT_TYPES, SENIORITIES, JobPosting
from jobspiders.normalise.company import company_key
from jobspiders.normalise.currency import CURRENCIES
from jobspiders.normalise.dates import parse_date
from jobspiders.normalise.education import parse_education
from jobspiders.normalise.employment import parse_employment_types
from jobspiders.normalise.experience import parse_experience
from jobspiders.normalise.gazetteer import gazetteer
from jobspiders.normalise.html import html_to_text, safe_html, storable
from jobspiders.normalise.language import detect_language
from jobspiders.normalise.location import parse_location, parse_locations
from jobspiders.normalise.mojibake import mend
from jobspiders.normalise.posting import normalise
from jobspiders.normalise.remote_scope import countries_in_text, remote_countries
from jobspiders.normalise.salary import find_salaries, parse_salary
from jobspiders.normalise.seniority import parse_seniority
from jobspiders.normalise.skills import canonical_skills, find_skills
from jobspiders.normalise.workplace import derive_workplace, parse_workplace

NOW = datetime(2026, 9, 1, tzinfo=UTC)
LENGTH = 300_000
PIECES = (
    *(
        "a",
        "1",
        " ",
        "\n",
        "$",
        "€",
        "$1 ",
        "$50,000 - ",
        "1.",
        "1,",
        "111,",
        "1'",
        " - ",
        "(",
        ")",
        "[]",
        "|",
        "/",
    ),
    *(
        "Berlin, ",
        "Berlin/",
        "Berlin or ",
        "US, ",
        "Remote - ",
        "Georgia; ",
        "東京",
        "上海市浦東新区",
        "U.S.A. ",
    ),
    *(
        "5 years ",
        "one ",
        " an ",
        "5+ years of experience, ",
        "bachelor's or ",
        "BS, ",
        "Go, ",
        "R ",
        "C/C++, ",
    ),
    *("<", "<a", "<div>", '<div a="', "<!--", "<script>", "&", "&amp", "&#1", "<li>x", "< a=\"'"),
    *("Ã¼", "â€™", "😀", "\u200b", "\u0301", "\xa0", "\ud800", "\ud83d\ude00", "\x00", "год ", "ﷺ", "ß", "İ"),
    *("(m/w/d) ", "senior ", "II ", "GmbH & Co. KG ", "via ", "3 days ago ", "12:30 pm ", "80% ", "AbCd"),
    *("hybrid office 3 days ", "must be based in Germany ", "open to candidates ", "salary 50,000 per hour "),
)
NORMALISERS: dict[str, Callable[[str], Any]] = {
    "parse_salary": parse_salary,
    "find_salaries": find_salaries,
    "parse_location": parse_location,
    "parse_locations": parse_locations,
    "parse_workplace": parse_workplace,
    "workplace by the title": lambda text: derive_workplace(title=text),
    "workplace by all texts": lambda text: derive_workplace(
        stated="remote", workplace_text=text, title=text, location_text=text, description=text
    ),
    "remote_countries": remote_countries,
    "countries_in_text": countries_in_text,
    "html_to_text": html_to_text,
    "safe_html": safe_html,
    "storable": storable,
    "mend": mend,
    "find_skills": find_skills,
    "canonical_skills": lambda text: canonical_skills([text]),
    "parse_experience": parse_experience,
    "parse_education": parse_education,
    "parse_seniority": parse_seniority,
    "parse_employment_types": parse_employment_types,
    "detect_language": detect_language,
    "parse_date": lambda text: parse_date(text, now=NOW),
    "company_key": company_key,
}


@pytest.mark.parametrize("name", NORMALISERS)
def test_any_piece_repeated_without_end_is_read(name: str) -> None:
    """Whatever backtracks, recurses or grows with the square of the length would not come to an end here."""
    for piece in PIECES:
        NORMALISERS[name]((piece * (LENGTH // len(piece) + 1))[:LENGTH])


@given(
    st.lists(st.sampled_from(PIECES) | st.text(max_size=8), max_size=40).map("".join),
    st.sampled_from([None, "US", "DE", "xx"]),
)
@settings(deadline=None)
def test_a_posting_made_of_such_pieces_has_only_values_that_exist(text: str, country: str | None) -> None:
    posting = JobPosting(
        board="b",
        external_id="1",
        url="https://jobs.example/1",
        **dict.fromkeys(("title", "company", "location_text", "salary_text", "workplace_text"), text),
        employment_text=text,
        description_html=text,
        date_posted=text,
        tags=[text],
    )
    normalise(posting, now=NOW, count=lambda _: None, country=country)
    countries = gazetteer().country_names
    assert {place.country for place in posting.locations} <= {None, *countries}
    assert set(posting.remote_countries) <= set(countries)
    assert posting.seniority in (None, *SENIORITIES)
    assert posting.education in (None, *EDUCATIONS)
    assert set(posting.employment_types) <= set(EMPLOYMENT_TYPES)
    assert posting.quality is not None
    assert 0 <= posting.quality <= 100
    if (pay := posting.salary) is not None:
        assert pay.currency is None or pay.currency in CURRENCIES
        assert pay.min is None or pay.max is None or pay.min <= pay.max
    if (years := posting.experience) is not None:
        assert years.min is None or years.max is None or years.min <= years.max
    for value in (posting.title, posting.description, posting.location_text):
        (value or "").encode()
        assert "\x00" not in (value or "")
