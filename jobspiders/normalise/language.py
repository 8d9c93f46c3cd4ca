"""The language that a posting is written in.

Little words decide: they are a third of any text, and counting them takes microseconds. Scripts that one
language alone writes need no words. Only what stays in doubt goes to the statistical model.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache
from itertools import chain
from operator import itemgetter
from typing import Protocol

from jobspiders.normalise.html import storable
from jobspiders.normalise.phrases import read_sections

#: Characters read at the beginning and again in the middle: a foreign introduction is no language.
SAMPLE = 500
_FEWEST_WORDS = 4
_MODEL_PROBABILITY = 0.8
_MODEL_WORDS = 12

# Words in UTF-8 with small letters of ASCII, also as they stand then at the beginning of a sentence and in capitals:
# for letters beyond ASCII ``str.lower`` takes as long as all the rest.
_WORD_LANGUAGES: dict[bytes, tuple[str, ...]] = {}
for _language, _words in read_sections("stop_words.txt").items():
    for _written in {form.encode().lower() for word in _words for form in (word, word.title(), word.upper())}:
        _WORD_LANGUAGES[_written] = (*_WORD_LANGUAGES.get(_written, ()), _language)

_SCRIPTS = (
    ("ja", re.compile("[\u3040-\u30ff]")),
    ("ko", re.compile("[\uac00-\ud7af]")),
    ("zh", re.compile("[\u4e00-\u9fff]")),
    ("el", re.compile("[\u0370-\u03ff]")),
    ("he", re.compile("[\u0590-\u05ff]")),
    ("ar", re.compile("[\u0600-\u06ff]")),
    ("th", re.compile("[\u0e00-\u0e7f]")),
    ("hi", re.compile("[\u0900-\u097f]")),
    ("ka", re.compile("[\u10a0-\u10ff]")),
    ("hy", re.compile("[\u0530-\u058f]")),
)
_OWN_LETTERS = {"uk": "іїєґ", "ru": "ыэё", "bg": "ъ"}
_CYRILLIC = re.compile("[\u0400-\u04ff]")


class _Model(Protocol):
    def classify(self, text: str) -> tuple[str, float]: ...


@lru_cache(maxsize=1)
def _model() -> _Model:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # loading takes a second: only in need

    identifier: _Model = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    return identifier


def _by_script(sample: str) -> str | None:
    """The language of a script that fills the sample; Han with kana is Japanese."""
    letters = sum(map(str.isalpha, sample))
    for language, script in _SCRIPTS:
        count = len(script.findall(sample))
        share = 0.05 if language == "ja" else 0.3
        if count >= 5 and count > share * letters:
            return language
    if len(_CYRILLIC.findall(sample)) > 0.3 * letters:
        own = {language: sum(map(sample.lower().count, marks)) for language, marks in _OWN_LETTERS.items()}
        best = max(own, key=own.__getitem__)
        return best if own[best] >= 2 else None
    return None


def _by_words(words: list[bytes]) -> str | None:
    votes = Counter(chain.from_iterable(filter(None, map(_WORD_LANGUAGES.get, words))))
    ranking = sorted(votes.items(), key=itemgetter(1), reverse=True)[:2]
    if not ranking or ranking[0][1] < max(_FEWEST_WORDS, 0.08 * len(words)):
        return None
    if len(ranking) == 2 and ranking[1][1] > 0.8 * ranking[0][1]:
        return None
    return ranking[0][0]


def _by_model(sample: str) -> str | None:
    language, probability = _model().classify(sample)
    language = {"nb": "no", "nn": "no"}.get(language, language)
    return language if probability >= _MODEL_PROBABILITY and len(language) == 2 else None


def detect_language(text: str | None) -> str | None:
    """ISO 639-1 code of most of the text, or None where it is too short or nothing decides."""
    if not text:
        return None
    sample = text[:SAMPLE]
    if len(text) > 3 * SAMPLE:
        middle = len(text) // 2
        sample += " " + text[middle : middle + SAMPLE]
    raw = sample.replace("\xa0", " ").encode("utf-8", "replace")
    if len(raw) > 1.3 * len(sample) and (language := _by_script(sample)):
        return language
    words = raw.lower().replace(b"\xe2\x80\x99", b"'").split()
    language = _by_words(words)
    if language or len(set(words)) < _MODEL_WORDS:
        return language
    return _by_model(storable(sample))
