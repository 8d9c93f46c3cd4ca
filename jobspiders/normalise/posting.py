"""A whole posting from what its board says to values: the order in which the normalisers work.

A value that the board stated is never overwritten by a derived one; ``derived`` names the fields that are ours.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

from jobspiders.items import DateValue, JobPosting, Location
from jobspiders.normalise.dates import parse_date
from jobspiders.normalise.education import parse_education
from jobspiders.normalise.employment import parse_employment_types
from jobspiders.normalise.experience import parse_experience
from jobspiders.normalise.html import html_to_text, storable
from jobspiders.normalise.language import detect_language
from jobspiders.normalise.location import parse_location, parse_locations
from jobspiders.normalise.mojibake import mend
from jobspiders.normalise.quality import quality
from jobspiders.normalise.salary import normalise_salary, parse_salary
from jobspiders.normalise.seniority import parse_seniority
from jobspiders.normalise.skills import canonical_skills, find_skills
from jobspiders.normalise.workplace import derive_workplace

#: Fields that are one line of text: blanks are folded.
LINES = (
    "external_id",
    "requisition_id",
    "title",
    "company",
    "location_text",
    "workplace_text",
    "salary_text",
    "employment_text",
    "department",
    "team",
)
ADDRESSES = ("url", "apply_url", "company_url", "company_logo")

Count = Callable[[str], None]


#: Raised whenever the same texts may give other values than before; stored postings can then be renormalised.
NORMALISER_VERSION = 3

#: Fields whose values may be ours.
DERIVABLE = (
    "description",
    "locations",
    "workplace",
    "remote_countries",
    "salary",
    "employment_types",
    "seniority",
    "skills",
    "experience",
    "education",
    "language",
)


def normalise(posting: JobPosting, *, now: datetime, count: Count, country: str | None = None) -> JobPosting:
    """Fill the values of a posting from its texts, in place.

    ``now`` (aware) is when the page was fetched; relative dates count from it. ``country`` (ISO 3166-1
    alpha-2) is where the board points to and decides between places of one name. ``count`` takes the name of
    a stat. Raises nothing for odd texts: what cannot be read leaves its value empty and is counted.
    """
    for _ in normalisation(posting, now=now, count=count, country=country):
        pass
    return posting


def normalisation(
    posting: JobPosting, *, now: datetime, count: Count, country: str | None = None
) -> Iterator[None]:
    """The steps of ``normalise``, to be taken in turn with those of other postings.

    A step that was just taken has its code and tables in the caches of the processor: several postings side
    by side need a fifth less time than one after the other.
    """
    clean_texts(posting)
    yield
    _description(posting)
    yield
    _dates(posting, now, count)
    _places(posting, country, count)
    yield
    _workplace(posting)
    yield
    _pay(posting, country, count)
    yield
    _employment(posting, count)
    _seniority(posting)
    yield
    _skills(posting)
    yield
    _experience(posting)
    yield
    _education(posting)
    yield
    _language(posting)
    yield
    posting.quality, _ = quality(posting, now=now)
    posting.normaliser_version = NORMALISER_VERSION


def clean_texts(posting: JobPosting) -> None:
    """Make every text storable: no NUL bytes or lone surrogates, single lines without runs of blanks."""
    for name in LINES:
        text = getattr(posting, name)
        if text:
            text = str(text)
            if "\x00" in text or not text.isascii():
                text = mend(storable(text))
            cleaned = " ".join(text.split())
            setattr(posting, name, cleaned or ("" if name in ("external_id", "title") else None))
    for name in ADDRESSES:
        text = getattr(posting, name)
        if text:
            setattr(posting, name, storable(str(text)).strip())
    if posting.description_html:
        posting.description_html = mend(storable(posting.description_html))
    posting.tags = list(dict.fromkeys(cleaned for tag in posting.tags if (cleaned := storable(tag).strip())))


def _description(posting: JobPosting) -> None:
    if posting.description is None and posting.description_html:
        posting.description = html_to_text(posting.description_html) or None
        _derive(posting, "description", posting.description)
    elif posting.description is not None:
        posting.description = storable(posting.description) or None


def _dates(posting: JobPosting, now: datetime, count: Count) -> None:
    for name in ("date_posted", "valid_through"):
        given: DateValue = getattr(posting, name)
        if given is None or given == "":
            setattr(posting, name, None)
            continue
        value = parse_date(given, now=now)
        if value is None:
            count(f"normalise/unreadable/{name}")
        setattr(posting, name, value.astimezone(UTC) if value is not None else None)


def _places(posting: JobPosting, country: str | None, count: Count) -> None:
    if not posting.locations:
        if posting.location_text:
            posting.locations = parse_locations(posting.location_text, country=country)
            _derive(posting, "locations", posting.locations)
            if not posting.locations:
                count("normalise/unreadable/locations")
        return
    for index, place in enumerate(posting.locations):
        if place.text and not (place.country and place.city):
            found = parse_location(place.text, country=place.country or country)
            for name in _complete(place, found):
                _derive(posting, f"locations[{index}].{name}", found)


def _complete(place: Location, found: Location) -> list[str]:
    """Fill what a stated place leaves open from what its text gave; the names of what was filled."""
    if place.country and found.country and place.country != found.country:
        return []
    # a city given with its state in one field is the city alone
    if place.city and found.city and place.city.startswith(f"{found.city},"):
        place.city = found.city
    filled = [
        name
        for name in ("city", "region", "country", "latitude", "longitude")
        if getattr(place, name) in (None, "") and getattr(found, name) is not None
    ]
    for name in filled:
        setattr(place, name, getattr(found, name))
    return filled


def _workplace(posting: JobPosting) -> None:
    workplace, countries = derive_workplace(
        stated=posting.workplace,
        workplace_text=posting.workplace_text,
        title=posting.title,
        location_text=posting.location_text,
        description=posting.description,
    )
    if posting.workplace is None:
        posting.workplace = workplace
        _derive(posting, "workplace", workplace)
    if not posting.remote_countries and posting.workplace == "remote":
        posting.remote_countries = countries
        _derive(posting, "remote_countries", countries)


def _pay(posting: JobPosting, country: str | None, count: Count) -> None:
    """Pay from the board's figures, else from its text on pay, else from the description."""
    here = next((place.country for place in posting.locations if place.country), country)
    given = posting.salary
    if given is not None and (given.min is not None or given.max is not None):
        posting.salary = normalise_salary(given, country=here)
        if posting.salary is not None:
            return
        count("normalise/implausible/salary")
    stated = given.text if given is not None and given.text else posting.salary_text
    if stated:
        posting.salary = parse_salary(stated, country=here)
        if posting.salary is not None:
            estimated = given is not None and given.source == "estimated"
            posting.salary.source = "estimated" if estimated else "stated"
            _derive(posting, "salary", posting.salary)
            return
        count("normalise/unreadable/salary")
    posting.salary = parse_salary(posting.description, country=here) if posting.description else None
    _derive(posting, "salary", posting.salary)


def _employment(posting: JobPosting, count: Count) -> None:
    if posting.employment_types or not posting.employment_text:
        return
    kinds = parse_employment_types(posting.employment_text)
    if not kinds:
        count("normalise/unreadable/employment_types")
    posting.employment_types = kinds
    _derive(posting, "employment_types", kinds)


def _seniority(posting: JobPosting) -> None:
    if posting.seniority is None:
        posting.seniority = parse_seniority(posting.title)
        _derive(posting, "seniority", posting.seniority)


def _skills(posting: JobPosting) -> None:
    if not posting.skills:
        found = canonical_skills(posting.tags) + find_skills(posting.title) + find_skills(posting.description)
        posting.skills = list(dict.fromkeys(found))
        _derive(posting, "skills", posting.skills)


def _experience(posting: JobPosting) -> None:
    if posting.experience is None:
        posting.experience = parse_experience(posting.description)
        _derive(posting, "experience", posting.experience)


def _education(posting: JobPosting) -> None:
    if posting.education is None:
        posting.education = parse_education(posting.description)
        _derive(posting, "education", posting.education)


def _language(posting: JobPosting) -> None:
    if posting.language is None:
        posting.language = detect_language(posting.description or posting.title)
        _derive(posting, "language", posting.language)


def _derive(posting: JobPosting, name: str, value: object) -> None:
    if value and name not in posting.derived:
        posting.derived.append(name)
