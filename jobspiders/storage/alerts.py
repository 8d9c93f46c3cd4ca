"""The state of boards' alerts, and the outbox from which each message goes to each channel.

Several nodes share both. Who changes the state holds a lock, so that together they say a thing once; who delivers
leases a row, so that it is tried by one at a time and again by another should that one die.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from psycopg.types.json import Jsonb

from jobspiders.monitoring.alerting import BoardState, Message, States
from jobspiders.storage.database import Connection

#: Keys of advisory locks: of whoever changes the state, and (shared) of whoever looks regularly whether something
#: is due.
LOCK_KEY = 0x6A6F6265
WATCH_KEY = 0x6A6F6266
#: Seconds: a delivery that is under way belongs to its process for so long; a channel's first and longest wait
#: after a failure; after which an alert is old news; for how long messages are kept.
LEASE = 120
_FIRST_WAIT, _LONGEST_WAIT = 30, 3600
_GIVE_UP = 3 * 86400
_KEPT = 90 * 86400
#: A crawl that refreshed its row so many seconds ago is alive.
_ALIVE = 60


@dataclass(frozen=True, slots=True)
class Delivery:
    """A message for a channel, leased. ``attempts`` counts this one."""

    message: int
    channel: str
    title: str
    body: str
    attempts: int


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of a message on one channel, to be shown."""

    made_at: datetime
    title: str
    label: str | None
    state: str | None
    attempts: int | None
    error: str | None


_LOAD = "SELECT board, status, since, judged_at, due_at, announced_at, reminded_at, detail FROM board_alerts"
_SAVE = """
INSERT INTO board_alerts (board, status, since, judged_at, due_at, announced_at, reminded_at, detail)
VALUES (%(board)s, %(status)s, %(since)s, %(judged_at)s, %(due_at)s, %(announced_at)s, %(reminded_at)s, %(detail)s)
ON CONFLICT (board) DO UPDATE SET
    status = excluded.status, since = excluded.since, judged_at = excluded.judged_at, due_at = excluded.due_at,
    announced_at = excluded.announced_at, reminded_at = excluded.reminded_at, detail = excluded.detail
"""
_MESSAGE = """
INSERT INTO alert_messages (kind, boards, title, body, made_at) VALUES (%s, %s, %s, %s, %s) RETURNING id
"""
_PUT = """
INSERT INTO alert_deliveries (message_id, channel, label, next_try_at) VALUES (%s, %s, %s, clock_timestamp())
"""
# what is to be said of a board goes out in order; what concerns other boards does not wait for it
_LEASE = """
UPDATE alert_deliveries AS d
SET attempts = d.attempts + 1, next_try_at = clock_timestamp() + make_interval(secs => %(lease)s)
FROM alert_messages AS m
WHERE m.id = d.message_id AND (d.message_id, d.channel) = (
    SELECT w.message_id, w.channel
    FROM alert_deliveries AS w JOIN alert_messages AS n ON n.id = w.message_id
    WHERE w.state = 'pending' AND w.channel = ANY(%(channels)s) AND w.next_try_at <= clock_timestamp()
        AND NOT EXISTS (
            SELECT FROM alert_deliveries AS e JOIN alert_messages AS o ON o.id = e.message_id
            WHERE e.state = 'pending' AND e.channel = w.channel AND e.message_id < w.message_id
                AND o.boards && n.boards)
    ORDER BY w.message_id LIMIT 1 FOR UPDATE OF w SKIP LOCKED)
RETURNING d.message_id, d.channel, m.title, m.body, d.attempts
"""
_DONE = """
UPDATE alert_deliveries SET state = 'sent', sent_at = clock_timestamp(), error = NULL
WHERE message_id = %s AND channel = %s
"""
_FAILED = """
UPDATE alert_deliveries SET error = %s,
    next_try_at = clock_timestamp()
        + make_interval(secs => least(%s::float8 * 2 ^ least(attempts - 1, 20), %s::float8))
WHERE message_id = %s AND channel = %s
"""
_OLD = """
UPDATE alert_deliveries AS d SET state = 'given_up' FROM alert_messages AS m
WHERE m.id = d.message_id AND d.state = 'pending' AND m.made_at < clock_timestamp() - make_interval(secs => %s)
"""
_PURGE = "DELETE FROM alert_messages WHERE made_at < clock_timestamp() - make_interval(secs => %s)"
_WAITING = """
SELECT count(*) FROM alert_deliveries
WHERE state = 'pending' AND channel = ANY(%s) AND next_try_at <= clock_timestamp()
"""
_ATTENDED = """
SELECT EXISTS (SELECT FROM crawls WHERE started_at > now() - interval '14 days' AND finished_at IS NULL
               AND updated_at > now() - make_interval(secs => %(alive)s) AND id <> %(crawl)s::uuid)
    OR EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND granted AND classid = 0 AND objid = %(key)s
               AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
               AND pid <> pg_backend_pid())
"""
_RECENT = """
SELECT m.made_at, m.title, d.label, d.state, d.attempts, d.error
FROM alert_messages AS m LEFT JOIN alert_deliveries AS d ON d.message_id = m.id
ORDER BY m.id DESC, d.label LIMIT %s
"""

#: What decides, given the states and the database's time: the states after, and what is to be said.
Decide = Callable[[Mapping[str, BoardState], datetime], tuple[States, list[Message]]]
#: Title and body of a message.
Write = Callable[[Message, datetime], tuple[str, str]]


def change(connection: Connection, decide: Decide, write: Write, channels: Mapping[str, str]) -> list[str]:
    """Change the state and put what is said into the outbox, in one transaction and alone; the titles.

    ``channels`` maps the key of each channel to its label. Raises psycopg.Error.
    """
    with connection.transaction():
        connection.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK_KEY])
        [(now,)] = connection.execute("SELECT clock_timestamp()").fetchall()
        states = load(connection)
        changed, messages = decide(states, now)
        for board, state in changed.items():
            if states.get(board) != state:
                connection.execute(_SAVE, _parameters(state))
        titles = []
        for message in messages:
            title, body = write(message, now)
            titles.append(title)
            put(
                connection,
                message.kind,
                [state.board for state in message.boards],
                title,
                body,
                now,
                channels,
            )
        return titles


def put(
    connection: Connection,
    kind: str,
    boards: Sequence[str],
    title: str,
    body: str,
    now: datetime,
    channels: Mapping[str, str],
) -> None:
    """Put a message into the outbox."""
    texts = [_plain(title), _plain(body)]
    [(number,)] = connection.execute(
        _MESSAGE, [kind, [_plain(board) for board in boards], *texts, now]
    ).fetchall()
    for channel, label in channels.items():
        connection.execute(_PUT, [number, channel, label])


def load(connection: Connection) -> States:
    """The state of every board that a crawl was judged of."""
    return {row[0]: _state(row) for row in connection.execute(_LOAD)}


def is_attended(connection: Connection, crawl: str) -> bool:
    """Whether somebody but this crawl will look soon whether something is due: another crawl, or the monitor."""
    found = connection.execute(_ATTENDED, {"alive": _ALIVE, "crawl": crawl, "key": WATCH_KEY}).fetchone()
    return bool(found and found[0])


def attend(connection: Connection) -> None:
    """Say, as long as this connection lives, that its process looks regularly."""
    connection.execute("SELECT pg_advisory_lock_shared(%s)", [WATCH_KEY])


def lease(connection: Connection, channels: Iterable[str]) -> Delivery | None:
    """The next delivery for one of the channels; None where there is none."""
    row = connection.execute(_LEASE, {"lease": LEASE, "channels": list(channels)}).fetchone()
    return None if row is None else Delivery(*row)


def delivered(connection: Connection, delivery: Delivery) -> None:
    """The channel has it."""
    connection.execute(_DONE, [delivery.message, delivery.channel])


def failed(connection: Connection, delivery: Delivery, error: str) -> None:
    """The channel did not take it: again later, each time after twice the wait."""
    connection.execute(
        _FAILED, [_plain(error)[:300], _FIRST_WAIT, _LONGEST_WAIT, delivery.message, delivery.channel]
    )


def give_up(connection: Connection) -> int:
    """Try no more what is old news, forget what is long past; how many deliveries were given up."""
    number = connection.execute(_OLD, [_GIVE_UP]).rowcount
    connection.execute(_PURGE, [_KEPT])
    return number


def waiting(connection: Connection, channels: Iterable[str]) -> int:
    """How many deliveries could be tried now."""
    row = connection.execute(_WAITING, [list(channels)]).fetchone()
    return int(row[0]) if row else 0


def recent(connection: Connection, limit: int) -> list[Sent]:
    """The newest messages, a row for each channel."""
    return [Sent(*row) for row in connection.execute(_RECENT, [limit])]


def _parameters(state: BoardState) -> dict[str, Any]:
    found = asdict(state)
    detail = {
        "shown": dict(state.detail),
        "searches": {name: at.isoformat() for name, at in state.searches.items()},
        **{name: at.isoformat() for name in ("bad_since", "grouped_at") if (at := found[name]) is not None},
    }
    return {**found, "status": "bad" if state.bad else "well", "detail": Jsonb(_clean(detail))}


def _state(row: Sequence[Any]) -> BoardState:
    board, status, since, judged_at, due_at, announced_at, reminded_at, detail = row
    times = {
        name: datetime.fromisoformat(detail[name]) for name in ("bad_since", "grouped_at") if name in detail
    }
    return BoardState(
        board,
        bad=status == "bad",
        since=since,
        judged_at=judged_at,
        due_at=due_at,
        announced_at=announced_at,
        reminded_at=reminded_at,
        searches={name: datetime.fromisoformat(at) for name, at in detail.get("searches", {}).items()},
        detail=detail.get("shown", {}),
        **times,
    )


def _clean(value: Any) -> Any:
    """What JSONB takes: no NUL, no lone surrogate."""
    if isinstance(value, str):
        return _plain(value)
    if isinstance(value, Mapping):
        return {_plain(str(name)): _clean(item) for name, item in value.items()}
    return [_clean(item) for item in value] if isinstance(value, list | tuple) else value


def _plain(text: str) -> str:
    return text.replace("\0", "").encode("utf-8", "replace").decode()
