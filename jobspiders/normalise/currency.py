"""Which ISO 4217 currency a marker names: symbols, codes, words, and the country for the ambiguous."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from importlib import resources
from typing import Any, TypeAlias

from jobspiders.items import SalaryUnit

#: An ISO code, or the key of an ambiguous marker such as ``$`` or ``kr``.
Marker: TypeAlias = str

Band: TypeAlias = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Currency:
    """What is known of one currency; ``bands`` are figures that can only be of that unit."""

    code: str
    per_usd: float
    bands: dict[SalaryUnit, Band]


def _load() -> dict[str, Any]:
    source = resources.files("jobspiders.data").joinpath("currencies.toml")
    return tomllib.loads(source.read_text(encoding="utf-8"))


def _bands(record: dict[str, Any]) -> dict[SalaryUnit, Band]:
    units: tuple[SalaryUnit, ...] = ("hour", "month", "year")
    return {unit: (float(record[unit][0]), float(record[unit][1])) for unit in units if unit in record}


_DATA = _load()

#: Every active ISO 4217 code.
ISO_CODES: frozenset[str] = frozenset(_DATA["iso"].split())

CURRENCIES: dict[str, Currency] = {
    code: Currency(code, float(record["per_usd"]), _bands(record))
    for code, record in _DATA["currency"].items()
}

_AMONG: dict[Marker, frozenset[str]] = {key: frozenset(v["among"]) for key, v in _DATA["ambiguous"].items()}
_DEFAULT: dict[Marker, str] = {key: v["default"] for key, v in _DATA["ambiguous"].items()}
_OF_COUNTRY: dict[str, str] = {
    country: code for code, record in _DATA["currency"].items() for country in record["countries"]
}

#: Single characters that are or end a currency marker.
SYMBOLS: frozenset[str] = frozenset("$£€¥￥＄￡₹₪₺฿₩₽₴₦₱₫₡₲﷼৳₵円元")


def _exact_markers() -> dict[str, Marker]:
    markers: dict[str, Marker] = {
        code: code for code in ISO_CODES if code not in ("ALL", "TOP", "CUP", "LAK")
    }
    for code, record in _DATA["currency"].items():
        for symbol in record["symbols"]:
            markers[symbol.replace(" ", "")] = code
    markers.update({"$": "$", "$$": "$", "£": "£", "¥": "¥", "￥": "¥", "＄": "$", "￡": "£"})
    for spelling in ("kr", "Kr", "KR", "kr."):
        markers[spelling] = "kr"
    for spelling in ("Rs", "Rs.", "RS", "rs", "Rs:", "RS."):
        markers[spelling] = "rs"
    for spelling in ("Fr", "fr", "FCFA", "CFA"):
        markers[spelling] = "franc" if spelling in ("Fr", "fr") else "fcfa"
    return markers


def _word_markers() -> dict[str, Marker]:
    words: dict[str, Marker] = {}
    for code, record in _DATA["currency"].items():
        for word in record["words"]:
            words[word] = code
    for word in ("dollar", "dollars"):
        words[word] = "$"
    for word in ("peso", "pesos"):
        words[word] = "peso"
    for word in ("franc", "francs", "fr"):
        words[word] = "franc"
    for word in ("dirham", "dirhams"):
        words[word] = "dirham"
    for word in ("dinar", "dinars"):
        words[word] = "dinar"
    for word in ("shilling", "shillings"):
        words[word] = "shilling"
    for word in ("kr", "kroner", "krone", "krona"):
        words[word] = "kr"
    words["rs"] = "rs"
    words["lei"] = "lei"
    words["fcfa"] = "fcfa"
    return words


#: Markers as they are written, case and all: ``CA$``, ``zł``, ``USD``, ``Rs.``.
EXACT: dict[str, Marker] = _exact_markers()

#: Names in lower case: ``euros``, ``rupees``.
WORDS: dict[str, Marker] = _word_markers()

#: Lower-case words that English and other prose use for other things than money.
RISKY_WORDS: frozenset[str] = frozenset(
    {"try", "mad", "pen", "cop", "bob", "won", "real", "php", "ron", "sar", "nis", "fr"}
)


def merge(one: Marker | None, other: Marker | None) -> tuple[Marker | None, bool]:
    """The more telling of two markers of one figure or range, and whether they can stand together."""
    if one is None or one == other:
        return other, True
    if other is None:
        return one, True
    if other in _AMONG.get(one, ()):
        return other, True
    if one in _AMONG.get(other, ()):
        return one, True
    return one, False


def narrows(marker: Marker, code: str) -> bool:
    """Whether ``code`` is one of the currencies that the ambiguous ``marker`` may mean."""
    return code in _AMONG.get(marker, ())


def resolve(marker: Marker | None, country: str | None, largest: float) -> str | None:
    """The ISO code for a marker; None where neither marker nor country settles it.

    ``largest`` is the largest figure: yen and yuan share a sign, and only yen pay runs to a million.
    """
    if marker is None:
        return None
    if marker not in _AMONG:
        return marker
    own = _OF_COUNTRY.get((country or "").upper())
    if own is not None and own in _AMONG[marker]:
        return own
    if marker == "¥":
        return "JPY" if largest >= 1_000_000 else None
    return _DEFAULT[marker] or None


def currency_of_country(country: str | None) -> str | None:
    """The currency that is legal tender in an ISO 3166-1 alpha-2 country."""
    return _OF_COUNTRY.get((country or "").upper())


def read_code(value: str | None, country: str | None = None) -> str | None:
    """The ISO code for what a board put in its currency field: a code in any case, a symbol or a name."""
    name = (value or "").strip()
    if name.upper() in ISO_CODES:
        return name.upper()
    marker = EXACT.get(name) or WORDS.get(name.lower())
    return resolve(marker, country, 0)
