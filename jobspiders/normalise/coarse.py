"""Thousands of phrases found in one pass over a text, by an automaton with a coarse alphabet.

With sixteen symbols a state is one line of the processor's cache, and those that texts visit stay in it. What the
automaton finds merely looks like a phrase: it is compared with those that look so.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import TypeAlias

from ahocorasick_rs import BytesAhoCorasick, Implementation

from jobspiders.normalise.encoded import GOES_ON

#: The number of a phrase, and where it begins and ends.
Hit: TypeAlias = tuple[int, int, int]

#: Letters with a symbol in common: chosen by trial so that few words of postings look like a phrase.
_LETTERS = ["ekz", "qr", "a", "ou", "m", "t", "sv", "jy", "ilwx", "cf", "dp", "hn", "bg"]
#: Digits and the first bytes of letters above ASCII, what a word ends before, bytes of scripts without Latin letters.
_INSIDE, _EDGE, _FOREIGN = range(len(_LETTERS), 16)
#: So many symbols of a phrase are looked for; with more there are more states, and hardly fewer hits.
_MOST_SYMBOLS = 14
_LATIN = re.compile(rb"[a-z0-9]")


class CoarseAutomaton:
    """Finds ``words``, which stand between edges of words, and what may also stand ``anywhere`` inside of them.

    Both are UTF-8 with small letters of ASCII; the numbers of the latter go on from those of the former.
    """

    def __init__(self, words: Sequence[bytes], anywhere: Sequence[bytes]) -> None:
        foreign = {
            byte
            for phrase in (*words, *anywhere)
            if not _LATIN.search(phrase)
            for byte in phrase
            if byte >= 0xC0
        }
        self._symbols = bytes(_symbol(byte, foreign) for byte in range(256))
        alike: dict[bytes, list[tuple[bytes, int, int]]] = defaultdict(list)
        for number, phrase in enumerate((*words, *anywhere)):
            first = _LATIN.search(phrase)
            if first is None or not foreign.isdisjoint(phrase):
                continue
            symbols, ahead = phrase.translate(self._symbols), 0
            if number < len(words):
                # an edge, or a byte of the phrase that is one, stands before its first letter or digit
                symbols = b"%c%b%c" % (_EDGE, symbols[first.start() :], _EDGE)
                ahead = 1 - first.start()
            alike[symbols[:_MOST_SYMBOLS]].append((phrase, ahead, number))
        self._alike = list(alike.values())
        self._patterns = BytesAhoCorasick(list(alike), implementation=Implementation.DFA)

    def find(self, lowered: bytes) -> Iterable[Hit] | None:
        """The phrases in a text with a line feed before and behind it; None where it has letters of other scripts.

        All words between edges are among them; a few that go on, before or behind, are too.
        """
        symbols = lowered.translate(self._symbols)
        if _FOREIGN in symbols:
            return None
        alike = self._alike
        hits = []
        for pattern, start, _ in self._patterns.find_matches_as_indexes(symbols, overlapping=True):
            for phrase, ahead, number in alike[pattern]:
                begin = start + ahead
                end = begin + len(phrase)
                if lowered[begin:end] == phrase:
                    hits.append((number, begin, end))
        return hits


def _symbol(byte: int, foreign: set[int]) -> int:
    if byte in foreign:
        return _FOREIGN
    character = chr(byte)
    if character.isascii() and character.isalpha():
        return next(symbol for symbol, letters in enumerate(_LETTERS) if character.lower() in letters)
    return _INSIDE if GOES_ON[byte] else _EDGE
