"""Thresholds come from the settings, by board; a slip is named."""

from __future__ import annotations

from dataclasses import fields

import pytest
from scrapy.settings import Settings

from jobspiders import settings as defaults
from jobspiders.monitoring.thresholds import PREFIX, Thresholds


def test_the_settings_have_the_defaults_of_the_class() -> None:
    made = Thresholds()
    for item in fields(Thresholds):
        value = getattr(defaults, PREFIX + item.name.upper())
        assert (frozenset(value) if item.name == "off" else value) == getattr(made, item.name)


def test_a_board_has_thresholds_of_its_own() -> None:
    given = Settings(
        {"MONITOR_FALL": "0.2", "MONITOR_BOARDS": {"dice": {"fall": 0.5, "off": "latency, breaker"}}}
    )
    assert Thresholds.from_settings(given, "lever").fall == 0.2
    dice = Thresholds.from_settings(given, "dice")
    assert (dice.fall, dice.off, dice.coverage) == (0.5, frozenset({"latency", "breaker"}), 0.3)


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"MONITOR_FALL": "a lot"}, "MONITOR_FALL takes a number, not 'a lot'"),
        ({"MONITOR_BOARDS": {"dice": {"falls": 1}}}, "there is no threshold 'falls'"),
        ({"MONITOR_BOARDS": {"dice": {"off": ["latencies"]}}}, "there is no kind 'latencies'"),
    ],
)
def test_slips_are_named(settings: dict[str, object], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        Thresholds.from_settings(Settings(settings), "dice")
