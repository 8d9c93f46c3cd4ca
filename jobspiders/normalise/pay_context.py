"""Whether a figure in prose is pay: the words around it, weighed.

The nearest telling word decides: "tuition reimbursement up to $5,250" is no pay although a salary is
spoken of a line above, and "base salary (excluding bonus): $120,000" is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from jobspiders.items import SalaryUnit
from jobspiders.normalise.currency import Marker, narrows
from jobspiders.normalise.pay_words import EXEMPT, Role, role, unit_in

_BEFORE = 110
_AFTER = 60
_HEADER = 140

_BLANKS = " \u00a0\u202f\u2009\t"
_WORD = re.compile(r"[^\W\d_]+|[+,&]")
_AFTER_WORD = re.compile(r"[^\W\d_]+|[^\s\w]")
_CLAUSE_MARKS = (
    "\n",
    "•",
    "|",
    ";",
    "! ",
    "? ",
    "  ",
    "·",
    " ● ",
    "✓",
    "✔",
    "✅",
    "–  ",
    "➢",
    "►",
    "▪",
    "💰",
    "💶",
    "⭐",
)
_STOPS = frozenset(".,;:)!?+|•\n&")

#: A word of money elsewhere counts within so many words, one of NEAR within so few.
_REACH = 8
_NEAR_REACH = 3


@dataclass(slots=True)
class Evidence:
    """What the words around a figure say: weight for or against, OTE or base, a unit."""

    score: int = 0
    against: bool = False
    total: bool = False
    pay_before: bool = False
    adjacent: bool = False
    unit: SalaryUnit | None = None
    marker: Marker | None = None
    clause_start: int = 0


def clause_start(text: str, start: int, reach: int = _BEFORE) -> int:
    """Where the clause that leads up to text[start] begins: a line, a bullet, a sentence or a wide gap."""
    low = max(0, start - reach)
    end = start
    while end > low and text[end - 1] in _BLANKS:
        end -= 1
    if text[end:start].count("  ") and text[end - 1 : end] not in tuple(":-–(~"):
        return start
    found = low
    for mark in _CLAUSE_MARKS:
        at = text.rfind(mark, found, end)
        if at >= found:
            found = at + len(mark)
    at = end
    while (at := text.rfind(". ", found, at)) >= 0:
        following = text[at + 2 : at + 3]
        if following.isupper() and not text[at - 1 : at].isdigit() and text[at - 2 : at - 1] != ".":
            found = at + 2
            break
    return found


def _exempt(words: list[str], index: int) -> bool:
    return any(word in EXEMPT or word == "+" for word in words[max(0, index - 3) : index])


def _enumerates(words: list[str], index: int) -> bool:
    """Whether the word ends a list that pay opens: "salary, bonus and equity"."""
    for word in reversed(words[max(0, index - 6) : index]):
        if word in (",", "&", "+"):
            continue
        found = role(word)
        if found is Role.PAY:
            return True
        if found not in (Role.EXTRA, Role.LINK, Role.EXEMPT, Role.TOTAL, Role.WEAK):
            return False
    return False


def _read_before(text: str, start: int, evidence: Evidence) -> None:
    begin = clause_start(text, start)
    evidence.clause_start = begin
    words = _WORD.findall(text[begin:start])
    lowered = [word.lower() for word in words]
    weak = False
    comma = False
    distance = 0
    decided = False
    for index in range(len(lowered) - 1, -1, -1):
        word = lowered[index]
        if word == "," or word == "&":
            comma = comma or word == ","
            continue
        if word == "+" or word in ("plus", "zzgl", "zuzüglich"):
            if distance <= 2:
                evidence.score -= 3
            distance += 1
            continue
        distance += 1
        if evidence.marker is None and narrows("$", words[index]):
            evidence.marker = words[index]
        if evidence.unit is None:
            evidence.unit = unit_in(word)
        found = role(word)
        if found is Role.NONE or found is Role.LINK or found is Role.EXEMPT:
            continue
        if found is Role.PAY:
            evidence.score += 3
            evidence.pay_before = True
            evidence.adjacent = distance <= _REACH
            decided = True
            _look_further(lowered, index, evidence)
            break
        if found is Role.TOTAL:
            evidence.score += 3
            evidence.total = evidence.pay_before = True
            decided = True
            break
        if found is Role.WEAK:
            weak = True
        elif found is Role.NEAR:
            if distance <= _NEAR_REACH and not comma:
                evidence.score -= 3
        elif _exempt(lowered, index):
            continue
        elif _enumerates(lowered, index):
            evidence.total = True
        elif not comma and distance <= _REACH:
            evidence.against = True
            return
        else:
            evidence.score -= 2
    if weak and not evidence.pay_before:
        evidence.score += 1 if evidence.unit is None else 2
    if not lowered or text[:start].rstrip(_BLANKS + "~(-–—*")[-1:] == ":":
        evidence.score += 1
    if not decided:
        _read_header(text, begin, evidence)


def _look_further(words: list[str], index: int, evidence: Evidence) -> None:
    """A unit or a total named on the far side of the word that says pay: "total annual compensation"."""
    for word in words[max(0, index - 3) : index]:
        if evidence.unit is None:
            evidence.unit = unit_in(word)
        if role(word) is Role.TOTAL:
            evidence.total = True


def _read_header(text: str, begin: int, evidence: Evidence) -> None:
    end = begin
    while end > 0 and (text[end - 1].isspace() or text[end - 1] in "•|;·-–—*"):
        end -= 1
    if end == 0:
        return
    header_start = clause_start(text, end, _HEADER)
    words = [word.lower() for word in _WORD.findall(text[header_start:end])]
    roles = [role(word) for word in words]
    short = len(words) <= 8 or text[end - 1] == ":"
    if Role.PAY in roles or (short and Role.TOTAL in roles):
        evidence.score += 2 if short else 1
        if evidence.unit is None and short:
            evidence.unit = next((unit for word in words if (unit := unit_in(word))), None)
        evidence.total = evidence.total or Role.TOTAL in roles
    elif len(words) <= 6 and (Role.EXTRA in roles or Role.ELSEWHERE in roles) and text[end - 1] == ":":
        evidence.against = True


def _read_after(text: str, end: int, wide: bool, evidence: Evidence) -> None:
    distance = 0
    bracket = False
    for match in _AFTER_WORD.finditer(text, end, end + _AFTER):
        word = match.group().lower()
        if "\n" in text[end : match.start()] or "  " in text[end : match.start()]:
            return
        if word == "(":
            bracket = True
            continue
        if word in _STOPS:
            return
        distance += 1
        if distance > 6:
            return
        found = role(word)
        if found is Role.LINK or found is Role.EXEMPT:
            if not (word in ("for", "to", "as", "of") and distance == 1):
                return
            continue
        if found is Role.PAY:
            evidence.score += 2
            return
        if found is Role.TOTAL:
            evidence.total = True
            evidence.score += 2
            return
        if found is Role.WEAK and word in ("base", "basic", "fixe", "ote"):
            evidence.score += 1
            return
        if found is Role.EXTRA or found is Role.ELSEWHERE or (found is Role.NEAR and distance <= 2):
            if not (wide and evidence.adjacent) and not (bracket and wide):
                evidence.against = True
            return


def weigh(text: str, start: int, end: int, *, wide: bool) -> Evidence:
    """The evidence around text[start:end]; ``wide`` where that is a range as large as a year's pay."""
    evidence = Evidence()
    _read_before(text, start, evidence)
    if not evidence.against:
        _read_after(text, end, wide, evidence)
    return evidence
