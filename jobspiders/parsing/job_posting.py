"""A schema.org JobPosting object (JSON-LD) as a JobPosting item. See https://schema.org/JobPosting"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urljoin, urlsplit

import pycountry

from jobspiders.items import EMPLOYMENT_TYPES, Experience, JobPosting, Location
from jobspiders.parsing.entities import unescape
from jobspiders.parsing.enumerated import workplace_of
from jobspiders.parsing.jsonld_pay import salary_from_jsonld, salary_text_from_jsonld
from jobspiders.parsing.place import distinct
from jobspiders.parsing.record import Record, as_text, joined
from jobspiders.parsing.sections import sections

#: What boards write where they have no place.
_NOWHERE = frozenset(
    {"anywhere", "worldwide", "remote", "n/a", "na", "none", "null", "undefined", "-", "xxxx"}
)
_WORD = re.compile(r"[^\W\d_]")
_TAG = re.compile(r"<[a-zA-Z/!]")
_TAGS_AND_BLANKS = re.compile(r"<[^>]*>|&nbsp;|\s+")
#: What some pages tell beside the description, with its heading.
_PARTS = {
    "responsibilities": "Responsibilities",
    "qualifications": "Qualifications",
    "educationRequirements": "Education",
    "experienceRequirements": "Experience",
    "jobBenefits": "Benefits",
    "incentiveCompensation": "Incentives",
}
#: See https://developers.google.com/search/docs/appearance/structured-data/job-posting (credentialCategory).
_EDUCATIONS = {
    "high school": "highschool",
    "associate degree": "associate",
    "bachelor degree": "bachelor",
    "postgraduate degree": "master",
}


def posting_from_jsonld(data: Record, url: str) -> JobPosting:
    """The posting that a JSON-LD object describes, on the page at ``url``."""
    organisation = _named(data, "hiringOrganization")
    places = _locations(data)
    telecommute = any("TELECOMMUTE" in text.upper() for text in data.texts("jobLocationType"))
    requirements = _names(data.get("applicantLocationRequirements"))
    kinds = data.texts("employmentType")
    external_id = data.text("identifier", "value") or data.text("identifier")
    return JobPosting(
        external_id=external_id or "",
        url=_address(data, url),
        title=unescape(_said(data, "title") or _said(data, "name") or ""),
        company=unescape(organisation.text("name") or "") or None,
        company_url=organisation.text("sameAs") or organisation.text("url"),
        company_logo=organisation.text("logo") or organisation.text("logo", "url"),
        location_text="; ".join(place.text for place in places if place.text) or joined(*requirements),
        locations=places,
        workplace_text=joined(*data.texts("jobLocationType")),
        workplace="remote" if telecommute else workplace_of(data.text("jobLocationType")),
        remote_countries=_countries(requirements) if telecommute else [],
        employment_text=joined(*kinds),
        employment_types=[kind for text in kinds if (kind := text.upper()) in EMPLOYMENT_TYPES],
        salary=salary_from_jsonld(data),
        salary_text=salary_text_from_jsonld(data),
        description_html=_description(data),
        date_posted=data.text("datePosted"),
        valid_through=data.text("validThrough"),
        department=joined(*(text for text in data.texts("occupationalCategory") if _WORD.search(text))),
        tags=[tag for key in ("skills", "industry") for text in data.texts(key) for tag in _split(text)],
        experience=_experience(data),
        education=_EDUCATIONS.get((data.text("educationRequirements", "credentialCategory") or "").lower()),
        source="jsonld",
        raw=data.value,
    )


def _address(data: Record, page: str) -> str:
    """The posting's own address, else the page's: a site's front page is no posting's."""
    given = (
        data.text("url"),
        data.text("mainEntityOfPage"),
        data.text("mainEntityOfPage", "@id"),
        data.text("@id"),
    )
    for text in given:
        if text is None or text.startswith("#") or "/#" in text:
            continue
        try:
            url = urljoin(page, text)
            parts = urlsplit(url)
        except ValueError:
            continue
        if parts.scheme in ("http", "https") and (parts.path.strip("/") or parts.query):
            return url
    return page


def _description(data: Record) -> str | None:
    """The description with what stands beside it and is not in it."""
    text = _unescaped(_said(data, "description", "<br>"))
    folded = _folded(text)
    parts: list[tuple[str | None, str | None]] = [(None, text)]
    for key, heading in _PARTS.items():
        texts = [found for each in data.texts(key) if (found := _unescaped(each))]
        told = joined(*texts, separator="<br>") or _unescaped(data.text(key, "description"))
        if told and _folded(told)[:80] not in folded:
            parts.append((heading, told))
    return sections(*parts)


def _said(data: Record, key: str, separator: str = " ") -> str | None:
    """A text, also one in pieces or in several languages, of which the first counts."""
    value = data.get(key)
    if isinstance(value, dict):
        return next((text for item in value.values() if (text := as_text(item))), None)
    return joined(*data.texts(key), separator=separator)


def _unescaped(text: str | None) -> str | None:
    escaped = text is not None and "&lt;" in text and not _TAG.search(text)
    return unescape(text) if text and escaped else text


def _folded(text: str | None) -> str:
    return _TAGS_AND_BLANKS.sub("", text or "").lower()


def _experience(data: Record) -> Experience | None:
    months = data.integer("experienceRequirements", "monthsOfExperience")
    return Experience(min=months // 12) if months is not None and months >= 12 else None


def _countries(names: list[str]) -> list[str]:
    """The codes of those names that are countries by their code or name in ISO 3166-1."""
    found = []
    for name in names:
        try:
            found.append(pycountry.countries.lookup(name).alpha_2)
        except LookupError:
            continue
    return list(dict.fromkeys(found))


def _named(data: Record, key: str) -> Record:
    """An organisation given as object, list of one, or bare name."""
    value = data.get(key)
    if isinstance(value, list):
        value = value[0] if value else None
    return Record({"name": value} if isinstance(value, str) else value)


def _names(value: Any) -> list[str]:
    """Names of places given as text, object or list of either."""
    items = value if isinstance(value, list) else [value]
    return [name for item in items if (name := Record(item).text("name") or as_text(item))]


def _locations(data: Record) -> list[Location]:
    value = data.get("jobLocation")
    rows = [Record(item) for item in (value if isinstance(value, list) else [value])]
    places = [_location(row) for row in rows]
    names = {name for row in rows if (name := row.text("name"))}
    if len({place.text for place in places if place}) == 1 < len(names) == len(rows):
        # each place is called otherwise and all have the address of one: the names are what differs
        places = [Location(text=unescape(row.text("name") or "")) for row in rows]
    return distinct(places)


def _location(place: Record) -> Location | None:
    bare = as_text(place.value)
    if bare is not None:
        return Location(text=bare)
    address = place.record("address") or place.record("address", 0) or place
    plain = place.text("address")
    cities, regions, countries = (
        [name for name in _names(address.get(key)) if _place(name)]
        for key in ("addressLocality", "addressRegion", "addressCountry")
    )
    # several cities of one address are told in its text; none of them is the city
    city, region, country = (names[0] if len(names) == 1 else None for names in (cities, regions, countries))
    text = plain or joined(*cities, *regions, *countries) or _place(place.text("name"))
    if text is None:
        return None
    code = country.upper() if country and len(country) == 2 else None
    return Location(
        text=unescape(text),
        city=unescape(city) if city else None,
        region=unescape(region) if region else None,
        country=code,
        latitude=place.number("geo", "latitude") or place.number("latitude"),
        longitude=place.number("geo", "longitude") or place.number("longitude"),
    )


def _place(text: str | None) -> str | None:
    return None if text is None or text.lower() in _NOWHERE else text


def _split(text: str) -> list[str]:
    return [part.strip() for part in re.split(r"[,;|]", text) if part.strip()] if len(text) < 400 else []
