"""What a description states on where the job is done, as against what it merely mentions.

Only sentences on the job itself count: "this is a fully remote position", "hybrid: 3 days a week in our Berlin
office", "this role is on-site". "Remote teams", "remote sensing" and "a hybrid cloud" say nothing of it.
"""

from __future__ import annotations

import re

from ahocorasick_rs import AhoCorasick

from ..items import Workplace

#: How much of a description is looked at, and how much around each word that may matter.
_LONGEST = 60_000
_BEFORE, _AFTER = 70, 90
_MOST_WINDOWS, _MOST_ANCHORS = 16, 100
_ANCHORS = (
    *("remot", "hybrid", "homeoffice", "onsite", "on-site", "on site", "in-person", "in person", "from home"),
    *("from anywhere", "teletrab", "presencial", "vor ort", "zdaln", "op afstand", "híbrid", "télétravail"),
    *("présentiel", "office"),
)
#: "Office", the last of them, is in most descriptions; it matters only beside one of these.
_OFFICE = len(_ANCHORS) - 1
_WITH_OFFICE = ("day", "in-office", "in office", "office-based", "office based", "home office", "home-office")
_FIND_ANCHORS = AhoCorasick(_ANCHORS)

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


def _any(*alternatives: str) -> re.Pattern[str]:
    return re.compile("|".join(alternatives))


_REMOTE = _any(
    rf"\b(?:this|the|our|a) {_JOB} (?:is|will be|can be(?: performed| done)?|may be(?: performed)?) {_UNDENIED}"
    rf"(?:a |an )?{_FULL}remote(?:ly)?\b{_NOT_THE_JOB}(?!,? (?:or|and) (?:hybrid|on-?site|in[- ]office|100))",
    rf"\b(?:this is|it's|we offer|offering|for|as) {_UNDENIED}(?:a |an )?{_FULL}remote (?:\w+ )?{_JOB}\b(?! boards?)",
    rf"\b{_UNDENIED}(?:100 ?%|fully|completely|entirely) remote\b{_NOT_THE_JOB}(?! (?:or|and) (?:hybrid|100|on))",
    rf"\b{_UNDENIED}(?<!fully )(?<!or )remote {_JOB}\b(?! (?:or|and|boards?|titles?|descriptions?))",
    r"(?<!for )(?<!or )\bfull[- ]remote\b(?! work)",
    r"\byou(?: can|'ll| will|'re able to)? (?:be )?work(?:ing)? (?:100 ?% |fully |completely |entirely )remotely\b",
    r"\bwork from anywhere\b(?! (?:for|up|weeks|days|policy|program|\d))",
    rf"{_FIELD} ?: ?(?:100 ?% |fully )?remote\b(?! (?:or|/|and))",
    r"\b(?:100 ?%|vollständig|komplett|ausschließlich)(?: aus dem| im| von)? (?:remote|home[- ]?office|mobil)\b",
    r"\b100 ?% (?:en |de )?télétravail\b|\btélétravail (?:complet|total|intégral|à 100 ?%|100 ?%)",
    r"\b100 ?% (?:en |de )?(?:remoto|remota|teletrabajo|teletrabalho)\b|\bteletrabajo (?:100 ?%|completo|total)\b",
    r"\b(?:modalidad|modalidade|modelo)(?: de trabajo| de trabalho)?:? (?:100 ?% )?remot[oa]\b",
    r"\bvaga (?:100 ?% )?remota\b|\btrabajo remoto\b|\bvolledig op afstand\b",
    r"\bpraca (?:w 100 ?% |w pełni |całkowicie )?zdalna\b|\b100 ?% zdaln\w+",
)
_HYBRID = _any(
    rf"\b(?:this|the|our|a) {_JOB} (?:is|will be|offers|follows|operates) {_UNDENIED}(?:a |an |on a )?hybrid\b",
    rf"\b(?:this is|it's|we offer|offering) {_UNDENIED}(?:a |an )?hybrid (?:\w+ )?(?:{_JOB}|schedule|arrangement)\b",
    rf"\b{_UNDENIED}(?<!or )hybrid (?:(?:remote|onsite|on-site|in-office) )?(?:{_JOB}|schedule)\b",
    rf"\b{_UNDENIED}hybrid work(?:ing)? (?:schedule|arrangement|model|pattern)\b",
    rf"{_FIELD} ?: ?hybrid\b",
    rf"\bhybrid ?[:,(–-] ?(?:\w+ ){{0,4}}{_RANGE}(?:\+|x)? ?days?\b",
    rf"\b{_RANGE}\+? days?{_WEEK} (?:\w+ )?(?:in|at|from|into) {_OFFICES}\b",
    rf"\b{_RANGE}\+? days?{_WEEK} (?:{_HERE}|in the office|remote(?:ly)?|from home|work from home)\b",
    rf"\b(?:in|at|from|to) {_OFFICES} (?:for |at least |minimum |a minimum of )*{_RANGE}\+? days?\b",
    rf"\b(?:{_HERE}|in office|in the office) (?:at least |a minimum of )?{_RANGE}\+? days?\b",
    rf"\b{_RANGE} tagen?(?: pro woche| in der woche| die woche)? (?:im |aus dem |mobil|remote|home)",
    rf"\b{_RANGE} tage (?:im |aus dem |mobil|remote|home)",
    r"\bhybride[sn]? (?:arbeit\w*|arbeitsmodell|modell)|\bformato híbrido|\btrabajo híbrido|\bpraca hybrydowa\b",
    r"\bmodalidade? (?:de trabajo |de trabalho )?híbrid[ao]",
    rf"\b{_RANGE} jours?(?: par semaine)? (?:de |en )?télétravail",
    rf"\btélétravail (?:partiel|hybride|{_RANGE} jours?|possible \(?{_RANGE})",
    rf"\b{_RANGE} d[ií]as(?: (?:a la|por) semana)? (?:de |en )?(?:teletrabajo|remoto|la oficina|oficina|casa)",
)
_ONSITE = _any(
    rf"\b(?:this|the|our|a) {_JOB} (?:is|will be|requires) {_UNDENIED}(?:a |an )?{_FULL}{_HERE}\b"
    r"(?!,? (?:or|and|with|/))",
    rf"\b(?:this is|it is|it's) (?:a |an )?{_FULL}{_HERE} (?:\w+ )?{_JOB}\b",
    rf"\b(?:100 ?%|fully|strictly) (?:{_HERE}|presencial|vor ort|en présentiel)\b",
    rf"\b(?:this|the) {_JOB} is not (?:eligible for |open to )?(?:a )?remote\b",
    r"\bremote (?:work )?is not (?:available|possible|offered|an option|permitted)\b",
    r"\bno remote (?:work|option|position|possibility)",
    rf"\bnot a remote (?:or hybrid )?{_JOB}\b",
    rf"\b(?:5|five) days?{_WEEK} (?:in|at|from) {_OFFICES}\b|\b(?:5|five) days?{_WEEK} {_HERE}\b",
    rf"{_FIELD} ?: ?{_HERE}\b",
    r"\bmodalidade? (?:de trabajo |de trabalho )?:? ?presencial\b|\btrabajo (?:100 ?% )?presencial\b",
)
_KINDS: tuple[tuple[Workplace, re.Pattern[str]], ...] = (
    ("hybrid", _HYBRID),
    ("onsite", _ONSITE),
    ("remote", _REMOTE),
)


def described_workplace(description: str | None) -> Workplace | None:
    """The workplace that a description states; None where it states none, or more than one."""
    found: set[Workplace] = set()
    for window in _windows((description or "")[:_LONGEST].lower()):
        found.update(kind for kind, pattern in _KINDS if pattern.search(window))
    return found.pop() if len(found) == 1 else None


def _windows(text: str) -> list[str]:
    """The surroundings of each word that may matter, without overlaps."""
    starts: list[int] = []
    for anchor, start, _ in _FIND_ANCHORS.find_matches_as_indexes(text):
        if anchor == _OFFICE:
            around = text[max(0, start - _BEFORE) : start + _AFTER]
            if not any(word in around for word in _WITH_OFFICE):
                continue
        starts.append(start)
        if len(starts) == _MOST_ANCHORS:
            break
    windows: list[str] = []
    end = -1
    for position in starts:
        if position < end - _BEFORE:
            continue
        end = position + _AFTER
        windows.append(" ".join(text[max(0, position - _BEFORE) : end].split()))
        if len(windows) == _MOST_WINDOWS:
            break
    return windows
