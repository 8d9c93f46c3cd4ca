"""Titles of postings as comparable words: what a board adds is left out, what makes another job stays."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


#: A word that ranks a job. Two titles that differ in one are two jobs.
RANKS = _words(
    "intern apprentice trainee graduate entry junior mid senior staff principal lead head chief manager "
    "director vp president executive supervisor fellow 1 2 3 4 5 6"
)

_SPELLINGS: dict[str, str] = {
    "sr": "senior",
    "snr": "senior",
    "jr": "junior",
    "jnr": "junior",
    "mgr": "manager",
    "managing": "manager",
    "eng": "engineer",
    "engr": "engineer",
    "dev": "developer",
    "dir": "director",
    "exec": "executive",
    "rep": "representative",
    "asst": "assistant",
    "assoc": "associate",
    "admin": "administrator",
    "coord": "coordinator",
    "tech": "technical",
    "ops": "operation",
    "mktg": "marketing",
    "acct": "account",
    "internship": "intern",
    "praktikum": "intern",
    "praktikant": "intern",
    "praktikantin": "intern",
    "stagiaire": "intern",
    "stage": "intern",
    "i": "1",
    "ii": "2",
    "iii": "3",
    "iv": "4",
    "v": "5",
    "vi": "6",
    "js": "javascript",
    "k8": "kubernetes",
    "k8s": "kubernetes",
    "ml": "machine learning",
    "hr": "human resource",
    "svp": "senior vp",
    "evp": "executive vp",
    "swe": "software engineer",
    "sde": "software developer engineer",
    "sre": "site reliability engineer",
    "bdr": "business development representative",
    "sdr": "sales development representative",
    "csm": "customer success manager",
}
#: Two or three words that are one, or none.
_PHRASES: dict[tuple[str, ...], str] = {
    tuple(phrase.split()): together
    for phrase, together in {
        "back end": "backend",
        "front end": "frontend",
        "full stack": "fullstack",
        "dev ops": "devops",
        "e commerce": "ecommerce",
        "cyber security": "cybersecurity",
        "vice president": "vp",
        "mid level": "mid",
        "mid market": "midmarket",
        "entry level": "entry",
        "senior level": "senior",
        "pre sale": "presale",
        "data base": "database",
        "start up": "startup",
        "health care": "healthcare",
        "work from home": "",
        "working from home": "",
        "home office": "",
        "mobile arbeiten": "",
        "on site": "",
        "in office": "",
        "full time": "",
        "temp plein": "",
        "tiempo completo": "",
        "tempo integral": "",
        "all gender": "",
        "alle geschlechter": "",
    }.items()
}
_PHRASE_STARTS = frozenset(phrase[0] for phrase in _PHRASES)
_FILLERS = _words(
    "a an and at for in of on or the to with de des du d la le les el los las et y e en und fur der die das im "
    "bei zur als van het een voor met och remote remotely hybrid onsite wfh anywhere homeoffice telecommute "
    "telework fulltime vollzeit permanent festanstellung unbefristet cdi job jobs role position opening vacancy "
    "opportunity career stelle urgent urgently hiring hire wanted gesucht immediate now apply needed required"
)
# "(m/w/d)", "m/f/x", "(H/F)", "(all genders)" is a phrase above. At least two letters around a separator.
_GENDER = re.compile(
    r"[(\[]?(?<![\w&])[mwfhdxiv](?:\s?[/|*,.]\s?(?:[mwfhdxiv]|nb|div|gn))+(?!\w)[)\]]?|[(\[]gn\*?[)\]]"
)
_GENDER_ENDING = re.compile(
    r"(?<=[a-z]{3})"
    r"(?:[:*_/]-?(?:in|innen|r|e|n|frau|euse|rice|trice|ne|se)|\((?:in|e|a|r|n|euse|ne|se|f|m)\))\b"
)
# "#01846", "Req ID: R-2201", "(JR12345)", a long number of its own; years stay.
_NUMBER = re.compile(
    r"#\s?[a-z]{0,3}-?\d+\b"
    r"|\b(?:job|req|requisition|ref|reference|posting|vacancy|position|kennziffer)\.?\s?(?:id|no|nr|number|code)?\s?"
    r"[.:#-]{1,2}\s?[a-z]{0,4}[-_]?\d[\w-]*"
    r"|\b(?:job|req|requisition|posting|vacancy)\s?id\s?[a-z]{0,4}[-_]?\d[\w-]*"
    r"|\b(?:jr|req|r|id|job)[-_]?\d{4,}(?:[-_]\d+)*\b"
    r"|\b(?!(?:19|20)\d\d\b)\d{4,}(?:[-_]\d+)*\b"
)
_PAY = re.compile(
    r"(?:up to |bis zu |from |ab )?[$€£]\s?\d[\d.,]*\s?k?(?:\s?[-–]\s?[$€£]?\s?\d[\d.,]*\s?k?)?"
    r"(?:\s?(?:/|per |an? |p\.)\s?(?:hour|hr|h|year|yr|annum|day|month|week)\b)?"
    r"|\b\d{2,3}\s?k(?:\s?-\s?\d{2,3}\s?k)?\b"
)
_MARKS = frozenset("/|*_:([")
_WORKLOAD = re.compile(r"\b\d{1,3}\s?%?(?:\s?[-–]\s?\d{1,3}\s?)?%")
_INITIALS = re.compile(r"\b([a-z])\s?&\s?([a-z])\b")
_DIGIT = re.compile(r"\d")
_WORD = re.compile(r"c\+\+|[cf]#|\.net\b|[^\W_]+")


@dataclass(frozen=True, slots=True)
class Title:
    """``words`` in their order joined by spaces, without the words that rank; ``ranks`` sorted, likewise."""

    words: str
    ranks: str


def fold(text: str) -> str:
    """Lower case without accents and compatibility forms."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text).casefold()
    return unicodedata.normalize("NFC", "".join([c for c in decomposed if not unicodedata.combining(c)]))


def singular(word: str) -> str:
    """The word without a plural's ending."""
    if len(word) > 4 and word[-1] == "s" and word[-2] not in "suia":
        return word[:-1]
    return word


def _joined(words: list[str]) -> list[str]:
    """The words with phrases replaced by what they stand for."""
    if _PHRASE_STARTS.isdisjoint(words):
        return words
    joined: list[str] = []
    at = 0
    while at < len(words):
        for length in (3, 2):
            together = _PHRASES.get(tuple(words[at : at + length]))
            if together is not None:
                if together:
                    joined.append(together)
                at += length
                break
        else:
            joined.append(words[at])
            at += 1
    return joined


@lru_cache(maxsize=2048)
def read_title(title: str) -> Title:
    """The words of a title that tell one job of a company from another."""
    text = fold(title)
    if "&" in text:
        text = _INITIALS.sub(r"\1n\2", text)
    if not _MARKS.isdisjoint(text):
        text = _GENDER_ENDING.sub("", _GENDER.sub(" ", text))
    if _DIGIT.search(text):
        text = _PAY.sub(" ", _WORKLOAD.sub(" ", _NUMBER.sub(" ", text)))
    words: list[str] = []
    for word in _WORD.findall(text):
        spelled = _SPELLINGS.get(word)
        if spelled is None:
            words.append(singular(word))
        else:
            words.extend(spelled.split())
    kept = [word for word in _joined(words) if word not in _FILLERS]
    ranks = RANKS.intersection(kept)
    if ranks:
        kept = [word for word in kept if word not in ranks]
    return Title(" ".join(kept), " ".join(sorted(ranks)))


def sorted_words(words: str) -> str:
    """The words of a title in an order of their own: "Engineer, Backend" is "Backend Engineer"."""
    return " ".join(sorted(words.split()))
