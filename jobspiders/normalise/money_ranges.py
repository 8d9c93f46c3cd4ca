"""Figures and ranges of money in prose: ``$87,500-145,000``, ``35-45k€``, ``15 900 - 21 000 PLN``."""

from __future__ import annotations

import re
from typing import NamedTuple

from jobspiders.normalise.currency import EXACT, SYMBOLS, WORDS, merge
from jobspiders.normalise.money import FUSED, Amount, read_amount
from jobspiders.normalise.numbers import BLANKS, NUMBER, SCALES
from jobspiders.normalise.pay_period import Tail, read_tail
from jobspiders.normalise.pay_words import CONNECTORS, FILLER, JOINTS, UNITS_AFTER_JOINT, VOCABULARY, Role

#: So many numbers are looked at and so many figures of money read; real postings have a few dozen at most.
_MOST_NUMBERS = 4000
_MOST_FIGURES = 64
_LEAST_BARE = 1000
_MILLION = 1e6
#: The ends of a range of pay are no further apart than that.
_WIDEST_RATIO = 25
_YEARS = range(1900, 2101)
_CENTURIES = ("19", "20")
_LEAST_DIGITS = 4

_WORD_BEFORE = re.compile(r"[^\W\d_]{1,8}[./]?$")
_NEXT = re.compile(r"[+*]?[ \u00a0\u202f\u2009]{0,2}([^\W\d_]{1,12}|[$£€¥￥₹₪₺฿₩₽₴₦₱₫₡₲﷼৳₵円元])")
#: Words that make the number beside them money, or say more of money beside it.
_MONEY_WORDS = (
    frozenset(SCALES)
    | frozenset(FUSED)
    | frozenset(WORDS)
    | frozenset(marker.lower().rstrip(".") for marker in EXACT)
    | FILLER
    | {"l", "t", "mil"}
)

_MONEY_BEGINNINGS = frozenset(word[:2] for word in _MONEY_WORDS)
_BLANKS = frozenset(BLANKS)
_DOTS = frozenset("./")
_SYMBOLS_AFTER = SYMBOLS | frozenset("+*") | _BLANKS

_SLASHES = ("/", "|", "&")

_GAP = r"[ \u00a0\u202f\u2009\t]{0,3}"
_DASHES = r"->|→|\.{2,3}|…|[-–—‒―−‐‑~〜～]"
_JOINING = r"to up to|up to|upto|to|bis zu|und bis|bis|à|ate|até|do|tot|till|until|hasta|thru|al|a|ad"
_PAIRING = r"(?:and|und|et|y|e|en|i|a|og|och)(?![^\W\d_])|[/|&]"
_LEAD_IN = r"(?:(?:von|from|de|about|ca\.?|max\.?|maximal|\+|a|entre)[ ])?"
_JOIN = re.compile(
    rf"{_GAP}\)?{_GAP}(?:{_DASHES}|t/m|jusqu['’]à|(?:{_JOINING})(?![^\W\d_])|({_PAIRING})){_GAP}{_LEAD_IN}",
    re.IGNORECASE,
)
_LABEL = re.compile(r"[ \u00a0]?\([^()\n\d]{1,24}\)")
_DIVIDER = re.compile(r"\s{0,3}\n\s{0,3}[-–—]\s{0,3}\n\s{0,3}")
_BETWEEN = re.compile(
    r"\b(?:between|zwischen|entre|tussen|tra|fra|pomiędzy|między|ranges? from|ranging from|ranges?|von|from)\b"
    r"(?:[^.;\n]|\.[0-9]){0,24}$",
    re.IGNORECASE,
)


class Figure(NamedTuple):
    """A single amount, or the two ends of a range, and what is written behind it."""

    low: Amount
    high: Amount | None
    tail: Tail

    @property
    def last(self) -> Amount:
        """The amount that ends the figure."""
        return self.high or self.low


def find_figures(text: str) -> list[Figure]:
    """Every figure or range of money in order, and every bare number that is large enough for pay."""
    found: list[Figure] = []
    previous: tuple[int, int] | None = None
    consumed = end = looked_at = 0
    for start in _digits(text):
        if start < end:
            continue
        if looked_at == _MOST_NUMBERS:
            break
        looked_at += 1
        match = NUMBER.match(text, start)
        end = start + 1 if match is None else match.end()
        earlier, previous = previous, (start, end)
        if _is_money(text, start, end):
            figure = _figure(text, start, end, earlier, consumed)
            if figure is not None:
                found.append(figure)
                end = consumed = figure.last.end
                previous = None
                if len(found) == _MOST_FIGURES:
                    break
    return found


def _digits(text: str) -> list[int]:
    """Where digits are: each found by memchr, since a text has few. A regular expression takes ten times as long."""
    found = []
    for digit in "0123456789":
        at = text.find(digit)
        while at >= 0:
            found.append(at)
            at = text.find(digit, at + 1)
    found.sort()
    return found


def _is_money(text: str, start: int, end: int) -> bool:
    """A cheap look at what stands next to a number: a symbol, a code, a scale, or digits enough for pay."""
    before = text[start - 1 : start]
    blank = before in _BLANKS
    if blank:
        before = text[start - 2 : start - 1]
    if before in SYMBOLS:
        return True
    behind = text[end : end + 1]
    gap = behind in _BLANKS
    if gap:
        behind = text[end + 1 : end + 2]
    short = end - start < _LEAST_DIGITS
    if short and behind not in _SYMBOLS_AFTER and not before.isalpha() and before not in _DOTS:
        beginning = text[end + gap : end + gap + 2].lower()
        if not behind.isalpha() or (beginning[1:].isalpha() and beginning not in _MONEY_BEGINNINGS):
            return False
    after = _NEXT.match(text, end) if behind.isalpha() or behind in _SYMBOLS_AFTER else None
    word = "" if after is None else after.group(1)
    if word in SYMBOLS or word.lower() in _MONEY_WORDS:
        return True
    if before.isalpha() or before in _DOTS:
        word_before = _WORD_BEFORE.search(text, max(0, start - 10), start - blank)
        if word_before is not None:
            name = word_before.group()
            if name in EXACT or name.lower() in _MONEY_WORDS:
                return True
    if short or (word and not is_money_word(word)):
        return False
    return end - start > _LEAST_DIGITS or text[start : start + 2] not in _CENTURIES


def is_money_word(word: str) -> bool:
    """Whether a word goes with figures of pay: a marker, a scale, a unit, or one that speaks for or against pay."""
    if word in EXACT:
        return True
    lowered = word.lower()
    role, unit = VOCABULARY[lowered]
    known = (
        lowered in _MONEY_WORDS or lowered in CONNECTORS or lowered in JOINTS or lowered in UNITS_AFTER_JOINT
    )
    return (
        known
        or unit is not None
        or role in (Role.PAY, Role.WEAK, Role.TOTAL, Role.LINK, Role.EXEMPT, Role.EXTRA)
    )


def _figure(text: str, start: int, end: int, earlier: tuple[int, int] | None, floor: int) -> Figure | None:
    amount = read_amount(text, start, end, floor)
    if amount is None or (amount.marker is None and amount.scale >= _MILLION):
        return None
    low, high = amount, None
    if earlier is not None and earlier[0] >= floor and _joined(text, earlier[1], amount.start):
        lower = read_amount(text, *earlier, floor)
        if lower is not None and _signed_alike(lower, amount, start) and align(lower, amount):
            low, high = lower, amount
    if high is None:
        high = _upper_from(text, amount, amount.end)
    if high is None and (label := _LABEL.match(text, amount.end)):
        # as in "$70,000 (entry) to $95,000 (senior)"
        high = _upper_from(text, amount, label.end())
    tail = read_tail(text, (high or amount).end, amount.marker)
    if high is None and tail.end > amount.end and text[tail.end : tail.end + 4].strip()[:1] not in _SLASHES:
        # "$97,000/year - $127,000/year": a unit stands behind both ends
        high = _upper_from(text, amount, tail.end)
        if high is not None:
            unit, tail = tail.unit, read_tail(text, high.end, high.marker)
            tail.unit = tail.unit or unit
    figure = Figure(low, high, tail)
    last = figure.last
    if last.marker is None and last.scale == 1.0:
        is_year = not low.grouped and low.mantissa in _YEARS
        if is_year or (last.value < _LEAST_BARE and tail.unit != "hour"):
            return None
    return figure


def _joined(text: str, start: int, end: int) -> bool:
    """Whether text[start:end] and nothing else joins two figures to a range."""
    if end - start > 16:
        return False
    match = _JOIN.fullmatch(text, start, end)
    if match is None:
        return _DIVIDER.fullmatch(text, start, end) is not None
    return _pairs(text, match.group(1), start)


def _pairs(text: str, word: str | None, start: int) -> bool:
    """Whether a joining word makes a range by itself; "and" does so after "between" only."""
    if not word or word in "/|&":
        return True
    return _BETWEEN.search(text, max(0, start - 60), start) is not None


def _upper_from(text: str, low: Amount, end: int) -> Amount | None:
    """The upper end of a range that begins with ``low``, where what joins the two is at ``end``."""
    at = _join_end(text, end)
    match = None if at is None else NUMBER.search(text, at, at + 8)
    if at is None or match is None:
        return None
    whole = NUMBER.match(text, match.start())
    high = None if whole is None else read_amount(text, whole.start(), whole.end(), low.end)
    if high is None or whole is None or high.start > at + 1 or not _signed_alike(low, high, whole.start()):
        return None
    return high if align(low, high) else None


def _signed_alike(low: Amount, high: Amount, digits: int) -> bool:
    """A sign before the digits of the upper figure stands before the lower one too: "Band 6 - £37,338" is no range."""
    return low.marker is not None or high.marker is None or high.start == digits


def _join_end(text: str, end: int) -> int | None:
    """Where the second figure of a range would begin; None where nothing at ``end`` joins two figures."""
    match = _JOIN.match(text, end)
    if match is None:
        divider = _DIVIDER.match(text, end)
        return None if divider is None else divider.end()
    return match.end() if _pairs(text, match.group(1), end) else None


def align(low: Amount, high: Amount) -> bool:
    """Carry scale and marker from one end of a range to the other; False where the two make no range.

    ``150-250k`` scales both, ``$120-150,000`` means 120,000, ``$23-25.50`` shares the marker.
    """
    marker, fits = merge(low.marker, high.marker)
    if not fits:
        return False
    low_scale, high_scale = low.scale, high.scale
    if low_scale == 1.0 < high_scale and low.mantissa <= high.mantissa and low.mantissa < 1000:
        low_scale = high_scale
    elif high_scale == 1.0 < low_scale and low.mantissa <= high.mantissa < 1000:
        high_scale = low_scale
    elif low_scale == high_scale == 1.0 and _abbreviated(low.mantissa, high.mantissa):
        low_scale = 1e3
    low_value, high_value = low.mantissa * low_scale, high.mantissa * high_scale
    if low_value > high_value or 0 < low_value * _WIDEST_RATIO < high_value:
        return False
    low.scale, high.scale, low.marker, high.marker = low_scale, high_scale, marker, marker
    low.indian = high.indian = low.indian or high.indian
    return True


def _abbreviated(low: float, high: float) -> bool:
    return 10 <= low < 1000 and high >= 10_000 and high % 500 == 0 and low * 1000 <= high
