"""When to say what about boards: a state machine over verdicts of crawls. Pure; the clock is passed in.

A board turns bad with a crawl that has an error, and is well when the last crawl of each search that was bad is
well again. Each bad period is said once, its end once, and in between at most one reminder a day. When many
boards are bad at once one message tells of all: then it is our network, proxies or database.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Literal

#: ``board_*`` tells of one board, ``boards_*`` of several at once.
MessageKind = Literal[
    "board_bad", "board_well", "board_reminder", "boards_bad", "boards_well", "boards_reminder"
]


@dataclass(frozen=True, slots=True)
class AlertPolicy:
    """``hold``: how long what is to be said waits for other boards, where somebody is there to say it then.

    Of ``group_size`` boards that turned bad within ``group_window``, being ``group_share`` of those crawled in it,
    one message tells; more of them follow in one message each window. A search that was bad and was not crawled
    for ``forget_search`` does not keep its board bad.
    """

    hold: timedelta = timedelta(seconds=60)
    group_size: int = 3
    group_share: float = 0.5
    group_window: timedelta = timedelta(minutes=30)
    reminder: timedelta = timedelta(days=1)
    forget_search: timedelta = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class BoardState:
    """``due_at``: until when what happened last must be said; None where all is said.

    ``bad_since``, ``announced_at``, ``reminded_at`` and ``grouped_at`` are those of the bad period that is not
    said to be over; ``searches`` are its searches (by any key) with the time of their last bad crawl. ``detail``
    is what a message shows of the last bad crawl.
    """

    board: str
    bad: bool
    since: datetime
    judged_at: datetime
    due_at: datetime | None = None
    bad_since: datetime | None = None
    announced_at: datetime | None = None
    reminded_at: datetime | None = None
    grouped_at: datetime | None = None
    searches: Mapping[str, datetime] = field(default_factory=dict)
    detail: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the monitors said of a crawl. ``search`` tells crawls of one board with other arguments apart."""

    board: str
    bad: bool
    search: str = ""
    detail: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Message:
    """Something to say, with the states as they were when it was decided."""

    kind: MessageKind
    boards: tuple[BoardState, ...]


States = dict[str, BoardState]


def take_in(
    states: Mapping[str, BoardState], verdict: Verdict, now: datetime, policy: AlertPolicy, *, attended: bool
) -> tuple[States, list[Message]]:
    """The states after a crawl was judged, and what is to be said at once; ``due`` says the rest.

    ``attended``: whether somebody else will look again soon, so that it may wait for other boards.
    """
    old = states.get(verdict.board)
    hold = policy.hold if attended else timedelta(0)
    searches = _searches(old, verdict, now, policy)
    messages: list[Message] = []
    if old is None:
        old = BoardState(verdict.board, bad=False, since=now, judged_at=now)
    new = replace(old, judged_at=now, searches=searches)
    if searches:
        if verdict.bad:
            new = replace(new, detail=verdict.detail)
        if not old.bad and old.bad_since is not None:
            # it was not said to be over: the same period goes on
            new = replace(new, bad=True, since=old.bad_since, due_at=None)
        elif not old.bad:
            new = replace(new, bad=True, since=now, bad_since=now, due_at=now + hold)
    elif old.bad:
        if old.due_at is not None:
            messages.append(Message("board_bad", (old,)))
            new = replace(new, announced_at=now)
        if attended and old.grouped_at is not None:
            # many will be well one after the other
            hold = policy.group_window
        new = replace(new, bad=False, since=now, due_at=now + hold)
    return {**states, verdict.board: new}, messages


def due(states: Mapping[str, BoardState], now: datetime, policy: AlertPolicy) -> tuple[States, list[Message]]:
    """The states after saying what is due, and what that is."""
    changed, messages = dict(states), []
    for step in (_tell_bad, _tell_well, _remind):
        said = step(changed, now, policy)
        messages += said
    return changed, messages


def next_due(states: Iterable[BoardState], policy: AlertPolicy) -> datetime | None:
    """When there will be something to say, as far as it can be known now."""
    times = []
    for state in states:
        if state.due_at is not None:
            times.append(state.due_at)
        elif state.bad and (last := _last_said(state)) is not None:
            times.append(last + policy.reminder)
    return min(times, default=None)


def _searches(
    old: BoardState | None, verdict: Verdict, now: datetime, policy: AlertPolicy
) -> dict[str, datetime]:
    kept = {} if old is None or not old.bad else dict(old.searches)
    kept = {search: at for search, at in kept.items() if now - at < policy.forget_search}
    kept.pop(verdict.search, None)
    if verdict.bad:
        kept[verdict.search] = now
    return kept


def _tell_bad(states: States, now: datetime, policy: AlertPolicy) -> list[Message]:
    waiting = [state for state in states.values() if state.bad and state.due_at is not None]
    if not any(state.due_at is not None and state.due_at <= now for state in waiting):
        return []
    start = now - policy.group_window
    recent = [
        state for state in states.values() if state.bad and (state.since >= start or state.due_at is not None)
    ]
    crawled = sum(state in recent or state.judged_at >= start for state in states.values())
    grouped = [state.grouped_at for state in states.values() if state.bad and state.grouped_at is not None]
    age = now - max(grouped) if grouped else None
    if age is not None and age < policy.group_window:
        # they are told of together when the window is over
        for state in waiting:
            states[state.board] = replace(state, due_at=max(grouped) + policy.group_window)
        return []
    many = len(recent) >= policy.group_size and len(recent) >= policy.group_share * crawled
    if many or (age is not None and age < 2 * policy.group_window):
        for state in waiting:
            states[state.board] = _announced(state, now, grouped=True)
        for state in recent:
            if state not in waiting:
                states[state.board] = replace(state, grouped_at=now)
        return [Message("boards_bad", tuple(waiting))]
    ready = [state for state in waiting if state.due_at is not None and state.due_at <= now]
    for state in ready:
        states[state.board] = _announced(state, now, grouped=False)
    return [Message("board_bad", (state,)) for state in ready]


def _tell_well(states: States, now: datetime, policy: AlertPolicy) -> list[Message]:
    waiting = [state for state in states.values() if not state.bad and state.due_at is not None]
    ready = [state for state in waiting if state.due_at is not None and state.due_at <= now]
    if not ready:
        return []
    # those that still wait come along
    together = waiting if len(waiting) >= policy.group_size else ready
    for state in together:
        states[state.board] = replace(
            state, due_at=None, bad_since=None, announced_at=None, reminded_at=None, grouped_at=None
        )
    return _one_or_many("well", together, policy)


def _remind(states: States, now: datetime, policy: AlertPolicy) -> list[Message]:
    ready = []
    for state in list(states.values()):
        last = _last_said(state)
        if state.bad and state.due_at is None and last is not None and now - last >= policy.reminder:
            ready.append(state)
            states[state.board] = replace(state, reminded_at=now)
    return _one_or_many("reminder", ready, policy)


def _one_or_many(
    what: Literal["well", "reminder"], found: Sequence[BoardState], policy: AlertPolicy
) -> list[Message]:
    if len(found) >= policy.group_size:
        return [Message("boards_well" if what == "well" else "boards_reminder", tuple(found))]
    return [Message("board_well" if what == "well" else "board_reminder", (state,)) for state in found]


def _announced(state: BoardState, now: datetime, *, grouped: bool) -> BoardState:
    return replace(state, due_at=None, announced_at=now, grouped_at=now if grouped else None)


def _last_said(state: BoardState) -> datetime | None:
    return max((at for at in (state.announced_at, state.reminded_at) if at is not None), default=None)
