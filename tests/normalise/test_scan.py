from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from jobspiders.normalise.scan import MAX_CHARACTERS, meanings, positions, scan


def found(text: str, group: str) -> list[str]:
    """What a group of patterns matched."""
    scanned = scan(text)
    haystack = scanned.raw if group.startswith("exact") else scanned.lowered
    return [haystack[start:end].decode() for _, start, end in getattr(scanned, group)]


def test_one_pass_finds_what_each_normaliser_looks_for() -> None:
    text = "PYTHON and Go, 5 years, a Bachelor’s or BS, in our office: Télétravail, HÍBRIDO, 5 JAHRE"
    assert "python" in found(text, "skills")
    assert "Go" in found(text, "exact_skills")
    assert found(text, "years") == ["year", "jahr"]
    assert "bachelor’s" in found(text, "degrees")
    assert "BS" in found(text, "exact_degrees")
    assert found(text, "workplaces") == ["office", "télétravail", "hÍbrid"]


def test_patterns_are_told_by_their_numbers() -> None:
    skills, degrees, exact_skills, exact_degrees = meanings()
    scanned = scan("a Ph.D or a Master’s degree")
    assert {degrees[pattern].level for pattern, *_ in scanned.degrees} == {"phd_md", "master", "degree"}
    assert {exact_degrees[pattern].level for pattern, *_ in scanned.exact_degrees} == {
        "phd_md",
        "abbreviation",
    }
    assert len(skills) > 3000
    assert exact_skills


def test_only_so_much_is_read() -> None:
    assert not scan("x " * MAX_CHARACTERS + "python").skills


@given(st.text(max_size=80).map(lambda text: f"{text} 5 years ").flatmap(lambda text: st.just(text * 2)))
def test_positions_are_those_of_characters(text: str) -> None:
    starts = [start for _, start, _ in scan(text).years if scan(text).raw[start : start + 5] == b"years"]
    assert all(text[position:].startswith("years") for position in positions(text, starts))
    assert len(starts) >= 2
