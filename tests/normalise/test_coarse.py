"""The coarse automaton finds what comparing at every position finds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobspiders.normalise.coarse import CoarseAutomaton
from jobspiders.normalise.encoded import GOES_ON
from jobspiders.normalise.scan import scan

WORDS = [
    word.encode() for word in ("java", "c++", "c", ".net", "k6", "führerschein", "infrastructure as code")
]
ANYWHERE = [word.encode() for word in ("year", "bachelor’s", "år ", "année", "лет", "한국")]
AUTOMATON = CoarseAutomaton(WORDS, ANYWHERE)
TEXTS = st.lists(
    st.sampled_from([word.decode() for word in (*WORDS, *ANYWHERE[:4])])
    | st.sampled_from([*" \n,.-’é–xw6", "java8", "infrastructure as c", "net", "ü", "fear", "bachelor"])
).map(lambda pieces: f"\n{''.join(pieces)}\n".encode())


def everywhere(lowered: bytes) -> set[tuple[int, int, int]]:
    """What stands in a text, words between their edges."""
    found = set()
    for number, phrase in enumerate((*WORDS, *ANYWHERE)):
        at = lowered.find(phrase)
        while at >= 0:
            end = at + len(phrase)
            before = lowered[:at].decode()[-1:].encode()
            inside = GOES_ON[before[0]] or GOES_ON[lowered[end]]
            if number >= len(WORDS) or not inside:
                found.add((number, at, end))
            at = lowered.find(phrase, at + 1)
    return found


@given(TEXTS)
def test_it_finds_all_that_stands_there(lowered: bytes) -> None:
    hits = AUTOMATON.find(lowered)
    assert hits is not None
    assert everywhere(lowered) <= set(hits)
    assert all(lowered[start:end] == (WORDS + ANYWHERE)[number] for number, start, end in hits)


@pytest.mark.parametrize("text", ["5 лет", "한국어", "java и"])
def test_texts_in_scripts_of_other_phrases_are_left_to_others(text: str) -> None:
    assert AUTOMATON.find(f"\n{text}\n".encode()) is None


def test_these_are_scanned_all_the_same() -> None:
    scanned = scan("Python, опыт 5 лет, 3 years, 石 office, 学士")
    assert [scanned.lowered[start:end].decode() for _, start, end in scanned.years] == ["лет", "year"]
    assert b"python" in {scanned.lowered[start:end] for _, start, end in scanned.skills}
    assert [scanned.raw[start:end].decode() for _, start, end in scanned.degrees] == ["学士"]
