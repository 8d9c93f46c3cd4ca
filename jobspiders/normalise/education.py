"""The least degree that a posting asks for.

Of alternatives ("Bachelor's or Master's") the lowest counts. A degree that is only welcome counts where no other
is named: then it is all the posting says. "Or equivalent experience" changes nothing.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from jobspiders.items import EDUCATIONS
from jobspiders.normalise.phrases import (
    endings,
    ends_with,
    parts_of_words,
    read_sections,
    says,
    sentence_end,
    sentence_start,
)
from jobspiders.normalise.scan import MAX_CHARACTERS, Degree, meanings, positions, scan

_MOST_MENTIONS = 100
_LONGEST_PASSAGE = 400
_LONGEST_LIST = 900
_LONGEST_HEADING = 70

_ABBREVIATION = re.compile(
    r"""(?P<bachelor>
      B\.\ ?(?:S\.?c?|A|B\.A|Tech|Eng|E|Com|Ed|Arch)\.?(?!\w)|B\ Sc(?!\w)
      |(?:BSN|BSEE|BSCS|BSME|BTech|BEng|BSc|BSC|LLB|LL\.B)(?!\w)
      |(?:BS|BA|BFA|BCA|BBA|BE|BCom)(?:(?<=\sa\sBS)|(?<=\sa\sBA)
          |(?=[/,]?\s?(?:or\ )?\(?
              (?:B[SAE]|M[SAE]|MBA|M\.S|PhD|Ph\.D|BSc|MSc|BTech|B\.Tech|BEng|BBA|BCA|Bachelor|[Dd]iploma)\b)
          |(?=\s(?:degree|in\s[A-Z]|in\sa\b|from|or\s(?:equiv|high|above)|required|preferred))))
     |(?P<master>
      M\.\ ?(?:S\.?c?|A|Tech|Eng|Ed)\.?(?!\w)|M\ Sc(?!\w)
      |(?:MPH|MSW|MSN|MFA|MPA|MPP|MEd|MSc|MSC|MEng|MTech|MSEE|MSCS)(?![\w.])
      |(?:MS|MA)(?=[/,]?\s?(?:or\ )?\(?(?:MBA|PhD|Ph\.D|PHD|BS)\b
          |\s(?:degree|in\s(?!MA\b)[A-Z][a-z]+|in\sa\b|or\s(?:PhD|Ph\.D|higher|above|PHD)|required\sin|preferred\b))
      |Master(?<!Scrum\sMaster)\s?(?:in\s[A-Z]|/\s?P|\(|,\s(?:PhD|Ph)|or\sPhD|and\sPhD|\sPhD))
     |(?P<phd_md>
      MD(?<![,(]\sMD)(?=\s?/\s?(?:DO|PhD|MBBS)|\s(?:degree|or\s(?:DO|PhD|equiv)|required|preferred))|DO\sdegree
      |JD(?:(?<=\(JD)(?=\))|(?=\s(?:from|degree|required|preferred|and\s(?:strong|active|admi|licen|bar|member|a\b)
          |or\s(?:LL|equiv))|/MBA|,\s(?:LL|admi|active)))
      |PHD(?!\w))""",
    re.VERBOSE,
)
_DEGREE = re.compile(
    r"""(?:\b(?:a|an|your|relevant|technical|completed|academic|formal|qualifying|comparable|similar|related|cs|science
        |engineering|stem|business|quantitative|accounting|marketing|finance|law|4[-\s]year|bs|ba|first|honou?rs|the|or
        |any|studies|nursing|education|appropriate|suitable)\s+
        degree(?!s|\w)(?!\s+of\b)(?!\s*(?:or\s+higher\s+)?(?:days|program|°))
      |\bdegree(?=\s(?:in\b|from\b|or\s(?:equivalent|higher|above|relevant|diploma|comparable|similar|cert)|required
          |preferred|educated|level|holder|qualified|qualification|\(or|\(|is\s(?:required|preferred|a\splus))
          |[-\s]?(?:educated|level|qualified)\b|/))""",
    re.IGNORECASE | re.VERBOSE,
)


def _rank(level: str) -> int:
    return EDUCATIONS.index(level)


_SECTIONS = read_sections("education_words.txt")
_WELCOME_AFTER = parts_of_words(_SECTIONS["welcome"])
_WELCOME_BEFORE = endings(_SECTIONS["welcome before"])
_WELCOME_HEADING = parts_of_words(_SECTIONS["welcome heading"])
_NOT_ASKED_BEFORE = endings(_SECTIONS["not asked before"])
_NOT_ASKED_AFTER = parts_of_words(_SECTIONS["not asked after"])
_REQUIRED_AFTER = parts_of_words(_SECTIONS["required after"])
_BENEFIT = parts_of_words(_SECTIONS["benefit"])
_ARTICLES = (" a", " an", " your", " the", " formal", " any", " college", " university")
_LEADS = (" a", " an", " with", " have")
_CLAUSE_END = re.compile(r"[.;\n]")
_ALTERNATIVE = re.compile(
    r"[\s,/()]*(?:and/or|or|and|oder|ou|o|y|und|/|,|\(|degree|of [A-Z]\w+)?[\s,/(]*(?:a |an )?\Z"
)
_PASSAGE_MARKS = ("\n", "  ", "•", "·", "●", "▪")


class _Mention(NamedTuple):
    level: str
    start: int
    end: int
    generic: bool


def _is_asked(text: str, start: int, end: int) -> bool:
    if ends_with(_NOT_ASKED_BEFORE, text[max(0, start - 40) : start], _ARTICLES):
        return False
    return not says(_NOT_ASKED_AFTER, _CLAUSE_END.split(text[end : end + 45], maxsplit=1)[0])


def _mention(text: str, kind: str, start: int, end: int) -> _Mention | None:
    if kind == "abbreviation":
        match = _ABBREVIATION.match(text, start, end + 30)
        return _Mention(match.lastgroup or "", start, match.end(), False) if match else None
    if kind == "degree":
        match = _DEGREE.search(text, max(0, start - 14), end + 24)
        return _Mention("bachelor", start, end, True) if match and match.end() >= end else None
    return _Mention(kind, start, end, False)


def _is_letter(character: str) -> bool:
    """Whether a word goes on with this; Chinese, Japanese and Korean words have no edges."""
    return character.isalnum() and character < "\u3000"


def _named(text: str) -> Iterator[tuple[Degree, int, int]]:
    """What may be degrees, of those that overlap the first and of those that begin alike the longest."""
    scanned = scan(text)
    _, any_case, _, exact = meanings()
    found = [(start, -end, any_case[pattern]) for pattern, start, end in scanned.degrees]
    found += [(start, -end, exact[pattern]) for pattern, start, end in scanned.exact_degrees]
    found.sort()
    reach = 0
    apart = []
    for start, end, degree in found:
        if start >= reach:
            apart.append((degree, start, -end))
            reach = -end
    bounds = positions(text, [bound for _, *both in apart[:_MOST_MENTIONS] for bound in both])
    for (degree, _, _), start, end in zip(apart, bounds, bounds, strict=False):
        yield degree, start, end


def _mentions(text: str) -> list[_Mention]:
    found: list[_Mention] = []
    for (kind, goes_on), start, end in _named(text):
        if _is_letter(text[start - 1 : start]) or (not goes_on and _is_letter(text[end : end + 1])):
            continue
        mention = _mention(text, kind, start, end)
        if mention and _is_asked(text, start, mention.end):
            found.append(mention)
    return found


class _Passage(NamedTuple):
    """A line or sentence that names degrees; positions of these count from its beginning."""

    text: str
    mentions: list[_Mention]
    welcome: bool


def _under_welcome_heading(text: str, position: int) -> bool:
    """Whether the list that holds the position stands under "Nice to have:" or the like."""
    for line in reversed(text[max(0, position - _LONGEST_LIST) : position].split("\n")[:-1]):
        if line and not line.startswith(("- ", "•", "*", "·")):
            return len(line) < _LONGEST_HEADING and says(_WELCOME_HEADING, line)
    return False


def _passages(text: str) -> list[_Passage]:
    passages: list[_Passage] = []
    begin = stop = 0
    for mention in _mentions(text):
        if mention.start >= stop:
            begin = sentence_start(
                text, mention.start, min(_LONGEST_PASSAGE, mention.start - stop), _PASSAGE_MARKS
            )
            stop = sentence_end(text, mention.end, _LONGEST_PASSAGE, _PASSAGE_MARKS)
            passages.append(_Passage(text[begin:stop], [], _under_welcome_heading(text, begin)))
        passages[-1].mentions.append(mention._replace(start=mention.start - begin, end=mention.end - begin))
    return passages


def _weigh(passage: _Passage, found: dict[str, set[str]]) -> None:
    """Sort the degrees of one passage into those asked for and those only welcome."""
    text, mentions, under_welcome = passage
    if says(_BENEFIT, text):
        return
    mentions = [mention for mention in mentions if not mention.generic] or mentions
    asked: list[str] = []
    is_welcome = False
    for position in range(len(mentions) - 1, -1, -1):
        level, start, end, _ = mentions[position]
        following = mentions[position + 1].start if position + 1 < len(mentions) else len(text)
        between = text[end:following]
        joined = following < len(text) and bool(_ALTERNATIVE.fullmatch(between))
        if not joined:
            is_welcome = says(_WELCOME_AFTER, between.split(";")[0])
        if (
            is_welcome
            or under_welcome
            or ends_with(_WELCOME_BEFORE, text[max(0, start - 32) : start], _LEADS)
        ):
            found["welcome"].add(level)
        else:
            asked.append(level)
        if not joined and says(
            _REQUIRED_AFTER, _CLAUSE_END.split(between[:26].replace(",", ";"), maxsplit=1)[0]
        ):
            found["stressed"].add(level)
    if asked:
        found["asked"].add(min(asked, key=_rank))


def parse_education(text: str | None) -> str | None:
    """One of ``items.EDUCATIONS``, or None where no degree is named."""
    if not text:
        return None
    found: dict[str, set[str]] = defaultdict(set)
    for passage in _passages(text[:MAX_CHARACTERS]):
        _weigh(passage, found)
    # "Bachelor's in finance or alike.  MBA required.": both are asked for
    lower = found["asked"] - found["stressed"]
    if (
        lower
        and found["stressed"]
        and _rank(max(found["stressed"], key=_rank)) > _rank(max(lower, key=_rank))
    ):
        return max(found["stressed"], key=_rank)
    return min(found["asked"] or found["welcome"], key=_rank, default=None)
