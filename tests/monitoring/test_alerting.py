"""Alerts: every bad period is said once, its end once, reminders at most daily, many boards at once."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from jobspiders.monitoring.alerting import AlertPolicy, Message, States, Verdict, due, next_due, take_in

START = datetime(2026, 1, 1, tzinfo=UTC)
POLICY = AlertPolicy()
BOARDS = st.sampled_from([f"board{number}" for number in range(8)])
#: (minutes until it, what happens)
EVENTS = st.lists(
    st.tuples(
        st.integers(0, 900),
        st.one_of(st.none(), st.tuples(BOARDS, st.booleans(), st.sampled_from("ab"), st.booleans())),
    ),
    max_size=120,
)
Said = list[tuple[datetime, Message]]


def play(events: list[tuple[int, tuple[str, bool, str, bool] | None]]) -> tuple[States, Said]:
    """What is said in a history, whose end is a look a day later."""
    states: States = {}
    said: Said = []
    now = START
    for minutes, event in [*events, (1439, None), (31, None)]:
        now += timedelta(minutes=minutes)
        if event is not None:
            board, bad, search, attended = event
            states, messages = take_in(states, Verdict(board, bad, search), now, POLICY, attended=attended)
            said += [(now, message) for message in messages]
        states, messages = due(states, now, POLICY)
        said += [(now, message) for message in messages]
    return states, said


@given(EVENTS)
def test_bad_and_well_again_take_turns_for_every_board(
    events: list[tuple[int, tuple[str, bool, str, bool] | None]],
) -> None:
    states, said = play(events)
    for board, state in states.items():
        turns = [
            message.kind.rpartition("_")[2]
            for _, message in said
            if any(found.board == board for found in message.boards)
        ]
        plain = [turn for turn in turns if turn != "reminder"]
        assert plain == ["bad", "well"] * (len(plain) // 2) + (["bad"] if len(plain) % 2 else [])
        assert state.due_at is None
        assert (len(plain) % 2 == 1) == state.bad
        for before, turn in zip(["", *turns], turns, strict=False):
            assert turn != "reminder" or before in ("bad", "reminder")


@given(EVENTS)
def test_reminders_are_a_day_apart_at_least(
    events: list[tuple[int, tuple[str, bool, str, bool] | None]],
) -> None:
    _, said = play(events)
    last: dict[str, datetime] = {}
    for now, message in said:
        for state in message.boards:
            if message.kind.endswith("reminder"):
                assert now - last[state.board] >= timedelta(days=1)
            if not message.kind.endswith("well"):
                last[state.board] = now


@given(EVENTS)
def test_a_bad_board_is_said_at_once_or_when_its_hold_or_window_is_over(
    events: list[tuple[int, tuple[str, bool, str, bool] | None]],
) -> None:
    states: States = {}
    now = START
    for minutes, event in events:
        now += timedelta(minutes=minutes)
        if event is not None:
            board, bad, search, attended = event
            states, _ = take_in(states, Verdict(board, bad, search), now, POLICY, attended=attended)
        states, _ = due(states, now, POLICY)
        for state in states.values():
            assert state.due_at is None or now < state.due_at <= now + POLICY.group_window
        upcoming = next_due(states.values(), POLICY)
        assert upcoming is None or upcoming > now


@given(st.lists(st.integers(0, 1700), min_size=5, max_size=40))
def test_an_outage_of_ours_is_few_messages(seconds: list[int]) -> None:
    states: States = {}
    kinds: Counter[str] = Counter()
    for number in range(40):
        states, _ = take_in(
            states, Verdict(f"board{number}", False), START - timedelta(hours=1), POLICY, attended=True
        )
    for number, at in enumerate(sorted(seconds)):
        now = START + timedelta(seconds=at)
        states, first = take_in(states, Verdict(f"board{number}", True), now, POLICY, attended=True)
        states, then = due(states, now, POLICY)
        kinds.update(message.kind for message in [*first, *then])
    for minute in range(29, 91):
        states, messages = due(states, START + timedelta(minutes=minute), POLICY)
        kinds.update(message.kind for message in messages)
    assert kinds["board_bad"] <= 2
    assert 1 <= kinds["boards_bad"] <= 3
    assert all(state.due_at is None for state in states.values())


def test_few_of_many_boards_are_told_of_one_by_one() -> None:
    states: States = {}
    for number in range(30):
        states, _ = take_in(states, Verdict(f"board{number}", number < 3), START, POLICY, attended=True)
    states, messages = due(states, START + timedelta(seconds=60), POLICY)
    assert [message.kind for message in messages] == ["board_bad"] * 3


def test_all_boards_at_once_are_one_message_and_one_when_they_are_well() -> None:
    states: States = {}
    for number in range(30):
        states, _ = take_in(states, Verdict(f"board{number}", True), START, POLICY, attended=True)
    states, messages = due(states, START + timedelta(seconds=60), POLICY)
    assert [(message.kind, len(message.boards)) for message in messages] == [("boards_bad", 30)]
    later = START + timedelta(hours=2)
    for number in range(30):
        states, _ = take_in(states, Verdict(f"board{number}", False), later, POLICY, attended=True)
    states, messages = due(states, later + timedelta(minutes=30), POLICY)
    assert [(message.kind, len(message.boards)) for message in messages] == [("boards_well", 30)]


def test_a_good_search_does_not_make_a_board_well_whose_other_search_is_bad() -> None:
    states, _ = take_in({}, Verdict("indeed", True, "a"), START, POLICY, attended=False)
    states, _ = due(states, START, POLICY)
    states, said = take_in(
        states, Verdict("indeed", False, "b"), START + timedelta(hours=1), POLICY, attended=False
    )
    assert states["indeed"].bad
    assert not said
    states, _ = take_in(
        states, Verdict("indeed", False, "a"), START + timedelta(hours=2), POLICY, attended=False
    )
    assert not states["indeed"].bad


def test_a_search_that_is_crawled_no_more_does_not_keep_its_board_bad() -> None:
    states, _ = take_in({}, Verdict("indeed", True, "once"), START, POLICY, attended=False)
    states, _ = take_in(
        states, Verdict("indeed", False, "daily"), START + timedelta(days=3), POLICY, attended=False
    )
    assert not states["indeed"].bad
