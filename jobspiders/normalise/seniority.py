"""The level that a job title names.

Titles are read word by word against the phrases of ``data/titles.txt``; the longest phrase wins. What is
said about the person outranks what is said about the job: in "Senior Product Manager" and "Staff Customer
Success Manager" the first word is the level, in "Senior Manager" it is the second.
"""

from __future__ import annotations

import re
from functools import lru_cache

from jobspiders.normalise.phrases import fold, read_sections

#: Characters read of a title; what is longer is no title.
MAX_CHARACTERS = 240

_GENDER = re.compile(
    r"\((?:all[ -]genders?|gn|[mwfdxhiv]{1,2}(?: ?[/|,*.:-] ?(?:[mwfdxhiv]{1,2}|divers|all|gn|\*)){1,4}\.?)\)"
    r"|(?<![\w&])(?:[mfwh] ?/ ?[mfwhd](?: ?/ ?[dxiv])?|all[ -]genders?)(?![\w&])",
    re.IGNORECASE,
)
# The second form of a word in one: Leiter*in, Manager:in, Ingenieur/-in, Directeur(trice).
_INFLECTION = re.compile(
    r"(?<=\w)(?:[:*_·]|/-?|\(-?)(?:innen|in|frau|e|r|n|euse|trice|rice|ère|ere|a|as|es)\b\)?", re.IGNORECASE
)
_TOKEN = re.compile(r"[^\W_]+|[^\s\w.'’]")
_INNER_HYPHEN = re.compile(r"(?<=[^\W\d_])[-‐‑](?=[^\W_])")
_ROMAN = {"I": 1, "II": 2, "III": 3, "IV": 4, "V": 5}
_STEPS = {1: "entry", 2: "mid", 3: "senior", 4: "senior", 5: "senior"}
_STEP = re.compile(r"(?<![\w.$€£+])(?:(I{1,3}|IV|V)|(?<!-)([1-5]))(?![\w.%+:'’]|-\w| ?(?:x|st|nd|rd|th)\b)")
_LEVEL = re.compile(
    r"(?<!\w)(?:L|Lvl|Level|LEVEL|Lv|Stufe|Niveau|Nivel) ?-?(?:([1-9]\d?)|(I{1,3}|IV|V))(?!\w)"
)
_LADDER = re.compile(r"(?<!\w)(?:sde|swe|sdet|mts|se|em|pm|tpm|qe) ?-?([1-5])(?!\w)", re.IGNORECASE)
_BEFORE_STEP = re.compile(r"([^\W\d_]{2,})\.?[ ,:(–-]*$")
_SLASH = frozenset(("/", "&", "or", "and", "oder", "ou", "o", "|"))
_OF_ANOTHER = frozenset(("executive", "director", "manager", "head", "role", "chief", "acronym"))
_BREAKS = frozenset(",|()[]–—-:;/&+•·")
_OLD_TERMS = frozenset(
    ("assistant", "worker", "employee", "aide", "technician", "engineer", "developer", "analyst")
)
_STAFFED = frozenset(
    ("engineer", "architect", "developer", "scientist", "designer", "programmer", "analyst", "researcher")
)
_RECRUITING = frozenset(("recruiter", "recruiting", "recruitment", "acquisition", "coordinator"))
_CJK = re.compile("[\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af]")
_CJK_LEVELS = (
    ("intern", ("实习", "實習", "インターン", "인턴", "见习", "管培生")),
    ("executive", ("总裁", "總裁", "副总", "首席执行", "代表取締役", "执行官", "大表")),
    ("director", ("总监", "總監", "部長", "ディレクター")),
    ("principal", ("首席", "プリンシパル")),
    ("senior", ("高级", "高級", "资深", "資深", "シニア", "시니어")),
    ("junior", ("初级", "初級", "ジュニア", "주니어", "助理")),
    ("entry", ("应届", "應屆", "新卒", "신입", "校招")),
    ("lead", ("组长", "組長", "リーダー", "팀장", "リード")),
    ("mid", ("产品经理", "项目经理", "客户经理", "產品經理", "專案經理", "プロダクトマネージャー", "中级")),
    ("manager", ("经理", "經理", "主管", "マネージャー", "課長", "매니저", "店长", "店長")),
)


_SECTIONS = read_sections("titles.txt")
_UNSTEPPED = frozenset(_SECTIONS.pop("unstepped"))
_PHRASES = {
    tuple(fold(phrase).split()): section for section, phrases in _SECTIONS.items() for phrase in phrases
}
# How many words the longest phrase has that begins with a word.
_LENGTHS = {first: max(len(p) for p in _PHRASES if p[0] == first) for first in {p[0] for p in _PHRASES}}


def _marks(tokens: list[str]) -> list[tuple[str, int, int]]:
    """(section, first token, token after the last) of each phrase in the title, in order."""
    marks: list[tuple[str, int, int]] = []
    position = 0
    while position < len(tokens):
        longest = _LENGTHS.get(tokens[position], 0)
        for length in range(longest, 0, -1):
            section = _PHRASES.get(tuple(tokens[position : position + length]))
            if section is not None:
                marks.append((section, position, position + length))
                position += length
                break
        else:
            position += 1
    return marks


def _step(title: str) -> str | None:
    """The level of "Engineer II", "Technician 3", "Architect L2"; None for a range such as "I/II/III"."""
    if ladder := _LADDER.search(title):
        return _STEPS[int(ladder[1])]
    if level := _LEVEL.search(title):
        number = int(level[1]) if level[1] else _ROMAN[level[2]]
        return _STEPS[number] if number <= 3 else None
    found = set()
    for match in _STEP.finditer(title):
        before = _BEFORE_STEP.search(title, 0, match.start())
        beside_roman = bool(match[1]) and title[: match.start()].rstrip(" /-&,").endswith(("I", "V"))
        if beside_roman or (before and before[1].lower() not in _UNSTEPPED):
            found.add(_ROMAN[match[1]] if match[1] else int(match[2]))
    return _STEPS[found.pop()] if len(found) == 1 else None


def _is_student(tokens: list[str]) -> bool:
    """Whether the title is of one who studies ("Software Student"), not of one who serves students."""
    for position, token in enumerate(tokens):
        if token not in ("student", "students", "studentin", "fellow"):
            continue
        end = position + 1
        while end < len(tokens) and tokens[end] not in _BREAKS:
            end += 1
        begins = position == 0 or tokens[position - 1] in _BREAKS
        if token == "fellow":
            if begins and end == position + 1:
                return True
        elif end == position + 1 or (begins and tokens[end - 1] in _OLD_TERMS):
            return True
    return False


def _is_rank(section: str, tokens: list[str], start: int, end: int) -> bool:
    """Whether the phrase says a rank where it stands: "Head, Sales" does, a Head Buyer not."""
    after = tokens[end] if end < len(tokens) else ","
    before = tokens[start - 1] if start else ","
    if section == "chief":
        return before in _BREAKS or before in {"deputy", "interim", "vice", "assistant", "and"}
    if section == "acronym":
        return (after in _BREAKS or after == "and") and before not in {"to", "of", "the"}
    if section == "executive" and tokens[start] == "head" and end == start + 1:
        return after in _BREAKS
    if section == "staff":
        return after not in _BREAKS or not _STAFFED.isdisjoint(tokens[:start])
    if section == "assistant":
        return start == 0 and after not in _BREAKS and "professor" not in tokens
    if section == "associate":
        return "professor" not in tokens
    if section == "entry":
        return "level" in tokens or _RECRUITING.isdisjoint(tokens)
    return section != "none"


def _ranks(tokens: list[str], marks: list[tuple[str, int, int]]) -> dict[str, tuple[int, int]]:
    """Where each rank stands first; in the title of an aide those of others are left out."""
    ranks: dict[str, tuple[int, int]] = {}
    for section, start, end in marks:
        if ("aide" in ranks and section in _OF_ANOTHER) or not _is_rank(section, tokens, start, end):
            continue
        rank = "executive" if section in {"chief", "acronym"} else section
        ranks.setdefault(rank, (start, end))
    return ranks


def _joined(tokens: list[str], one: tuple[int, int], other: tuple[int, int]) -> bool:
    first, second = sorted((one, other))
    between = tokens[first[1] : second[0]]
    return len(between) == 1 and between[0] in _SLASH


def _both_with_and_without(tokens: list[str], senior: tuple[int, int]) -> bool:
    """Whether the title is like "Engineer/Sr Engineer", which is open to both and therefore says neither."""
    start, end = senior
    return (
        start >= 2
        and tokens[start - 1] == "/"
        and end < len(tokens)
        and tokens[start - 2] in tokens[end : end + 3]
    )


def _decide(tokens: list[str], ranks: dict[str, tuple[int, int]], title: str) -> str | None:
    if "intern" in ranks or ("junior" not in ranks and _is_student(tokens)):
        return "intern"
    senior = ranks.get("senior")
    for level in ("executive", "director"):
        if level in ranks:
            return level
    for level in ("principal", "staff", "lead"):
        if level in ranks:
            if senior and _joined(tokens, senior, ranks[level]):
                return "senior"
            if level == "lead" and ("manager" in ranks or "head" in ranks):
                return "manager"
            return level
    if senior:
        for lower in ("junior", "mid"):
            if lower in ranks and _joined(tokens, senior, ranks[lower]):
                return lower
        if "head" in ranks:
            return "manager"
        return None if _both_with_and_without(tokens, senior) else "senior"
    for level in ("junior", "entry", "mid"):
        if level in ranks:
            return level
    if "head" in ranks or "manager" in ranks:
        return "manager"
    if step := _step(title):
        return step
    if "associate" in ranks or "assistant" in ranks:
        return "entry"
    return "mid" if "role" in ranks else None


def _east_asian(title: str) -> str | None:
    return next((level for level, words in _CJK_LEVELS if any(word in title for word in words)), None)


def parse_seniority(title: str | None) -> str | None:
    """One of ``items.SENIORITIES``, or None where the title names no level ("Software Engineer")."""
    return _seniority(title[:MAX_CHARACTERS]) if title else None


@lru_cache(maxsize=8_192)
def _seniority(title: str) -> str | None:
    title = _INFLECTION.sub("", _GENDER.sub(" ", title))
    tokens = _TOKEN.findall(_INNER_HYPHEN.sub(" ", fold(title)))
    level = _decide(tokens, _ranks(tokens, _marks(tokens)), title)
    if level is None and _CJK.search(title):
        level = _east_asian(title)
    return level
