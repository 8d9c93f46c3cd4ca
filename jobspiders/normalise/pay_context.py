"""Whether a figure in prose is pay: the words around it, weighed.

The nearest telling word decides: "tuition reimbursement up to $5,250" is no pay although a salary is
spoken of a line above, and "base salary (excluding bonus): $120,000" is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from jobspiders.items import SalaryUnit
from jobspiders.normalise.pay_words import EXEMPT, FILLER, JOB_NOUNS, JOINTS, PREPOSITIONS, VOCABULARY, Role

_BEFORE = 110
_AFTER = 60
_HEADER = 140
_SHORT_HEADER = 8
_HEADER_WEIGHT = 2
#: A figure in the opening lines stands where advertisements put pay.
_OPENING = 250

_BLANKS = " \u00a0\u202f\u2009\t"
_WORD = re.compile(r"\w+|[+,&%(:]")
_AFTER_WORD = re.compile(r"[^\W\d_]+|[^\s\w]|\n|  ")
_BREAK = re.compile(r"[\n•|;·●✓✔✅➢►▪]")
_BREAKS_OF_TWO = ("! ", "? ", "  ")
_STOPS = frozenset(".,;:)!?|•\n&") | {"  "}
_PLUS_REACH = 2
_PLUS = frozenset({"+", "plus", "zzgl", "zuzüglich"})
_TIMES = re.compile(r"\d*x$|times$")
_AND = re.compile(r"\b(?:and|und|et|y|e|en|i|oraz|sowie)[ \u00a0]$", re.IGNORECASE)
_OF = (["of"], ["von"], ["de"], ["di"], ["van"])
#: "bi-weekly" is no week.
_HALVED = (["bi"], ["semi"])
_NO_PAY_AFTER_PAY = frozenset({"period", "periods", "equity", "transparency", "stub", "check", "roll"})
_BASE = frozenset({"base", "basic", "fixe", "fix", "fixed", "fest"})
_VERBS = frozenset({"pay", "earn", "earns", "earning"})
_RATE = frozenset({"rate", "rates", "gross", "net", "netto"})
_LONG_WORD = 7
_ABBREVIATED = re.compile(r"(?:(?<![\d.,])\d{1,2}|\.\w)$")

#: A word of money elsewhere counts within so many words, one of NEAR within so few.
_REACH = 12
_NEAR_REACH = 5
_BASE_REACH = 3
_ADJACENT = 8
_AFTER_REACH = 6


_AGAINST = frozenset({Role.EXTRA, Role.ELSEWHERE, Role.NEAR})


@dataclass(slots=True)
class Evidence:
    """What the words around a figure say: weight for or against, OTE or base, a unit."""

    score: int = 0
    against: bool = False
    total: bool = False
    #: What the words right behind the figure call it, where they do: "OTE", "base".
    called_total: bool | None = None
    pay_after: bool = False
    #: A word that says pay stands close before the figure.
    adjacent: bool = False
    unit: SalaryUnit | None = None
    clause_start: int = 0


def weigh(text: str, start: int, end: int, *, wide: bool, large: bool, needed: int = 0) -> Evidence:
    """The evidence around the figure in text[start:end].

    ``large`` tells that it is the size of a year's pay, ``wide`` that it is a range of that size, or pay by the
    hour. ``needed`` is the score that would make it pay: what cannot reach that is not looked into further.
    """
    evidence = Evidence()
    if not wide:
        # The cheaper side first: most money that is no pay is named right behind the figure.
        _read_after(text, end, wide, large, evidence)
        if evidence.against:
            return evidence
    decided = _read_before(text, start, wide and large, evidence)
    within_reach = wide or evidence.score + _HEADER_WEIGHT + evidence.pay_after >= needed
    if not decided and within_reach:
        _read_header(text, evidence.clause_start, evidence)
    if wide:
        _read_after(text, end, wide, large, evidence)
        evidence.against = evidence.against and not (evidence.pay_after and large)
    if evidence.called_total is not None:
        evidence.total = evidence.called_total
    if evidence.pay_after and evidence.unit is not None:
        evidence.score += 1
    return evidence


def clause_start(text: str, start: int, reach: int = _BEFORE) -> int:
    """Where the clause that leads up to text[start] begins: a line, a bullet, a sentence or a wide gap."""
    low = max(0, start - reach)
    end = start
    while end > low and text[end - 1] in _BLANKS:
        end -= 1
    if "  " in text[end:start] and text[end - 1 : end] not in (":", "-", "–", "(", "~", "$"):
        return start
    if (
        text[end - 1 : end] == "."
        and end > low + _LONG_WORD
        and text[end - 1 - _LONG_WORD : end - 1].isalpha()
    ):
        # A sentence ends right before the figure; after a short word the stop marks an abbreviation ("approx.")
        return start
    found = low
    for match in _BREAK.finditer(text, low, end):
        found = match.end()
    for mark in _BREAKS_OF_TWO:
        at = text.rfind(mark, found, end)
        if at >= 0:
            found = at + 2
    at = end
    while (at := text.rfind(". ", found, at)) >= 0:
        if text[at + 2 : at + 3].isupper() and not _ABBREVIATED.search(text, max(0, at - 3), at):
            return at + 2
    return found


def _exempt(words: list[str], index: int) -> bool:
    """Whether a word is set aside: "excluding bonus", "pay + bonus: ..."; "plus tips of ..." is not."""
    earlier = words[max(0, index - 3) : index]
    if any(word in EXEMPT and word not in _PLUS for word in earlier):
        return True
    return any(word in _PLUS for word in earlier) and not _owns(words, index)


def _owns(words: list[str], index: int) -> bool:
    """Whether the figure that follows is the word's own: "bonus of $5,000", "commission ($20,000)"."""
    rest = words[index + 1 : index + 4]
    return not rest or rest[:1] in _OF or "(" in rest


def _enumerates(words: list[str], index: int) -> bool:
    """Whether the word ends a list that pay opens: "salary, bonus and equity"."""
    if _owns(words, index):
        return False
    for word in reversed(words[max(0, index - 6) : index]):
        found = VOCABULARY[word][0]
        if found is Role.PAY:
            return True
        if found not in (Role.MARK, Role.EXTRA, Role.LINK, Role.EXEMPT, Role.TOTAL, Role.WEAK):
            return False
    return False


def _role_at(words: list[str], index: int) -> Role:
    """The role of a word among its neighbours: "pay period" and "10% of pay" say no pay, "on target" a total."""
    word = words[index]
    found = VOCABULARY[word][0]
    if found is Role.PAY or found is Role.TOTAL or word in _BASE:
        if words[index + 1 : index + 2] and words[index + 1] in _NO_PAY_AFTER_PAY:
            return Role.NONE
        earlier = words[max(0, index - 5) : index]
        if "%" in earlier or any(_TIMES.match(nearby) for nearby in earlier[-3:]):
            return Role.NONE
        if word in _VERBS and earlier and VOCABULARY[earlier[-1]][0] is Role.NEAR:
            return Role.NONE
    elif found in _AGAINST and words[index + 1 : index + 2] and words[index + 1] in JOB_NOUNS:
        return Role.NONE
    elif word == "target" and index and words[index - 1] == "on":
        return Role.TOTAL
    return found


def _read_before(text: str, start: int, yearly: bool, evidence: Evidence) -> bool:
    """Weigh the clause up to the figure; whether it settles the matter and the line before need not be asked."""
    begin = clause_start(text, start)
    evidence.clause_start = begin
    words = _WORD.findall(text[begin:start].lower())
    score = distance = 0
    weak = comma = said = decided = False
    unit: SalaryUnit | None = None
    for index in range(len(words) - 1, -1, -1):
        word = words[index]
        found, named = VOCABULARY[word]
        if found is Role.NONE:
            distance += 1
            unit = unit or named
            continue
        if found is Role.MARK:
            comma = comma or word == ","
            if word == "+" and distance <= _PLUS_REACH:
                score -= 3
            continue
        distance += 1
        if named is not None and unit is None and words[index - 1 : index] not in _HALVED:
            unit = named
        found = _role_at(words, index)
        if found is Role.PAY or found is Role.TOTAL:
            score += 2 if comma else 3
            decided = said = True
            evidence.adjacent = distance <= _ADJACENT
            evidence.total = evidence.total or found is Role.TOTAL
            unit = _look_further(words, index, unit, evidence)
            break
        if found is Role.WEAK:
            if word in _BASE and distance <= _BASE_REACH:
                score += 3
                evidence.adjacent = decided = said = True
                evidence.total = False
                break
            weak = True
        elif found is Role.NEAR:
            if distance <= _NEAR_REACH and not comma:
                score -= 3
                decided = True
        elif found is Role.EXTRA or found is Role.ELSEWHERE:
            if _exempt(words, index):
                continue
            if _enumerates(words, index):
                evidence.total = True
            elif not comma and distance <= _REACH:
                evidence.against = True
                return True
            else:
                score -= 2
        elif word in _PLUS and distance <= _PLUS_REACH:
            score -= 3
    evidence.unit = unit
    if weak and not said:
        score += 1 if unit is None else 2
    if words:
        if yearly and start < _OPENING and words[-1] not in PREPOSITIONS:
            score += 1
        if _AND.search(text, begin, start):
            score -= 3
    if not words or text[max(0, start - 6) : start].rstrip(_BLANKS + "~(-–—*")[-1:] == ":":
        score += 1
    evidence.score += score
    return decided


def _look_further(
    words: list[str], index: int, unit: SalaryUnit | None, evidence: Evidence
) -> SalaryUnit | None:
    """The unit, or one named on the far side of the word that says pay: "annual compensation"; so with a total."""
    for at in range(max(0, index - 3), index):
        found, named = VOCABULARY[words[at]]
        unit = unit or named
        if found is not Role.NONE and _role_at(words, at) is Role.TOTAL:
            evidence.total = True
    return unit


def _read_header(text: str, begin: int, evidence: Evidence) -> None:
    """The line or clause before the one of the figure, where that says nothing itself."""
    end = begin
    while end > 0 and (text[end - 1].isspace() or text[end - 1] in "•|;·-–—*"):
        end -= 1
    if end == 0:
        return
    words = _WORD.findall(text[clause_start(text, end, _HEADER) : end].lower())
    short = len(words) <= _SHORT_HEADER or text[end - 1] == ":"
    for index in range(len(words) - 1, -1, -1):
        found = VOCABULARY[words[index]][0]
        if found is Role.NONE or found is Role.LINK:
            continue
        found = _role_at(words, index)
        if found is Role.PAY or (short and found is Role.TOTAL):
            evidence.score += _HEADER_WEIGHT if short else 1
            evidence.total = evidence.total or found is Role.TOTAL
            if evidence.unit is None and short:
                evidence.unit = next((unit for word in words if (unit := VOCABULARY[word][1])), None)
            return
        if found is Role.EXTRA or found is Role.ELSEWHERE:
            leads_on = text[end - 1] == ":" or ";" in text[end:begin]
            if leads_on and short and not _exempt(words, index) and not _enumerates(words, index):
                evidence.against = True
                return


def _read_after(text: str, end: int, wide: bool, large: bool, evidence: Evidence) -> None:
    distance = 0
    bracket = plus = False
    first = True
    for match in _AFTER_WORD.finditer(text, end, end + _AFTER):
        word = match.group().lower()
        found, unit = VOCABULARY[word]
        if word in _PLUS or (word == "  " and wide):
            plus = True
            continue
        if plus:
            if large and found in (Role.EXTRA, Role.LINK):
                evidence.score += 1 if wide or end > _OPENING else 3
                evidence.pay_after = wide
            return
        if word in _STOPS:
            return
        if word == "(":
            bracket = True
        elif found is Role.PAY and word in FILLER:
            # "brutto": what it is gross of is yet to come
            evidence.score += 0 if evidence.pay_after else 2
            evidence.pay_after = True
        elif found is Role.PAY:
            evidence.pay_after = True
            evidence.score += 3 if first else 2
            return
        elif found is Role.TOTAL or (word == "target" and distance):
            evidence.called_total = True
            evidence.score += 2
            return
        elif found is Role.EXTRA or found is Role.ELSEWHERE or (found is Role.NEAR and distance <= 2):
            evidence.against = evidence.against or not (wide and (evidence.adjacent or bracket))
            return
        elif found is Role.WEAK and word in _BASE:
            if bracket and _OWN_FIGURE.search(text, end, match.end() + 1):
                return
            evidence.pay_after = True
            evidence.called_total = False
            evidence.score += 3 if large else 2
            return
        elif found is Role.WEAK and word in _RATE:
            evidence.score += 1
            return
        elif found is Role.LINK or found is Role.EXEMPT:
            if distance > 1 or word not in _GOES_ON:
                return
        elif word.isalpha() and word not in FILLER and word not in JOINTS and unit is None:
            distance += 1
            if distance > _AFTER_REACH:
                return
        first = False


#: In a bracket behind a figure a word for base pay names the bracket's figure: "$180k ($90k base)", "(base: $90k)".
_OWN_FIGURE = re.compile(r"\([^)]*(?:\d|[:=])")
_GOES_ON = frozenset({"for", "to", "as", "of", "für", "pour", "para", "voor", "dla", "zum", "zur"})
