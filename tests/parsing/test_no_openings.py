from __future__ import annotations

import pytest

from jobspiders.parsing.no_openings import says_no_openings


@pytest.mark.parametrize(
    "text",
    [
        "There are no open positions at the moment.",
        "Sorry, we don’t have any roles. No current\n vacancies.",
        "We are not currently hiring",
        "0 jobs found",
        "Derzeit keine offenen Stellen.",
        "Aucune offre ne correspond",
        "Actualmente no hay vacantes",
        "Momenteel geen vacatures",
        "Inga lediga jobb just nu",
    ],
)
def test_pages_that_say_so_in_any_of_their_languages(text: str) -> None:
    assert says_no_openings(text)


@pytest.mark.parametrize(
    "text",
    ["", "Join us: 12 open positions", "There is no place like it. Jobs for all", "Wir haben keine Angst"],
)
def test_other_pages_say_nothing_of_the_kind(text: str) -> None:
    assert not says_no_openings(text)
