"""What boards make of one posting.

Each family is a way in which copies differ in the wild: cut to a snippet, wrapped into a board's phrases, cut
short, reordered, edited, taken over by an agency, listed without a text.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from jobspiders.items import JobPosting, Location

DAY = datetime(2026, 3, 2, tzinfo=UTC)
AGGREGATORS = (
    "linkedin",
    "indeed",
    "glassdoor",
    "ziprecruiter",
    "adzuna",
    "jooble",
    "stepstone",
    "careersite",
)

_BEFORE = (
    "Posted by a partner of ours. Sign in to see how you match.",
    "Job summary",
    "Be one of the early applicants for this opening.",
    "Full job description",
    "You will be taken to the employer's own page.",
    "Stellenbeschreibung",
)
_AFTER = (
    "Employment type: full-time. Job function: other. Industries: staffing and recruiting.",
    "See more jobs like this one. Set up an alert for similar jobs.",
    "By continuing you accept the terms of this service and its cookie rules.",
    "Referrals increase your chances of an interview.",
    "Apply on company site",
    "Show less",
)
_OFFERED = (
    "Thirty days of leave, and five more that you can buy.",
    "We pay half of your train fare.",
    "The canteen cooks every day and takes two euros.",
    "Glasses and hearing aids are on us.",
    "Every second Friday ends at noon.",
    "Parents are paid for twenty weeks.",
    "There is a workshop in which you can mend your own things.",
    "Who brings a colleague gets a month of rent.",
    "Children may come along in the holidays.",
)
_ABROAD = (
    "Wir sind ein Haus mit langer Geschichte und suchen Leute, die mit uns weitergehen. Schreib uns einfach.",
    "Somos una casa con mucha historia y buscamos personas que sigan con nosotros. Escríbenos sin más.",
    "Notre maison a une longue histoire et cherche des gens qui la prolongent. Écrivez-nous simplement.",
)
_AGENCIES = ("Brightwater Recruitment", "Kestrel Talent Partners", "Nordlicht Personal GmbH", "Hollis & Vane")
_HIDDEN = (None, "Confidential", "", "Our Client")
_SUFFIXES = ("Inc.", ", Inc.", "GmbH", "Ltd", "LLC", "Technologies", "Group", "Limited", "B.V.")


@dataclass
class Labelled:
    """A posting with the job that it truly is and the family that made it."""

    posting: JobPosting
    job: str
    family: str


def _sentences(text: str) -> list[str]:
    return [part for part in re.split(r"(?<=[.!?:\n])\s+", text) if part.strip()]


def _paragraphs(text: str) -> list[str]:
    return [part for part in text.split("\n") if part.strip()]


def _words_to(text: str, length: int) -> str:
    cut = text[:length]
    return cut[: cut.rfind(" ")] if " " in cut else cut


def _wrapped(text: str, rng: random.Random) -> str:
    if rng.random() < 0.7:
        text = f"{rng.choice(_BEFORE)}\n\n{text}"
    if rng.random() < 0.7:
        text = f"{text}\n\n{rng.choice(_AFTER)}"
    return text


def _full(text: str, rng: random.Random) -> str:
    return _wrapped(text, rng)


def _flat(text: str, rng: random.Random) -> str:
    """All on one line, typographic marks replaced, lists run together."""
    plain = text.translate(str.maketrans({"’": "'", "–": "-", "—": "-", "“": '"', "”": '"', "•": "-"}))
    return _wrapped(" ".join(plain.split()), rng)


def _opening(text: str, rng: random.Random) -> str:
    return _wrapped(_words_to(" ".join(text.split()), rng.randint(160, 520)) + "…", rng)


def _extract(text: str, rng: random.Random) -> str:
    """A piece from the middle, as search engines show it."""
    flat = " ".join(text.split())
    start = rng.randint(0, max(0, len(flat) - 400))
    return "... " + _words_to(flat[start:], rng.randint(200, 400)) + " ..."


def _cut(text: str, rng: random.Random) -> str:
    return _wrapped(_words_to(text, int(len(text) * rng.uniform(0.2, 0.6))), rng)


def _headless(text: str, rng: random.Random) -> str:
    """Without the company's introduction."""
    paragraphs = _paragraphs(text)
    return _wrapped("\n".join(paragraphs[max(1, len(paragraphs) // 5) :]), rng)


def _reordered(text: str, rng: random.Random) -> str:
    paragraphs = _paragraphs(text)
    at = rng.randint(1, max(1, len(paragraphs) - 1))
    return _wrapped("\n".join(paragraphs[at:] + paragraphs[:at]), rng)


def _edited(text: str, rng: random.Random) -> str:
    """An older or newer state: one sentence in twelve is gone, one in twelve is new."""
    kept = []
    for sentence in _sentences(text):
        if rng.random() < 1 / 12:
            continue
        kept.append(sentence)
        if rng.random() < 1 / 12:
            kept.append(f"This was revised in week {rng.randint(1, 52)} for team {rng.randint(10, 99)}.")
    return "\n".join(kept)


def _benefits(text: str, rng: random.Random) -> str:
    """With a section that the board or the company has put under everything."""
    return f"{text}\n{' '.join(rng.sample(_OFFERED, 7))}"


def _translated(text: str, rng: random.Random) -> str:
    """The introduction and the end are another language's, the job itself is as it was."""
    paragraphs = _paragraphs(text)
    edge = max(1, len(paragraphs) // 8)
    return "\n".join([rng.choice(_ABROAD), *paragraphs[edge:-edge], rng.choice(_ABROAD)])


CUTS: dict[str, Callable[[str, random.Random], str]] = {
    "full": _full,
    "flat": _flat,
    "opening": _opening,
    "extract": _extract,
    "cut": _cut,
    "headless": _headless,
    "reordered": _reordered,
    "edited": _edited,
    "benefits": _benefits,
    "translated": _translated,
}


def noisy_title(title: str, rng: random.Random, company: str | None, place: str | None) -> str:
    """What boards add to a title or write otherwise, none of which makes another job."""
    kind = rng.randrange(16)
    city = (place or "").split(",")[0].split(";")[0].strip()
    if kind == 0:
        return title.upper()
    if kind == 1:
        return f"{title} ({rng.choice(['m/w/d', 'f/m/x', 'm/f/d', 'all genders', 'H/F'])})"
    if kind == 2:
        return f"{title} #{rng.randint(0, 99999):05d}"
    if kind == 3:
        return f"{title} - {rng.choice(['Remote', 'Hybrid', 'Full-time', 'Work from Home'])}"
    if kind == 4:
        return re.sub(r"\bSenior\b", "Sr.", title)
    if kind == 5:
        return f"{title} (Job ID: R-{rng.randint(10000, 99999)})"
    if kind == 6:
        return title.replace("Engineer", "Engineers") if "Engineer" in title else title.lower()
    if kind == 7:
        return f"Now hiring: {title}"
    if kind == 8 and company:
        return rng.choice([f"{company} - {title}", f"{title} | {company}", f"{title} at {company}"])
    if kind == 9 and city:
        return rng.choice([f"{title} in {city}", f"{title} ({city})", f"{title} - {city}"])
    return title


def noisy_company(company: str, rng: random.Random) -> str:
    kind = rng.randrange(6)
    if kind == 0:
        return company.upper()
    if kind == 1:
        suffix = rng.choice(_SUFFIXES)
        return f"{company}{suffix}" if suffix.startswith(",") else f"{company} {suffix}"
    return company


def noisy_place(place: str | None, rng: random.Random) -> str | None:
    if not place:
        return place
    first = place.split(",")[0].strip()
    kind = rng.randrange(9)
    if kind == 0:
        return None
    if kind == 1:
        return first
    if kind == 2 and "emote" not in place:
        return f"{first} Metropolitan Area"
    if kind == 3 and "emote" not in place:
        return f"Greater {first} Area"
    return place


class Variants:
    """Makes copies of postings. ``places`` turns a place text into locations, as the pipelines do."""

    def __init__(self, seed: int, places: Callable[[str], list[Location]]) -> None:
        self.rng = random.Random(seed)
        self._places = places
        self._made = 0

    def _own(self, posting: JobPosting, board: str) -> JobPosting:
        self._made += 1
        posting.board = board
        posting.external_id = f"{self._made:08x}"
        posting.url = f"https://{board}.example/view/{self._made:08x}"
        posting.scope = posting.requisition_id = posting.apply_url = None
        posting.locations = self._places(posting.location_text) if posting.location_text else []
        return posting

    def copies(self, base: JobPosting, count: int) -> list[tuple[str, JobPosting]]:
        """Copies on as many other boards, each with the name of its family."""
        boards = self.rng.sample(AGGREGATORS, count)
        return [self._copy(base, board) for board in boards]

    def _copy(self, base: JobPosting, board: str) -> tuple[str, JobPosting]:
        rng = self.rng
        if rng.random() < 0.15:
            return self._agency(base, board)
        family = rng.choice(list(CUTS))
        posted = base.date_posted if isinstance(base.date_posted, datetime) else DAY
        copy = replace(
            base,
            title=noisy_title(base.title, rng, base.company, base.location_text),
            company=noisy_company(base.company or "", rng),
            location_text=noisy_place(base.location_text, rng),
            description=CUTS[family](base.description or "", rng) if base.description else None,
            date_posted=posted + timedelta(days=rng.choice([0, 0, 0, 1, 2, 5, 9, 20])),
            salary=base.salary if rng.random() < 0.5 else None,
        )
        if rng.random() < 0.05:
            family, copy.description = "no text", None
        return family, self._own(copy, board)

    def _agency(self, base: JobPosting, board: str) -> tuple[str, JobPosting]:
        """Another name or none in the place of the company, also in the text, under a new heading."""
        rng = self.rng
        text = base.description or ""
        if base.company:
            text = re.sub(
                re.escape(base.company), rng.choice(["our client", "the company"]), text, flags=re.I
            )
        family = rng.choice(["full", "full", "flat", "opening", "cut"])
        text = CUTS[family](text, rng)
        if family != "opening":
            text = f"{rng.choice(_AGENCIES)} is looking for people for a client of ours.\n{text}"
        named = rng.random() < 0.5
        copy = replace(
            base,
            title=noisy_title(base.title, rng, None, base.location_text),
            company=rng.choice(_AGENCIES) if named else rng.choice(_HIDDEN),
            location_text=noisy_place(base.location_text, rng),
            description=text if base.description else None,
            salary=None,
        )
        return f"agency {'named' if named else 'hidden'} {family}", self._own(copy, board)


def with_copies(bases: list[Labelled], variants: Variants, most: int = 3) -> list[Labelled]:
    """The bases and up to ``most`` copies of each."""
    made = list(bases)
    for base in bases:
        for family, copy in variants.copies(base.posting, variants.rng.randint(0, most)):
            made.append(Labelled(copy, base.job, family))
    return made
