"""When schedules are due: one crawl for however many times were missed, so many at once, none at a closed site."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from jobspiders.deployment.due import Due, decide, next_time

NOW = datetime(2026, 3, 28, 12, 0, tzinfo=UTC)


def least(low: float, high: float) -> float:
    return low


def most(low: float, high: float) -> float:
    return high


def due(name: str, *, minutes: float = 1, sites: tuple[str, ...] = (), jitter: float = 0.0) -> Due:
    return Due(name, "0 * * * *", "UTC", jitter, NOW - timedelta(minutes=minutes), sites)


def test_daylight_saving_neither_skips_nor_doubles_a_day() -> None:
    at = datetime(2026, 3, 28, 12, 0, tzinfo=UTC)
    times = []
    for _ in range(3):
        at = next_time("30 2 * * *", "Europe/Berlin", 0, at, least)
        times.append(at.astimezone(UTC))
    # 02:30 does not exist on the 29th in Berlin
    assert [moment.day for moment in times] == [29, 30, 31]
    at = next_time("30 2 * * *", "Europe/Berlin", 0, datetime(2026, 10, 24, 12, 0, tzinfo=UTC), least)
    again = next_time("30 2 * * *", "Europe/Berlin", 0, at, least)
    assert again.astimezone(UTC) - at.astimezone(UTC) > timedelta(hours=23)


def test_jitter_makes_later_and_never_earlier() -> None:
    assert next_time("0 * * * *", "UTC", 600, NOW, least) == NOW + timedelta(hours=1)
    assert next_time("0 * * * *", "UTC", 600, NOW, most) == NOW + timedelta(hours=1, minutes=10)


def test_the_longest_waiting_come_first_and_the_others_stay_due() -> None:
    decisions = decide(
        [due("new", minutes=1), due("old", minutes=9), due("older", minutes=99)],
        NOW,
        open_until={},
        active=set(),
        most=2,
        uniform=least,
    )
    assert [(each.name, each.queue) for each in decisions] == [("older", True), ("old", True)]


def test_a_closed_site_is_asked_again_when_it_opens_and_one_of_several_sites_is_enough() -> None:
    opens = NOW + timedelta(minutes=5)
    one, both, open_still = decide(
        [due("one", sites=("a",)), due("two", sites=("a", "b")), due("zero", sites=("a", "c"))],
        NOW,
        open_until={"a": opens, "b": opens + timedelta(minutes=1)},
        active=set(),
        most=9,
        uniform=most,
    )
    assert (one.queue, one.next_at) == (False, opens + timedelta(seconds=30))
    assert "the breaker of a is open until 2026-03-28 12:05:00 UTC" in one.reason
    assert not both.queue
    assert open_still.queue


@given(
    st.lists(
        st.tuples(st.integers(0, 10_000), st.booleans(), st.sets(st.sampled_from("abc")), st.floats(0, 3600)),
        max_size=12,
    ),
    st.integers(1, 5),
    st.sets(st.sampled_from("abc")),
)
def test_whatever_is_due_is_decided_at_most_once_within_the_burst_and_looked_at_later(
    given_: list[tuple[int, bool, set[str], float]], burst: int, closed: set[str]
) -> None:
    schedules = [
        due(str(number), minutes=minutes, sites=tuple(sorted(sites)), jitter=jitter)
        for number, (minutes, _, sites, jitter) in enumerate(given_)
    ]
    active = {str(number) for number, (_, is_active, _, _) in enumerate(given_) if is_active}
    decisions = decide(
        schedules,
        NOW,
        open_until=dict.fromkeys(closed, NOW + timedelta(hours=2)),
        active=active,
        most=burst,
        uniform=least,
    )
    names = [each.name for each in decisions]
    assert len(names) == len(set(names))
    queued = [each for each in decisions if each.queue]
    assert len(queued) <= burst
    assert all(each.next_at > NOW for each in decisions)
    assert not {each.name for each in queued} & active
    by_name = {each.name: each for each in schedules}
    assert all(not by_name[each.name].sites or set(by_name[each.name].sites) - closed for each in queued)
