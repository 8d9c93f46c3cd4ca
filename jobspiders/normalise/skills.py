"""Skills named in a text, by the canonical names of ``data/skills.tsv``.

Names that are also words ("Go", "R", "Excel", "Spring") count only where their case and what stands beside them show
that the skill is meant. All this happens on the bytes of the scan.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple, TypeAlias

from jobspiders.normalise.encoded import GOES_ON
from jobspiders.normalise.scan import Scan, meanings, scan
from jobspiders.normalise.skill_names import EXACT, IN_LIST, NEAR_ANOTHER, skill_names

#: How far another skill may be from a name that is also a word.
NEAR = 90

# What may stand between two members of a list: "Java, Go", "C/C++", "R or Julia", "Python (and R)", bullets.
_BETWEEN = re.compile(
    rb"\s?(?:[,/&|(]|\xc2\xb7|\xe2\x80\xa2|\n- )+\s?(?:and|or|und|oder|et|ou|y|o)?\s?[(]?"
    rb"|\s(?:and|or|und|oder|et|ou|y|&)\s"
)
_LONGEST_BETWEEN = 10
_MOST_DOUBTFUL = 100
_DEGREE_REACH = 160
_DEGREES = (
    b"egree",
    b"achelor",
    b"aster's",
    b"aster\xe2\x80\x99s",
    b"BS ",
    b"B.S",
    b"MS ",
    b"PhD",
    b"Ph.D",
    b"diploma",
    b"iploma",
    b"tudium",
)
# "experience with Rust", "written in Go.": what stands right before a name that is also a word.
_ASKED_FOR = re.compile(
    rb"(?:experience|experienced|proficien\w+|knowledge|expertise|skills?|skilled|familiar\w*|fluen\w+|programming|coding"
    rb"|written|developed|code|kenntnisse|erfahrung|connaissance|conocimientos?)\s(?:with|in|of|using|mit|de|du|en)\s"
    rb"(?:the\s)?\Z",
    re.IGNORECASE,
)
#: How that ends, for a look before the expression is tried.
_BEFORE_ASKED = (b"with", b"in", b"of", b"using", b"mit", b"de", b"du", b"en", b"the")
_ENDS_THERE = re.compile(
    rb"\s*(?:[,.;:)/&(]|\n|\Z|and\b|or\b|is\b|a plus|development|programming|language|  )"
)
#: Whether a word may go on with the byte before.
_MAY_GO_ON = bytes(bool(GOES_ON[byte]) or 0x80 <= byte < 0xC0 for byte in range(256))


class _Found(NamedTuple):
    """A name that something beside it must confirm; sure names are plain triples of start, -end and skill."""

    start: int
    end: int
    skill: int
    rule: str


#: Start, -end and skill: sorted, a longer name stands before the shorter ones that begin where it begins.
_Span: TypeAlias = tuple[int, int, int]


def _goes_on_before(raw: bytes, position: int) -> bool:
    while 0x80 <= raw[position] < 0xC0:
        position -= 1
    return bool(GOES_ON[raw[position]])


def _candidates(text: Scan) -> tuple[list[_Span], list[_Found]]:
    """Names that are sure, and names that are also words."""
    raw = text.raw
    sure: list[_Span] = []
    doubtful: list[_Found] = []
    any_case, _, exact, _ = meanings()
    not_before = skill_names().not_before
    for pattern, start, end in text.skills:
        if GOES_ON[raw[end]] or (_MAY_GO_ON[raw[start - 1]] and _goes_on_before(raw, start - 1)):
            continue
        sure.append((start, -end, any_case[pattern]))
    for pattern, start, end in text.exact_skills:
        skill, rule, context = exact[pattern]
        start, end = start + context, end - context
        if GOES_ON[raw[end]] or (_MAY_GO_ON[raw[start - 1]] and _goes_on_before(raw, start - 1)):
            continue
        followers = not_before[skill]
        if (followers or rule == IN_LIST) and _is_word(raw, start, end, rule, followers):
            continue
        if rule == EXACT:
            sure.append((start, -end, skill))
        else:
            doubtful.append(_Found(start, end, skill, rule))
    return sure, doubtful


def _is_word(raw: bytes, start: int, end: int, rule: str, followers: frozenset[bytes]) -> bool:
    """Whether what stands beside shows that an ordinary word is meant: "Excel at", "Go-to-market", "C+"."""
    if rule == IN_LIST:
        after = raw[end : end + 3]
        if after[:1] in b"-+#'" or after == b"\xe2\x80\x99" or (after[:1] == b"." and after[1:2].isalnum()):
            return True
        if raw[start - 1] in b"-'.#+&":
            return True
    if not followers or raw[end] != 0x20:
        return False
    return raw[end + 1 : end + 20].split(b" ", 1)[0].rstrip(b".,;:").lower() in followers


def _confirmed(raw: bytes, sure: list[_Span], doubtful: list[_Found]) -> list[_Span]:
    """The doubtful names beside which a skill stands; each confirmed one may confirm the next."""
    waiting: list[_Found] = []
    confirmed: list[_Span] = []
    for one in doubtful:
        start, end = one.start, one.end
        if any(first <= start and end <= -last for first, last, _ in sure):
            continue
        if (
            raw[max(0, start - 8) : start].rstrip().endswith(_BEFORE_ASKED)
            and _ASKED_FOR.search(raw, max(0, start - 40), start)
            and _ENDS_THERE.match(raw, end)
        ):
            confirmed.append((start, -end, one.skill))
        else:
            waiting.append(one)
    beside = [*sure, *confirmed]
    while waiting and beside:
        supported = [
            one
            for one in waiting
            if any(
                _supports(raw, one, other)
                for other in beside
                if other[0] <= one.end + NEAR and one.start - NEAR <= -other[1]
            )
        ]
        waiting = [one for one in waiting if one not in supported]
        beside = [(one.start, -one.end, one.skill) for one in supported]
        confirmed.extend(beside)
    return confirmed


def _supports(raw: bytes, one: _Found, other: _Span) -> bool:
    between = (-other[1], one.start) if other[0] < one.start else (one.end, other[0])
    gap = between[1] - between[0]
    if not 0 <= gap <= NEAR or one.skill == other[2]:
        return False
    if one.rule == NEAR_ANOTHER:
        return b"\n" not in raw[between[0] : between[1]]
    return gap <= _LONGEST_BETWEEN and bool(_BETWEEN.fullmatch(raw, *between))


def _is_studied(raw: bytes, start: int) -> bool:
    """Whether the line so far speaks of a degree: "Bachelor's in accounting, statistics or alike"."""
    before = raw[max(0, start - _DEGREE_REACH) : start].rpartition(b"\n")[2]
    return any(word in before for word in _DEGREES)


def find_skills(text: str | None) -> list[str]:
    """Canonical names of the skills that the text names, each once, in the order of their first mention."""
    if not text:
        return []
    scanned = scan(text)
    raw = scanned.raw
    known = skill_names()
    found, doubtful = _candidates(scanned)
    if doubtful:
        found.extend(_confirmed(raw, found, doubtful[:_MOST_DOUBTFUL]))
    found.sort()
    implied, subjects, unrelated = known.implied, known.subjects, known.unrelated
    skills: dict[int, None] = {}
    begin = reach = longest = -1
    for start, end, skill in found:
        if -end > reach:
            begin, reach, longest = start, -end, skill
        elif start != begin or (longest, skill) in unrelated:
            continue  # inside a longer name: "Azure" begins "Azure DevOps", "SQL" only ends "Spark SQL"
        if skill not in skills and not (skill in subjects and _is_studied(raw, start)):
            skills[skill] = None
            if implied[skill] >= 0:
                skills[implied[skill]] = None
    return [known.names[skill] for skill in skills]


def canonical_skills(tags: Iterable[str]) -> list[str]:
    """Canonical names of tags that are skills as a whole; a tag "Go" needs no company to be the language."""
    known = skill_names()
    skills = dict.fromkeys(known.spellings.get(tag.strip().lower(), -1) for tag in tags)
    return [known.names[skill] for skill in skills if skill >= 0]
