"""What a description states on where the job is done, as against what it merely mentions.

Only sentences on the job itself count: "this is a fully remote position", "hybrid: 3 days a week in our Berlin
office", "this role is on-site". "Remote teams", "remote sensing" and "a hybrid cloud" say nothing of it.
"""

from __future__ import annotations

import re

from ..items import Workplace
from .scan import scan

#: How much is looked at around each word that may matter, and how many of these.
_BEFORE, _AFTER = 70, 90
_MOST_WINDOWS, _MOST_ANCHORS = 16, 100
#: "Office" is in most descriptions; it matters only beside one of these.
_OFFICE = b"office"
_WITH_OFFICE = re.compile(rb"day|in[- ]office|office[- ]based|home[- ]office")
#: No character of the languages known here has more bytes in UTF-8.
_WIDEST = 2

_JOB = r"(?:role|position|job|opportunity|vacancy|contract|internship|post)"
_FULL = r"(?:100 ?% |fully |full[- ]time |completely |entirely |permanently |primarily |totally )?"
_UNDENIED = r"(?<!not )(?<!not a )(?<!n't )(?<!n't a )(?<!never )(?<!no )(?<!non-)"
_HERE = r"(?:on-?site|on site|in[- ]person|in[- ]office|office[- ]based)"
_DAYS = r"(?:[1-4]|one|two|three|four|einen?|zwei|drei|vier|un|deux|trois|quatre|dos|tres|cuatro|dois|três)"
_RANGE = rf"{_DAYS}(?: ?(?:-|–|to|or|bis|à|a|/) ?{_DAYS})?"
_WEEK = r"(?: (?:a|per|each|every|/) ?(?:the )?week| weekly| ?/ ?week)?"
_OFFICES = r"(?:the|our|an?) (?:[\w.]+ ){0,3}(?:office|hq|studio)"
_FIELD = r"\b(?:work(?:place)? (?:location|type|arrangement|mode|model)|location|workplace)"
#: What is remote there is not the job.
_NOT_THE_JOB = (
    r"(?! ?-?(?:teams?|colleagues|sens|monitor|access|control|site|support|desktop|locations?|areas?|offices?|sales"
    r"|workers?|employees|cultures?|first|work(?:ing)? (?:stipend|allowance|equipment|experience|environment)))"
)


def _any(groups: dict[str, tuple[str, ...]]) -> list[tuple[str, re.Pattern[str]]]:
    """The alternatives beside words of which one stands in whatever they match: most texts have few of these."""
    patterns = {words: re.compile("|".join(found)) for words, found in groups.items()}
    return [(word, pattern) for words, pattern in patterns.items() for word in words.split("|")]


_REMOTE = _any(
    {
        "remote": (
            rf"\b(?:this|the|our|a) {_JOB} (?:is|will be|can be(?: performed| done)?|may be(?: performed)?) {_UNDENIED}"
            rf"(?:a |an )?{_FULL}remote(?:ly)?\b{_NOT_THE_JOB}(?!,? (?:or|and) (?:hybrid|on-?site|in[- ]office|100))",
            rf"\b(?:this is|it's|we offer|offering|for|as) {_UNDENIED}(?:a |an )?{_FULL}remote (?:\w+ )?{_JOB}\b"
            r"(?! boards?)",
            rf"\b(?=[1fce]){_UNDENIED}(?:100 ?%|fully|completely|entirely) remote\b{_NOT_THE_JOB}"
            r"(?! (?:or|and) (?:hybrid|100|on))",
            rf"\b(?=remote ){_UNDENIED}(?<!fully )(?<!or )remote {_JOB}\b(?! (?:or|and|boards?|titles?|descriptions?))",
            r"\bfull[- ]remote(?<!for full.remote)(?<!or full.remote)\b(?! work)",
            r"\byou(?: can|'ll| will|'re able to)? (?:be )?work(?:ing)? "
            r"(?:100 ?% |fully |completely |entirely )remotely\b",
            rf"{_FIELD} ?: ?(?:100 ?% |fully )?remote\b(?! (?:or|/|and))",
        ),
        "anywhere": (r"\bwork from anywhere\b(?! (?:for|up|weeks|days|policy|program|\d))",),
        "100|vollständig|komplett|ausschließlich": (
            r"\b(?:100 ?%|vollständig|komplett|ausschließlich)(?: aus dem| im| von)? "
            r"(?:remote|home[- ]?office|mobil)\b",
        ),
        "télétravail": (
            r"\b100 ?% (?:en |de )?télétravail\b|\btélétravail (?:complet|total|intégral|à 100 ?%|100 ?%)",
        ),
        "remoto|remota|teletrab": (
            r"\b100 ?% (?:en |de )?(?:remoto|remota|teletrabajo|teletrabalho)\b",
            r"\bteletrabajo (?:100 ?%|completo\b|total\b)|\bvaga (?:100 ?% )?remota\b|\btrabajo remoto\b",
            r"\b(?:modalidad|modalidade|modelo)(?: de trabajo| de trabalho)?:? (?:100 ?% )?remot[oa]\b",
        ),
        "op afstand": (r"\bvolledig op afstand\b",),
        "zdaln": (r"\bpraca (?:w 100 ?% |w pełni |całkowicie )?zdalna\b|\b100 ?% zdaln\w+",),
    }
)
_HYBRID = _any(
    {
        "hybrid": (
            rf"\b(?:this|the|our|a) {_JOB} (?:is|will be|offers|follows|operates) {_UNDENIED}(?:a |an |on a )?hybrid\b",
            rf"\b(?:this is|it's|we offer|offering) {_UNDENIED}(?:a |an )?hybrid "
            rf"(?:\w+ )?(?:{_JOB}|schedule|arrangement)\b",
            rf"\b(?=hybrid ){_UNDENIED}(?<!or )hybrid (?:(?:remote|onsite|on-site|in-office) )?(?:{_JOB}|schedule)\b",
            rf"\b(?=hybrid ){_UNDENIED}hybrid work(?:ing)? (?:schedule|arrangement|model|pattern)\b",
            rf"{_FIELD} ?: ?hybrid\b",
            rf"\bhybrid ?[:,(–-] ?(?:\w+ ){{0,4}}{_RANGE}(?:\+|x)? ?days?\b",
            r"\bhybride[sn]? (?:arbeit\w*|arbeitsmodell|modell)",
        ),
        "day": (
            rf"\b{_RANGE}\+? days?{_WEEK} (?:\w+ )?(?:in|at|from|into) {_OFFICES}\b",
            rf"\b{_RANGE}\+? days?{_WEEK} (?:{_HERE}|in the office|remote(?:ly)?|from home|work from home)\b",
            rf"\b(?:in|at|from|to) {_OFFICES} (?:for |at least |minimum |a minimum of )*{_RANGE}\+? days?\b",
            rf"\b(?:{_HERE}|in office|in the office) (?:at least |a minimum of )?{_RANGE}\+? days?\b",
        ),
        " tag": (
            rf"\b{_RANGE} tagen?(?: pro woche| in der woche| die woche)? (?:im |aus dem |mobil|remote|home)",
            rf"\b{_RANGE} tage (?:im |aus dem |mobil|remote|home)",
        ),
        "híbrid|hybryd": (
            r"\b(?:formato|modelo|esquema|sistema|trabajo|trabalho) (?:de trabajo |de trabalho )?híbrido",
            r"\bpraca hybrydowa\b|\b(?:tryb|model)(?:ie|u)? (?:pracy )?hybrydow\w+",
            r"\bmodalidade? (?:de trabajo |de trabalho )?híbrid[ao]",
        ),
        "télétravail": (
            rf"\b{_RANGE} jours?(?: par semaine)? (?:de |en )?télétravail",
            rf"\btélétravail (?:partiel|hybride|{_RANGE} jours?|possible \(?{_RANGE})",
        ),
        "días|dias": (
            rf"\b{_RANGE} d[ií]as(?: (?:a la|por) semana)? (?:de |en )?"
            r"(?:teletrabajo|remoto|la oficina|oficina|casa)",
        ),
    }
)
_ONSITE = _any(
    {
        "site|person|office": (
            rf"\b(?:this|the|our|a) {_JOB} (?:is|will be|requires) {_UNDENIED}(?:a |an )?{_FULL}{_HERE}\b"
            r"(?!,? (?:or|and|with|/))",
            rf"\b(?:this is|it is|it's) (?:a |an )?{_FULL}{_HERE} (?:\w+ )?{_JOB}\b",
            rf"{_FIELD} ?: ?{_HERE}\b",
        ),
        "100|fully|strictly": (
            rf"\b(?:100 ?%|fully|strictly) (?:{_HERE}|presencial|vor ort|en présentiel)\b",
        ),
        "remote": (
            rf"\b(?:this|the) {_JOB} is not (?:eligible for |open to )?(?:a )?remote\b",
            r"\bremote (?:work )?is not (?:available|possible|offered|an option|permitted)\b",
            r"\bno remote (?:work|option|position|possibility)",
            rf"\bnot a remote (?:or hybrid )?{_JOB}\b",
        ),
        "5 day|five day": (
            rf"\b(?:5|five) days?{_WEEK} (?:in|at|from) {_OFFICES}\b|\b(?:5|five) days?{_WEEK} {_HERE}\b",
            rf"\b{_HERE} (?:5|five) days?\b",
        ),
        "presencial": (
            r"\bmodalidade? (?:de trabajo |de trabalho )?:? ?presencial\b|\btrabajo (?:100 ?% )?presencial\b",
        ),
    }
)
_STATEMENTS: tuple[tuple[str, re.Pattern[str], Workplace], ...] = (
    *((word, pattern, "hybrid") for word, pattern in _HYBRID),
    *((word, pattern, "onsite") for word, pattern in _ONSITE),
    *((word, pattern, "remote") for word, pattern in _REMOTE),
)


def described_workplace(description: str | None) -> Workplace | None:
    """The workplace that a description states; None where it states none, or more than one."""
    found: set[Workplace] = set()
    for window in _windows(description or ""):
        for word, pattern, kind in _STATEMENTS:
            if word in window and kind not in found and pattern.search(window):
                found.add(kind)
    return found.pop() if len(found) == 1 else None


def _windows(text: str) -> list[str]:
    """The surroundings of each word that may matter, in small letters and without overlaps."""
    scanned = scan(text)
    lowered = scanned.lowered
    windows: list[str] = []
    end = -1
    anchors = 0
    for _, start, stop in scanned.workplaces:
        if lowered[start:stop] == _OFFICE and not _WITH_OFFICE.search(
            lowered, max(0, start - _BEFORE), start + _AFTER
        ):
            continue
        anchors += 1
        if start >= end - _BEFORE:
            end = start + _AFTER
            before = lowered[max(0, start - _WIDEST * _BEFORE) : start].decode("utf-8", "ignore")[-_BEFORE:]
            after = lowered[start : start + _WIDEST * _AFTER].decode("utf-8", "ignore")[:_AFTER]
            windows.append(" ".join((before + after).lower().split()))
        if anchors == _MOST_ANCHORS or len(windows) == _MOST_WINDOWS:
            break
    return windows
