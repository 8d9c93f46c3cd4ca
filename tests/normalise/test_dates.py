from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobspiders.items import DateValue
from jobspiders.normalise.dates import FIRST_YEAR, YEARS_AHEAD, is_lasting, parse_date

NOW = datetime(2026, 8, 20, 15, 30, 12, tzinfo=UTC)

TEXT = st.text(st.characters(exclude_categories=()))  # lone surrogates too: badly decoded JSON holds them


def at(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc]  # a spread tuple may, to mypy, hold the tzinfo too


@pytest.mark.parametrize(
    ("value", "moment"),
    [
        ("2026-08-05", at(2026, 8, 5)),
        ("2026-08-05T10:10:39", at(2026, 8, 5, 10, 10, 39)),
        ("2026-08-05 10:10:39 UTC", at(2026, 8, 5, 10, 10, 39)),
        ("2026-07-10T00:00:00+0530", at(2026, 7, 9, 18, 30)),
        ("2026-02-13T05:00:00.000Z", at(2026, 2, 13, 5)),
        ("2025-08-14T15:50:35-04:00", at(2025, 8, 14, 19, 50, 35)),
        ("2026-06-16T12:54:20.624+00:00", at(2026, 6, 16, 12, 54, 20, 624000)),
        ("2026-08-05T24:00:00", at(2026, 8, 6)),
        ("2026-08-05T10:10:39Z", at(2026, 8, 5, 10, 10, 39)),
        ("2026-08-05T23:59:60Z", at(2026, 8, 5, 23, 59, 59)),
        ("2026-08-05T10:00:00+05:75", at(2026, 8, 5, 3, 45)),
        ("2026/08/05", at(2026, 8, 5)),
        ("20260410", at(2026, 4, 10)),
        ("2036-08-01", at(2036, 8, 1)),
    ],
)
def test_iso_forms(value: str, moment: datetime) -> None:
    assert parse_date(value, now=NOW) == moment


@pytest.mark.parametrize(
    "value", [1781591433, 1781591433.0, "1781591433", 1781591433000, "1781591433000", 1781591433000000]
)
def test_epochs_in_seconds_milli_and_microseconds(value: int | float | str) -> None:
    assert parse_date(value, now=NOW) == at(2026, 6, 16, 6, 30, 33)


@pytest.mark.parametrize(
    ("value", "moment"),
    [
        ("Sat, 05 Nov 2016 14:33:45 Z", at(2016, 11, 5, 14, 33, 45)),
        ("Tue, 11 Aug 2026 07:30:41 +0000", at(2026, 8, 11, 7, 30, 41)),
        ("Fri, 07 Aug 2026 10:00:00 EST", at(2026, 8, 7, 15)),
        ("Wed Aug 05 2026 10:10:39 GMT+0200 (CEST)", at(2026, 8, 5, 8, 10, 39)),
        ("Wed Aug  5 10:10:39 2026", at(2026, 8, 5, 10, 10, 39)),
        ("August 5, 2026", at(2026, 8, 5)),
        ("Aug 5th, 2026 3:04 PM", at(2026, 8, 5, 15, 4)),
        ("Aug 5, 2026 12:04 a.m.", at(2026, 8, 5, 0, 4)),
        ("5. März 2026", at(2026, 3, 5)),
        ("1er août 2026", at(2026, 8, 1)),
        ("5 de agosto de 2026", at(2026, 8, 5)),
        ("5 sierpnia 2026", at(2026, 8, 5)),
    ],
)
def test_mail_dates_and_month_names(value: str, moment: datetime) -> None:
    assert parse_date(value, now=NOW) == moment


@pytest.mark.parametrize(
    ("value", "moment"),
    [
        ("08/25/2026", at(2026, 8, 25)),
        ("25/08/2026", at(2026, 8, 25)),
        ("08/08/2026", at(2026, 8, 8)),
        ("05.08.2026", at(2026, 8, 5)),
        ("05.08.2026 14:05", at(2026, 8, 5, 14, 5)),
        ("08/05/2026", None),
        ("05-08-2026", None),
        ("13/13/2026", None),
    ],
)
def test_numeric_dates_only_where_day_and_month_are_clear(value: str, moment: datetime | None) -> None:
    assert parse_date(value, now=NOW) == moment


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("Posted Today", 0),
        ("Heute", 0),
        ("Just posted", 0),
        ("New", 0),
        ("Aujourd’hui", 0),
        ("오늘", 0),
        ("Posted Yesterday", 1),
        ("hier", 1),
        ("Publiée hier", 1),
        ("gestern", 1),
        ("ayer", 1),
        ("vorgestern", 2),
        ("avant-hier", 2),
        ("3 days ago", 3),
        ("Posted 3 Days Ago", 3),
        ("3d", 3),
        ("24h", 1),
        ("2w", 14),
        ("a week ago", 7),
        ("vor einer Woche", 7),
        ("vor 2 Tagen", 2),
        ("il y a 3 jours", 3),
        ("il y a un mois", 30),
        ("hace 2 días", 2),
        ("há 3 dias", 3),
        ("3 giorni fa", 3),
        ("2 dagen geleden", 2),
        ("3 dni temu", 3),
        ("3 дня назад", 3),
        ("3日前", 3),
        ("3天前", 3),
        ("3일 전", 3),
        ("in 3 days", -3),
    ],
)
def test_relative_days_are_midnights_counted_from_now(text: str, days: int) -> None:
    assert parse_date(text, now=NOW) == at(2026, 8, 20) - timedelta(days=days)


def test_relative_hours_keep_the_minute() -> None:
    assert parse_date("vor 5 Stunden", now=NOW) == at(2026, 8, 20, 10, 30)
    assert parse_date("an hour ago", now=NOW) == at(2026, 8, 20, 14, 30)


@pytest.mark.parametrize(
    "text",
    [
        "30+ days ago",
        "Posted 30+ Days Ago",
        "30d+",
        "vor mehr als 30 Tagen",
        "hace más de 30 días",
        "Il y a plus de 30 jours",
        "over 30 days ago",
    ],
)
def test_a_bound_is_no_date(text: str) -> None:
    assert parse_date(text, now=NOW) is None


@pytest.mark.parametrize(
    "value",
    [
        None,
        "",
        True,
        0,
        "0",
        -5,
        float("nan"),
        float("inf"),
        1e300,
        "9999-12-31",
        "0000-00-00",
        "0001-01-01T00:00:00",
        "1970-01-01",
        "2999-01-01",
        "2026-13-45",
        "2026-02-30",
        "2026",
        "soon",
        "New York",
        "1 day",
        "3m",
        "Aug 5",
        "30 days of paid holiday",
        "May 5 2026 to June 6 2027",
        "x" * 100_000,
        datetime.min,
        datetime.max.replace(tzinfo=timezone(timedelta(hours=-14))),
    ],
)
def test_what_is_no_clear_date_in_a_sound_year_is_none(value: object) -> None:
    assert parse_date(value, now=NOW) is None  # type: ignore[arg-type]  # boards give anything


def test_datetimes_become_utc() -> None:
    zone = timezone(timedelta(hours=2))
    assert parse_date(datetime(2026, 8, 5, 1, tzinfo=zone), now=NOW) == at(2026, 8, 4, 23)
    assert parse_date(datetime(2026, 8, 5, 1), now=NOW) == at(2026, 8, 5, 1)
    assert parse_date(date(2026, 8, 5), now=NOW) == at(2026, 8, 5)  # type: ignore[arg-type]  # a date is tolerated


PIECES = "3|30|2026|08|/|-|:|+|ago|days|vor|Tagen|il y a|jours|Aug|PM|today|hier|Z|T|前|日|+0530|١|²"
WORDS = st.lists(st.sampled_from(PIECES.split("|")), max_size=8)


@given(TEXT | st.integers() | st.floats() | st.datetimes() | WORDS.map(" ".join) | WORDS.map("".join))
def test_any_value_gives_a_moment_in_utc_in_a_sound_year_or_none(value: str | float | datetime) -> None:
    moment = parse_date(value, now=NOW)
    assert moment is None or (moment.tzinfo is UTC and FIRST_YEAR <= moment.year <= NOW.year + YEARS_AHEAD)


@pytest.mark.parametrize(
    ("value", "lasting"),
    [
        ("2026-08-01", True),
        ("2026-08-01T10:00:00Z", True),
        ("Sat, 01 Aug 2026 10:00:00 GMT", True),
        ("1 August 2026", True),
        (1785578400, True),
        (at(2026, 8, 1), True),
        (None, True),
        ("nonsense", True),
        ("3 days ago", False),
        ("yesterday", False),
        ("posted today", False),
    ],
)
def test_dates_that_count_from_today_do_not_last(value: DateValue, lasting: bool) -> None:
    assert is_lasting(value, now=NOW) is lasting
