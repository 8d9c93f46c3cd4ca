from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobspiders.bases.arguments import ArgumentError, Country, Shard, argument, describe, parse_arguments


@dataclass(frozen=True)
class Sample:
    query: str | None = argument("words", required=True)
    limit: int | None = argument("how many", minimum=1)
    remote: bool | None = argument("remote or not")
    names: tuple[str, ...] | None = argument("names")
    part: Shard | None = argument("a part")
    place: Country | None = argument("a country")
    file: Path | None = argument("a file")
    kind: str | None = argument("a kind", choices=("a", "b"))


def parse(**given: str) -> Sample:
    return parse_arguments(Sample, {"query": "crane", **given}, board="sample")


def test_each_type_is_converted(tmp_path: Path) -> None:
    file = tmp_path / "tokens"
    file.touch()
    parsed = parse(limit="3", remote="yes", names="a, b,a,", part="2/4", place="uk", file=str(file), kind="b")
    assert parsed == Sample("crane", 3, True, ("a", "b"), Shard(2, 4), Country("GB"), file, "b")


def test_what_is_not_given_stays_none() -> None:
    assert parse() == Sample("crane")
    assert parse(limit=" ") == Sample("crane")


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("limit", "-1", "limit=-1 is below 1"),
        ("limit", "many", "limit=many is no whole number"),
        ("remote", "perhaps", "neither true nor false"),
        ("part", "5/4", "not of the form i/n"),
        ("part", "0/4", "not of the form i/n"),
        ("part", "1", "not of the form i/n"),
        ("place", "XX", "no country code"),
        ("place", "Germany", "no country code"),
        ("file", "/no/such/file", "there is no such file"),
        ("kind", "c", "none of a, b"),
    ],
)
def test_a_bad_value_is_one_clear_line(name: str, value: str, message: str) -> None:
    with pytest.raises(ArgumentError, match=message) as caught:
        parse(**{name: value})
    assert "\n" not in str(caught.value)


def test_an_unknown_name_suggests_the_nearest_and_lists_all() -> None:
    with pytest.raises(
        ArgumentError, match=r"no argument 'limits'; did you mean 'limit'\? It takes: query, "
    ):
        parse(limits="3")


def test_a_missing_required_argument_is_named_with_its_help() -> None:
    with pytest.raises(ArgumentError, match=r"sample needs -a query=\.\.\. \(words\)"):
        parse_arguments(Sample, {"limit": "3"}, board="sample")


def test_description_lists_arguments_in_order() -> None:
    described = describe(Sample)
    assert [item.name for item in described][:2] == ["query", "limit"]
    assert [item.required for item in described] == [True] + [False] * 7


@given(st.integers(1, 50), st.integers(0, 500))
def test_every_tenant_belongs_to_exactly_one_shard(count: int, position: int) -> None:
    assert sum(Shard(index, count).takes(position) for index in range(1, count + 1)) == 1


@given(st.sampled_from(["limit", "remote", "part", "place", "kind"]), st.text(max_size=20))
def test_no_text_raises_anything_but_an_argument_error(name: str, text: str) -> None:
    try:
        parse(**{name: text})
    except ArgumentError as error:
        assert name in str(error)
