"""Amounts and ranges of money in prose: ``$87,500-145,000``, ``35-45k€``, ``15 900 - 21 000 PLN``, ``12-16 Lacs``.

Only the shape is read here; whether the money is pay is for the salary parser to say.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from jobspiders.normalise.currency import EXACT, RISKY_WORDS, SYMBOLS, WORDS, Marker, merge

BLANKS = " \u00a0\u202f\u2009\t"

#: A number with its separators; possessive, so that no input makes it backtrack.
NUMBER = re.compile(r"[0-9]++(?:(?:[.,'’′´][0-9]{2,3}|[ \u00a0\u202f\u2009][0-9]{3}|[.,][0-9])(?![0-9]))*+")
_LONGEST_NUMBER = 20

_SEPARATORS = re.compile(r"[.,'’′´ \u00a0\u202f\u2009]")
_WORD_AFTER = re.compile(
    r"[+*]?(?:[,.][-–—]{1,2})?[ \u00a0\u202f\u2009]{0,2}"
    r"(?:([^\W\d_]{1,12}\.?)|((?:[A-Z]{1,3})?[$£€¥￥＄￡₹₪₺฿₩₽₴₦₱₫₡₲﷼৳₵]))"
)
_TRAILER = re.compile(r"(?:[,.][-–—]{1,2}(?![0-9]))?")

#: What a word right behind a number multiplies it by.
SCALES: dict[str, float] = {
    **dict.fromkeys(("k", "tsd", "tys", "thousand", "mille", "tausend", "mila", "duizend"), 1e3),
    **dict.fromkeys(("lakh", "lakhs", "lac", "lacs", "lpa"), 1e5),
    **dict.fromkeys(("cr", "crore", "crores", "crs"), 1e7),
    **dict.fromkeys(("万", "萬"), 1e4),
    **dict.fromkeys(
        ("m", "mm", "mn", "mio", "million", "millions", "mln", "millionen", "millones", "milhões", "miljoen"),
        1e6,
    ),
    **dict.fromkeys(("milioni", "milionów", "miliony", "milione", "millón"), 1e6),
    **dict.fromkeys(("b", "bn", "billion", "billions", "mrd", "md", "mld", "milliard", "milliarden"), 1e9),
    **dict.fromkeys(
        ("milliards", "milhares", "trillion", "tn", "bio", "miliard", "miliardi", "miljard"), 1e9
    ),
}
_ATTACHED_ONLY = frozenset({"m", "b", "md", "cr"})
_INDIAN = frozenset({"lakh", "lakhs", "lac", "lacs", "lpa", "cr", "crore", "crores", "crs"})
#: A scale and a currency in one word.
_FUSED: dict[str, tuple[float, Marker]] = {
    f"{scale}{code.lower()}": (1e3, code)
    for scale in ("k", "t")
    for code in ("EUR", "CHF", "USD", "GBP", "PLN", "CAD", "AUD", "SEK", "NOK", "DKK", "CZK")
} | {"tkr": (1e3, "kr"), "kkr": (1e3, "kr"), "usdk": (1e3, "USD"), "eurk": (1e3, "EUR"), "kč": (1.0, "CZK")}

_JOINS = (
    r"(?:-|–|—|‒|―|−|‐|‑|~|〜|～|to|bis|à|a|ate|até|do|tot|till|until|hasta|al|bis zu|up to|thru|through|t/m|"
    r"jusqu['’]à|->|→|\.{2,3}|…|to up to|und bis|bis max\.?|upto|ad)"
)
_PAIRED = r"(?:and|und|et|y|e|en|i|a|og|och)"
_LEAD_IN = r"(?:(?:von|from|de|about|ca\.?|max\.?|maximal|\+|a|entre)[ ])?"
_JOIN = re.compile(
    rf"[ \u00a0\u202f\u2009\t]{{0,3}}(?:{_JOINS}|({_PAIRED}|/|\||&))[ \u00a0\u202f\u2009\t]{{0,3}}{_LEAD_IN}",
    re.I,
)
_BROKEN_JOIN = re.compile(r"\s{0,3}[–—-]\s{0,3}")
_BETWEEN = re.compile(
    r"\b(?:between|zwischen|entre|tussen|tra|fra|pomiędzy|między|ranges? from|ranging from|range of|range|mellem|von|from|"
    r"inter)\b[^.;\n]{0,24}$",
    re.I,
)


@dataclass(slots=True)
class Amount:
    """One figure in text[start:end], marker and scale included; the value is ``mantissa * scale``."""

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


def read_number(token: str) -> tuple[float, bool] | None:
    """The value of a token of NUMBER, and whether it has separators of thousands; None if no such number is written."""
    if token.isdigit():
        return float(token), False
    groups = _SEPARATORS.split(token)
    marks = _SEPARATORS.findall(token)
    last, mark = groups[-1], marks[-1]
    decimal = len(last) < 3 and mark in ".," and (len(marks) == 1 or mark not in marks[:-1])
    whole = groups[:-1] if decimal else groups
    separators = {*(marks[:-1] if decimal else marks)}
    if len(separators - set("’'′´")) > 1 or len(whole[0]) > 3 and len(whole) > 1:
        return None
    if any(len(group) == 2 for group in whole[1:-1]):
        if "," not in separators or any(len(group) != 2 for group in whole[1:-1]) or len(whole[-1]) != 3:
            return None
    elif any(len(group) != 3 for group in whole[1:]):
        return None
    return float("".join(whole) + (f".{last}" if decimal else "")), len(whole) > 1


def _prefix(text: str, start: int) -> tuple[int, Marker | None, float]:
    """The marker that ends before ``start``: where it begins, what it names and its scale (``k€ 45``)."""
    at = start
    while at > 0 and start - at < 2 and text[at - 1] in BLANKS:
        at -= 1
    if at == 0:
        return start, None, 1.0
    char = text[at - 1]
    if char in SYMBOLS:
        begin = at - 1
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
        elif (
            begin > 4
            and text[begin - 1] in BLANKS
            and (code := EXACT.get(text[begin - 4 : begin - 1])) is not None
        ):
            if merge(code, EXACT.get(char))[1] and not text[begin - 5].isalnum():
                return begin - 4, code, 1.0
        return begin, EXACT.get(char), 1.0
    if char == "." or char == "/" or char.isalpha() or char == ":":
        begin = at - 1
        while begin > 0 and at - begin < 8 and text[begin - 1].isalpha():
            begin -= 1
        if begin and text[begin - 1].isalnum():
            return start, None, 1.0
        label = text[begin:at]
        exact = EXACT.get(label)
        if exact is not None:
            return begin, exact, 1.0
        lowered = label.lower()
        word = WORDS.get(lowered)
        if word is not None and lowered not in RISKY_WORDS:
            return begin, word, 1.0
        fused = _FUSED.get(lowered)
        if fused is not None:
            return begin, fused[1], fused[0]
    return start, None, 1.0


def _currency_word(word: str, spaced: bool) -> Marker | None:
    bare = word.rstrip(".")
    marker = EXACT.get(bare) or EXACT.get(word)
    if marker is not None and (len(bare) > 1 or marker in ("$", "£", "¥", "EUR") or not bare.isalpha()):
        return marker
    lowered = bare.lower()
    if lowered in RISKY_WORDS and (bare != bare.upper() or not spaced) and lowered not in ("reais", "real"):
        return None
    return WORDS.get(lowered)


def _suffix(text: str, amount: Amount) -> None:
    """Take in what follows the figure: a scale (``k``, ``Lacs``), a marker (``€``, ``PLN``), or both."""
    for _ in range(2):
        match = _WORD_AFTER.match(text, amount.end)
        if match is None:
            break
        word, symbol = match.groups()
        spaced = text[match.end() - len(word or symbol) - 1] in BLANKS
        if symbol is not None:
            after = match.end()
            if spaced and text[after : after + 1].isdigit():
                break
            marker, fits = merge(amount.marker, EXACT.get(symbol) or EXACT.get(symbol[-1]))
            if fits:
                amount.marker, amount.end = marker, after
            break
        bare = word.rstrip(".")
        lowered = bare.lower()
        scale = SCALES.get(lowered)
        if scale is not None and amount.scale == 1.0 and not (spaced and lowered in _ATTACHED_ONLY):
            if lowered == "k" and text[match.end() : match.end() + 1].isdigit():
                break
            amount.scale, amount.grouped = scale, True
            amount.end = match.end() - (len(word) - len(bare) if lowered in ("k", "m", "b") else 0)
            if lowered in _INDIAN:
                amount.indian = True
            if lowered == "lpa":
                amount.end = match.end() - len(word)
                break
            continue
        if lowered == "l" and (
            amount.marker in ("INR", "rs")
            or text[match.end() : match.end() + 3].lower() in (" pa", "pa", "/yr")
        ):
            amount.scale, amount.grouped, amount.indian = 1e5, True, True
            amount.end = match.end() - (len(word) - len(bare))
            continue
        if lowered == "t" and text[match.end() : match.end() + 1] in ("€", "E"):
            amount.scale, amount.grouped, amount.end = 1e3, True, match.end()
            continue
        if lowered == "mil":
            money = _WORD_AFTER.match(text, match.end())
            known = amount.marker in ("BRL", "EUR", "MXN", "COP", "peso") or (
                money is not None and (_currency_word(money.group(1) or "", True) or money.group(2) == "€")
            )
            amount.scale, amount.grouped = (1e3 if known else 1e6), True
            amount.end = match.end()
            continue
        fused = _FUSED.get(lowered)
        if fused is not None:
            marker, fits = merge(amount.marker, fused[1])
            if fits:
                amount.marker, amount.end = marker, match.end()
                if amount.scale == 1.0:
                    amount.scale = fused[0]
                    amount.grouped = amount.grouped or fused[0] > 1
            break
        marker, fits = merge(amount.marker, _currency_word(word, spaced))
        if fits and marker is not None and _currency_word(word, spaced) is not None:
            amount.marker = marker
            amount.end = match.end() - (1 if word.endswith(".") and EXACT.get(word) is None else 0)
        break


def read_amount(text: str, start: int, end: int) -> Amount | None:
    """The amount around the number in text[start:end]; None where that is no quantity (``4.5.6``, ``15%``, ``v2``)."""
    if end - start > _LONGEST_NUMBER:
        return None
    number = read_number(text[start:end])
    if number is None:
        return None
    begin, marker, scale = _prefix(text, start)
    if marker is None and start and (text[start - 1].isalnum() or text[start - 1] in "_#@"):
        return None
    after = text[end : end + 2]
    if after[:1] == "%" or after[1:] == "%" and after[0] in BLANKS:
        return None
    amount = Amount(begin, end, number[0], scale, marker, number[1])
    _suffix(text, amount)
    if trailer := _TRAILER.match(text, amount.end):
        amount.end = trailer.end()
    if amount.indian and amount.marker is None:
        amount.marker = "rs"
    if amount.mantissa == 401 and amount.scale == 1e3 and amount.marker is None:
        return None
    return amount


def join_end(text: str, first: Amount) -> int | None:
    """Where the second figure of a range would begin; None where no joining word or dash follows the first."""
    match = _JOIN.match(text, first.end)
    if match is None:
        return None
    if (
        match.group(1)
        and match.group(1) not in "/|&"
        and not _BETWEEN.search(text, max(0, first.start - 60), first.start)
    ):
        return None
    return match.end()


def is_join(text: str, start: int, end: int) -> bool:
    """Whether text[start:end] and nothing else joins two figures to a range, a divider between two lines included."""
    if end - start > 16:
        return False
    match = _JOIN.fullmatch(text, start, end)
    if match is None:
        gap = text[start:end]
        lines = gap.strip(BLANKS)
        return bool(lines) and lines[0] == "\n" == lines[-1] and _BROKEN_JOIN.fullmatch(gap) is not None
    word = match.group(1)
    return not word or word in "/|&" or _BETWEEN.search(text, max(0, start - 60), start) is not None


def align(low: Amount, high: Amount) -> bool:
    """Carry scale and marker from one end of a range to the other; False where the two make no range.

    ``150-250k`` scales both, ``$120-150,000`` means 120,000, ``31,2k - $52k`` and ``$23-25.50`` share the marker.
    """
    marker, fits = merge(low.marker, high.marker)
    if not fits:
        return False
    low_scale, high_scale = low.scale, high.scale
    if (
        low_scale == 1.0
        and high_scale > 1.0
        and low.mantissa <= max(high.mantissa, 0)
        and low.mantissa < 1000
    ):
        low_scale = high_scale
    elif high_scale == 1.0 and low_scale > 1.0 and low.mantissa <= high.mantissa < 1000:
        high_scale = low_scale
    elif (
        low_scale == high_scale == 1.0
        and 10 <= low.mantissa < 1000
        and high.mantissa >= 10_000
        and high.mantissa % 500 == 0
        and low.mantissa * 1000 <= high.mantissa
    ):
        low_scale = 1e3
    if low.mantissa * low_scale > high.mantissa * high_scale:
        return False
    low.scale, high.scale, low.marker, high.marker = low_scale, high_scale, marker, marker
    low.indian = high.indian = low.indian or high.indian
    return True


def numbers(text: str) -> Iterator[re.Match[str]]:
    """Every number of a text, in order."""
    return NUMBER.finditer(text)
