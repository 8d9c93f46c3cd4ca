"""Decides with all nodes together what is to be said, and has it delivered. Used by crawls, the monitor, a command."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from jobspiders.extensions.alert_channels import AlertsConfig, Channel
from jobspiders.monitoring.alert_texts import body_of, title_of
from jobspiders.monitoring.alerting import BoardState, Message, States, Verdict, due, take_in
from jobspiders.monitoring.masking import Masker
from jobspiders.storage import alerts
from jobspiders.storage.database import Connection

#: Seconds beyond a delivery's own for a process to start and to end.
_START = 30.0


def take_in_verdict(
    connection: Connection, config: AlertsConfig, verdict: Verdict, masker: Masker, *, attended: bool
) -> list[str]:
    """Take a judged crawl in and put what is to be said into the outbox; the titles. Raises psycopg.Error."""

    def decide(states: Mapping[str, BoardState], now: datetime) -> tuple[States, list[Message]]:
        changed, at_once = take_in(states, verdict, now, config.policy, attended=attended)
        changed, then = due(changed, now, config.policy)
        return changed, [*at_once, *then]

    return alerts.change(connection, decide, _writer(masker), config.labels)


def tell_what_is_due(connection: Connection, config: AlertsConfig, masker: Masker) -> list[str]:
    """Put what is due by now into the outbox; the titles. Raises psycopg.Error."""
    return alerts.change(
        connection, lambda states, now: due(states, now, config.policy), _writer(masker), config.labels
    )


def send(config: AlertsConfig, database_url: str, patience: float | None = None) -> dict[str, Any] | None:
    """Deliver what is in the outbox: how many were sent and failed, and why.

    Waits for ``patience`` seconds, else as long as it takes; None where the sender goes on by itself.
    """
    return _run(orders_for(config, database_url), patience, leave=True)


def send_now(config: AlertsConfig, channel: Channel, title: str, body: str) -> str | None:
    """Deliver one message to one channel, past the outbox; None where it took it, else why not."""
    orders = orders_for(config, "", channels=[channel], message={"title": title, "body": body})
    answer = _run(orders, config.timeout + _START) or {}
    errors: list[str] = answer.get("errors", [])
    return errors[0].removeprefix(f"{channel.label}: ") if errors else None


async def send_soon(config: AlertsConfig, database_url: str) -> dict[str, Any] | None:
    """As ``send``, for a crawl that ends: waits ALERT_PATIENCE."""
    return await asyncio.to_thread(send, config, database_url, config.patience)


async def send_past_outbox(config: AlertsConfig, title: str, body: str) -> dict[str, Any] | None:
    """Deliver one message to every channel where there is no database for the outbox."""
    orders = orders_for(config, "", message={"title": title, "body": body})
    return await asyncio.to_thread(_run, orders, len(config.channels) * config.timeout + _START)


def _writer(masker: Masker) -> alerts.Write:
    return lambda message, now: (masker(title_of(message)), masker(body_of(message, now)))


def orders_for(
    config: AlertsConfig,
    database_url: str,
    *,
    channels: Sequence[Channel] | None = None,
    message: Mapping[str, str] | None = None,
) -> str:
    """What the sender reads on standard input: arguments and environment could be read by others."""
    wanted = config.channels if channels is None else channels
    return json.dumps(
        {
            "database": database_url,
            "channels": [{"key": each.key, "label": each.label, "url": each.url} for each in wanted],
            "timeout": config.timeout,
            "message": message,
        }
    )


def _run(orders: str, patience: float | None, *, leave: bool = False) -> dict[str, Any] | None:
    """The sender's answer. One that takes longer is left to itself (None) or ended."""
    try:
        process = subprocess.Popen(
            [sys.executable, "-m", "jobspiders.extensions.alert_worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            # it outlives a crawl that does not wait for it
            start_new_session=True,
        )
    except OSError as error:
        return _answer("", f"{error.strerror}")
    try:
        return _answer(*process.communicate(orders, patience))
    except subprocess.TimeoutExpired:
        if leave:
            return None
        process.kill()
        process.wait()
        return _answer("", "it did not end")


def _answer(out: str, said: str) -> dict[str, Any]:
    try:
        answer: dict[str, Any] = json.loads(out.splitlines()[-1])
    except (IndexError, ValueError):
        last = said.strip().splitlines()[-1:] or ["it said nothing"]
        return {"sent": 0, "failed": 1, "given_up": 0, "errors": [f"the sender failed: {last[0]}"]}
    return answer
