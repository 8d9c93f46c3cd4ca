"""One amount of money in prose: a number with the marker and the scale beside it.

Only the shape is read; whether the money is pay is for the salary parser to say.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from jobspiders.normalise.currency import EXACT, RISKY_WORDS, SYMBOLS, WORDS, Marker, merge
from jobspiders.normalise.numbers import ATTACHED_SCALES, BLANKS, INDIAN_SCALES, SCALES, read_number

_WORD_AFTER = re.compile(
    r"[+*]?(?:[,.][-–—]{1,2})?[ \u00a0\u202f\u2009]{0,2}"
    r"(?:([^\W\d_]{1,12}\.?)|((?:[A-Z]{1,3})?[$£€¥￥＄￡₹₪₺฿₩₽₴₦₱₫₡₲﷼৳₵]))"
)
_TRAILER = re.compile(r"[,.][-–—]{1,2}(?![0-9])")

#: A scale and a currency in one word.
FUSED: dict[str, tuple[float, Marker]] = {
    f"{scale}{code.lower()}": (1e3, code)
    for scale in ("k", "t")
    for code in ("EUR", "CHF", "USD", "GBP", "PLN", "CAD", "AUD", "SEK", "NOK", "DKK", "CZK")
} | {
    "tkr": (1e3, "kr"),
    "kkr": (1e3, "kr"),
    "usdk": (1e3, "USD"),
    "eurk": (1e3, "EUR"),
    "kč": (1.0, "CZK"),
    "ke": (1e3, "EUR"),
    "万円": (1e4, "JPY"),
    "万元": (1e4, "CNY"),
}

#: Currencies in whose languages "mil" is a thousand.
_THOUSAND_MIL = frozenset({"BRL", "EUR", "MXN", "COP", "ARS", "CLP", "PEN", "peso"})


@dataclass(slots=True)
class Amount:
    """One figure in text[start:end], marker and scale included."""

    start: int
    end: int
    mantissa: float
    scale: float = 1.0
    marker: Marker | None = None
    #: Written with separators of thousands or a scale: a quantity, not a year or a number of something.
    grouped: bool = False
    indian: bool = False

    @property
    def value(self) -> float:
        """The figure in units of the currency, rid of binary dust such as 103.5 * 1000."""
        return round(self.mantissa * self.scale, 2)


def read_amount(text: str, start: int, end: int, floor: int = 0) -> Amount | None:
    """The amount around the number in text[start:end]; None for what is no quantity (``4.5.6``, ``15%``).

    What lies before ``floor`` belongs to an earlier amount.
    """
    number = read_number(text[start:end])
    if number is None or text[end : end + 2].lstrip(BLANKS)[:1] == "%":
        return None
    begin, marker, scale = _prefix(text, start, floor)
    if marker is None and start and (text[start - 1].isalnum() or text[start - 1] in "_#@"):
        return None
    amount = Amount(begin, end, number[0], scale, marker, number[1] or scale > 1.0)
    for _ in range(2):
        if not _take_word(text, amount):
            break
    if trailer := _TRAILER.match(text, amount.end):
        amount.end = trailer.end()
    if amount.indian and amount.marker is None:
        amount.marker = "rs"
    if amount.mantissa == 401 and amount.scale == 1e3 and amount.marker is None:
        return None
    return amount


def _prefix(text: str, start: int, floor: int) -> tuple[int, Marker | None, float]:
    """The marker that ends before ``start``: where it begins, what it names and its scale (``k€ 45``)."""
    at = start
    while at > floor and start - at < 2 and text[at - 1] in BLANKS:
        at -= 1
    if at <= floor:
        return start, None, 1.0
    if text[at - 1] in SYMBOLS:
        return _symbol_before(text, at - 1)
    if text[at - 1].isalpha() or text[at - 1] in "./:":
        begin = at - 1
        while begin > floor and at - begin < 8 and text[begin - 1].isalpha():
            begin -= 1
        if begin == 0 or not text[begin - 1].isalnum():
            label = text[begin:at]
            lowered = label.lower()
            if (marker := EXACT.get(label)) is not None:
                return begin, marker, 1.0
            if (marker := WORDS.get(lowered)) is not None and lowered not in RISKY_WORDS:
                return begin, marker, 1.0
            if (fused := FUSED.get(lowered)) is not None:
                return begin, fused[1], fused[0]
    return start, None, 1.0


def _symbol_before(text: str, at: int) -> tuple[int, Marker | None, float]:
    """The marker that ends with the symbol text[at] and begins with letters: ``CA$``, ``USD $``, ``k€``."""
    char = text[at]
    begin = at
    if char == "$" and begin and text[begin - 1] == "$":
        begin -= 1
    letters = begin
    while letters > 0 and begin - letters < 4 and text[letters - 1].isalpha():
        letters -= 1
    label = text[letters:begin]
    if label:
        if (marker := EXACT.get(f"{label}{char}")) is not None:
            return letters, marker, 1.0
        if label in ("k", "K", "T", "t") and char in "€£":
            return letters, EXACT[char], 1e3
    elif begin >= 4 and text[begin - 1] in BLANKS and not text[begin - 5 : begin - 4].isalnum():
        code = EXACT.get(text[begin - 4 : begin - 1])
        if code is not None and merge(code, EXACT.get(char))[1]:
            return begin - 4, code, 1.0
    return begin, EXACT.get(char), 1.0


def _take_word(text: str, amount: Amount) -> bool:
    """Take in a scale (``k``, ``Lacs``) or marker (``€``, ``PLN``) behind the figure; whether more may follow."""
    match = _WORD_AFTER.match(text, amount.end)
    if match is None:
        return False
    word, symbol = match.groups()
    end = match.end()
    spaced = text[end - len(word or symbol) - 1] in BLANKS
    if symbol is not None:
        belongs_to_next = spaced and text[end : end + 1].isdigit()
        if not belongs_to_next:
            _mark(amount, EXACT.get(symbol) or EXACT.get(symbol[-1]), end)
        return False
    bare = word.rstrip(".")
    lowered = bare.lower()
    scale = _scale(text, amount, lowered, end, spaced) if amount.scale == 1.0 else None
    if scale is not None:
        amount.scale, amount.grouped = scale, True
        amount.end = end if lowered in ("mio", "tsd", "tys", "mrd") else end - len(word) + len(bare)
        amount.indian = lowered == "l" or lowered in INDIAN_SCALES
        if lowered == "lpa":
            # "LPA" is a scale and "a year" in one: the unit is left for the reader of the tail
            amount.end = end - len(word)
        return lowered != "lpa"
    if (fused := FUSED.get(lowered)) is not None:
        if _mark(amount, fused[1], end) and amount.scale == 1.0:
            amount.scale, amount.grouped = fused[0], amount.grouped or fused[0] > 1.0
        return False
    _mark(amount, _currency_word(word, spaced), end if word in EXACT else end - len(word) + len(bare))
    return False


def _mark(amount: Amount, marker: Marker | None, end: int) -> bool:
    """Give the amount a marker that ends at ``end``, unless it contradicts the one before; whether it did."""
    merged, fits = merge(amount.marker, marker)
    if marker is None or not fits:
        return False
    amount.marker, amount.end = merged, end
    return True


def _scale(text: str, amount: Amount, word: str, end: int, spaced: bool) -> float | None:
    rest = text[end : end + 3].lower()
    scale = SCALES.get(word)
    if scale is not None:
        return None if (spaced and word in ATTACHED_SCALES) or rest[:1].isdigit() else scale
    if word == "l" and (amount.marker in ("INR", "rs") or rest in (" pa", "pa", "/yr")):
        return 1e5
    if word == "t" and rest[:1] in ("€", "e"):
        return 1e3
    if word == "mil":
        money = _WORD_AFTER.match(text, end)
        named = money is not None and (money.group(2) == "€" or _currency_word(money.group(1) or "", True))
        return 1e3 if named or amount.marker in _THOUSAND_MIL else 1e6
    return None


def _currency_word(word: str, spaced: bool) -> Marker | None:
    bare = word.rstrip(".")
    marker = EXACT.get(bare) or EXACT.get(word)
    if marker is not None and len(bare) > 1:
        return marker
    lowered = bare.lower()
    if lowered in RISKY_WORDS and not (bare.isupper() and spaced):
        return None
    return WORDS.get(lowered)
