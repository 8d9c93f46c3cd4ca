"""Where the work is done: onsite, hybrid or remote, and from which countries a remote job is open."""

from __future__ import annotations

import re
from functools import lru_cache
from importlib.resources import files

from ..items import Workplace
from .gazetteer import fold
from .remote_scope import countries_in_text, remote_countries
from .workplace_text import described_workplace

#: Longer texts are no field of a board.
_LONGEST_FIELD = 200
_LONGEST_PLACE = 400
_WORD_START = re.compile(r"(?<=[a-z])(?=[A-Z])")
_PERCENT = re.compile(r"(\d{1,3}) ?%")
#: Words after "remote" that make it the subject of the work and not its place.
_SUBJECTS = frozenset(
    (
        *("access", "area", "assistance", "asset", "care", "centre", "clinical", "communities", "community"),
        *("control", "desktop", "device", "diagnostics", "driver", "driving", "guidance", "hands", "id"),
        *("infrastructure", "island", "maintenance", "management", "monitoring", "operated", "operation"),
        *("operations", "patient", "pilot", "piloting", "pilots", "procedure", "sensing", "sensor", "server"),
        *("service", "services", "site", "sites", "starter", "support", "surveillance", "system", "systems"),
        *("terminal", "testing", "tower", "vehicle", "weapon"),
    )
)
_TITLE_PARTS = re.compile(r"[()\[\]{}|/,;:•·*]|\s[-–—]+\s?|[-–—]\s|\s@\s")
_LOCATION_PARTS = re.compile(r"[()\[\]|/,;:•·]|\s*[-–—]+\s*|\s(?:or|and|oder|ou|o|&|\+)\s", re.IGNORECASE)
#: What may stand beside words for a workplace in a part of a title that is about nothing else.
_SMALL_WORDS = re.compile(
    r"\d+%?|\b(?:position|role|job|work|ok|or|and|first|friendly|m w d|m f d|us|usa|uk|eu|in|a week|per week)\b"
)
_SCOPE_AFTER = re.compile(
    r"remote(?:ly)?[\s,:(–—-]+(?:in |within |from |anywhere in )?([^()\[\]|/]{2,40})", re.IGNORECASE
)
_SCOPE_BEFORE = re.compile(r"[(\[,–—-]\s*([\w .&]{2,30}?)[\s,-]+remote\s*(?:[)\]]|$)", re.IGNORECASE)


def _phrases() -> dict[str, frozenset[str]]:
    text = (files("jobspiders.data") / "workplace_words.tsv").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in text.splitlines() if line and not line.startswith("#"))
    return {kind: frozenset(phrases.split(";")) for kind, phrases in rows}


def _pattern(phrases: frozenset[str]) -> re.Pattern[str]:
    """Finds any of the phrases between blanks; in scripts without blanks, anywhere."""
    spaced = sorted((phrase for phrase in phrases if phrase < "\u3000"), key=len, reverse=True)
    unspaced = sorted((phrase for phrase in phrases if phrase >= "\u3000"), key=len, reverse=True)
    alternatives = [rf"(?<!\S)(?:{'|'.join(map(re.escape, spaced))})(?!\S)"] if spaced else []
    alternatives += map(re.escape, unspaced)
    return re.compile("|".join(alternatives))


_PHRASES = _phrases()
_FOUND = {kind: _pattern(phrases) for kind, phrases in _PHRASES.items()}
_PLAIN_REMOTE, _PLAIN_HYBRID, _PLAIN_ONSITE = (_PHRASES[kind] for kind in ("remote", "hybrid", "onsite"))


def parse_workplace(text: str | None) -> Workplace | None:
    """The workplace that a field of a board states, in any spelling or language known.

    A mix is hybrid: remote with a part of it ("partially", "60 %", "2 days"), an option ("possible"), or next to
    onsite. A denial of remote is onsite. None where the text says neither.
    """
    return _field_workplace(text[:_LONGEST_FIELD]) if text else None


@lru_cache(maxsize=4_096)
def _field_workplace(text: str) -> Workplace | None:
    spaced = _WORD_START.sub(" ", text)
    folded = fold(spaced.replace("%", " % ")).replace(" %", "%")
    if not folded:
        return None
    remote, hybrid = _FOUND["remote"].search(folded), _FOUND["hybrid"].search(folded)
    onsite = _FOUND["onsite"].search(_FOUND["remote"].sub(" ", folded))
    denied = _FOUND["not"].search(folded)
    percent = _PERCENT.search(folded)
    if remote and denied:
        return None if "temporar" in folded else "onsite"
    if remote and hybrid and hybrid[0] in ("flex", "flexible", "flexibel"):
        hybrid = None
    if hybrid:
        return "hybrid"
    if remote:
        if percent and int(percent[1]) < 100:
            return "hybrid" if int(percent[1]) else "onsite"
        if "temporar" in folded:
            return None
        if onsite or (_FOUND["some"].search(folded) and not percent and not _FOUND["all"].search(folded)):
            return "hybrid"
        return "remote"
    return "onsite" if onsite and not denied else None


def derive_workplace(
    *,
    stated: Workplace | None = None,
    is_remote: bool | None = None,
    workplace_text: str | None = None,
    title: str | None = None,
    location_text: str | None = None,
    description: str | None = None,
) -> tuple[Workplace | None, list[str]]:
    """The workplace of a posting and, of a remote one, the countries that it is open to ([] is no restriction known).

    The rule: a field with the three values (``stated``, else ``workplace_text``) says more than the yes or no of
    ``is_remote``, which boards also set where remote work is merely possible. Where the two contradict each other
    (remote against onsite) the title and the place decide if they name one of the two, else the field. Without a
    field, a word in the title or place comes before the flag "no", and hybrid there before the flag "yes". The
    description counts last and only with a plain statement on the job itself.
    """
    title, location_text = (title or "")[:_LONGEST_FIELD], (location_text or "")[:_LONGEST_PLACE]
    field = stated or parse_workplace(workplace_text)
    written = titled_workplace(title) or placed_workplace(location_text)
    workplace: Workplace | None
    if field is not None:
        contradicted = is_remote is not None and (field == "remote") != is_remote and field != "hybrid"
        workplace = (
            written if contradicted and written in (field, "remote" if is_remote else "onsite") else field
        )
    elif is_remote:
        workplace = "hybrid" if written == "hybrid" else "remote"
    else:
        workplace = written or described_workplace(description)
    if workplace != "remote":
        return workplace, []
    countries = remote_countries(location_text) or remote_countries(_scope_of_title(title))
    if not countries and not _is_unrestricted(location_text):
        countries = countries_in_text(description)
    return workplace, countries


@lru_cache(maxsize=4_096)
def titled_workplace(title: str | None) -> Workplace | None:
    """A workplace that a title names in a part of its own ("Engineer (Remote)") or in front ("Remote Engineer")."""
    text = (title or "")[:_LONGEST_FIELD]
    if not _may_name_workplace(text):
        return None
    found = {kind for part in _TITLE_PARTS.split(text) if (kind := _whole_part(part)) is not None}
    if found:
        return _mixed(found)
    words = fold(text).split()
    for position, word in enumerate(words):
        if word not in ("remote", "remoto", "remota") or words[position - 1 : position] in (["of"], ["for"]):
            continue
        if position in (0, len(words) - 1):
            following = words[position + 1 : position + 2]
            return None if following and following[0] in _SUBJECTS else "remote"
    return None


@lru_cache(maxsize=4_096)
def placed_workplace(location_text: str | None) -> Workplace | None:
    """A workplace that a location field names: "Remote - US", "Hybrid (London)", "Anywhere"."""
    text = (location_text or "")[:_LONGEST_FIELD]
    if _is_unrestricted(text):
        return "remote"
    if not _may_name_workplace(text):
        return None
    found: set[Workplace] = set()
    parts = _LOCATION_PARTS.split(text)
    for part in parts:
        if len(parts) > 1 and fold(part) in ("flex", "flexible"):
            continue
        kind = _whole_part(part)
        if kind is None:
            words = fold(part).split()
            ends = {words[0], words[-1]} if words else set()
            if ends & {"remote", "remoto", "remota", "remotely"}:
                kind = "remote"
            elif ends & {"hybrid", "hybride", "hibrido"}:
                kind = "hybrid"
        if (kind is not None and kind != "onsite") or (kind == "onsite" and "site" in fold(part)):
            found.add(kind)
    return _mixed(found)


def _mixed(found: set[Workplace]) -> Workplace | None:
    if not found:
        return None
    return found.pop() if len(found) == 1 else "hybrid"


def _may_name_workplace(text: str) -> bool:
    """Whether any word for a workplace can be in the text; most fields have none."""
    folded = f" {fold(text)} "
    return any(_FOUND[kind].search(folded) for kind in ("remote", "hybrid", "onsite"))


def _whole_part(part: str) -> Workplace | None:
    """The workplace, if words for one are all that a part of a text has."""
    folded = fold(part.replace("%", " % ")).replace(" %", "%")
    if not folded or len(folded) > 40:
        return None
    left = folded
    for kind in ("remote", "hybrid", "onsite", "some", "all", "not"):
        left = _FOUND[kind].sub(" ", left)
    left = _SMALL_WORDS.sub(" ", left)
    return parse_workplace(part) if not left.strip() else None


def _scope_of_title(title: str | None) -> str | None:
    """What a title has beside the word remote in the same part: "(Remote - Germany)", "Remote, EMEA"."""
    after, before = _SCOPE_AFTER.search(title or ""), _SCOPE_BEFORE.search(title or "")
    found = after or before
    return found[1] if found else None


def _is_unrestricted(location_text: str | None) -> bool:
    return bool(location_text) and remote_countries(location_text, unrestricted=["*"]) == ["*"]
