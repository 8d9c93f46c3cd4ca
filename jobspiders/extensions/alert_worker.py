"""Delivers what is in the outbox: `python -m jobspiders.extensions.alert_worker`, its orders as JSON on stdin.

A process of its own: apprise takes seconds to load, and a channel that hangs must hang nobody. It prints one line
of JSON: how many were sent and failed, and why.
"""

from __future__ import annotations

import json
import logging
import os
import sys
import threading
from collections.abc import Mapping
from typing import Any

import psycopg

from jobspiders.monitoring.masking import Masker, secrets_of
from jobspiders.monitoring.metrics import DELIVERIES
from jobspiders.storage import alerts, database
from jobspiders.storage.metric_counters import add

#: How often a channel may fail in one run before the rest is left to the next.
_MOST_FAILURES = 2


class _Complaints(logging.Handler):
    """What apprise says of a delivery that it could not make."""

    def __init__(self, masker: Masker) -> None:
        super().__init__(logging.WARNING)
        self.masker = masker
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.masker(" ".join(record.getMessage().split())))


def deliver(url: str, title: str, body: str, timeout: float) -> str | None:
    """None where the channel took it, else why not, without the URL's secrets. Takes ``timeout`` seconds at most."""
    import apprise

    masker = Masker(secrets_of({"ALERT_URLS": url}))
    complaints = _Complaints(masker)
    logger = logging.getLogger("apprise")
    logger.addHandler(complaints)
    done: list[bool] = []

    def notify() -> None:
        sender = apprise.Apprise(asset=apprise.AppriseAsset(async_mode=False))
        if not sender.add(url):
            complaints.lines.append("apprise cannot read this URL")
            done.append(False)
        else:
            done.append(bool(sender.notify(body=body, title=title, body_format="text")))

    thread = threading.Thread(target=notify, daemon=True)
    try:
        thread.start()
        thread.join(timeout)
    finally:
        logger.removeHandler(complaints)
    if not done:
        reason = complaints.lines[-1] if complaints.lines else f"no answer within {timeout:g} seconds"
        return reason if thread.is_alive() else f"{reason} (the plugin failed)"
    if done[0]:
        return None
    return "; ".join(complaints.lines[-2:]) or "the channel refused it"


def run(orders: Mapping[str, Any]) -> dict[str, Any]:
    """Deliver all that is due to the channels of ``orders``. Raises StorageError and psycopg.Error."""
    channels: dict[str, str] = {channel["key"]: channel["url"] for channel in orders["channels"]}
    labels: dict[str, str] = {channel["key"]: channel["label"] for channel in orders["channels"]}
    failures = dict.fromkeys(channels, 0)
    sent, errors = 0, []
    with database.connect(orders["database"]) as connection:
        given_up = alerts.give_up(connection)
        while open_channels := [key for key, number in failures.items() if number < _MOST_FAILURES]:
            delivery = alerts.lease(connection, open_channels)
            if delivery is None:
                break
            error = deliver(channels[delivery.channel], delivery.title, delivery.body, orders["timeout"])
            if error is None:
                sent += 1
                alerts.delivered(connection, delivery)
            else:
                failures[delivery.channel] += 1
                errors.append(f"{labels[delivery.channel]}: {error}")
                alerts.failed(connection, delivery, error)
        counted = {"sent": sent, "failed": len(errors), "given_up": given_up}
        due = {(DELIVERIES.name, result): float(number) for result, number in counted.items() if number}
        if due:
            add(connection, "", due)
    return {**counted, "errors": errors}


def deliver_now(orders: Mapping[str, Any], message: Mapping[str, str]) -> dict[str, Any]:
    """Deliver one message to every channel, past the outbox."""
    errors = []
    for channel in orders["channels"]:
        error = deliver(channel["url"], message["title"], message["body"], orders["timeout"])
        if error is not None:
            errors.append(f"{channel['label']}: {error}")
    return {
        "sent": len(orders["channels"]) - len(errors),
        "failed": len(errors),
        "given_up": 0,
        "errors": errors,
    }


def main() -> None:
    """Do what standard input says."""
    from jobspiders.storage.errors import StorageError

    orders = json.load(sys.stdin)
    if message := orders.get("message"):
        print(json.dumps(deliver_now(orders, message)), flush=True)
        os._exit(0)
    logging.getLogger("apprise").propagate = False
    try:
        answer = run(orders)
    except (StorageError, psycopg.Error) as error:
        answer = {
            "sent": 0,
            "failed": 1,
            "given_up": 0,
            "errors": [database.one_line(error, orders["database"])],
        }
    print(json.dumps(answer), flush=True)
    # a channel that hangs still has its thread
    os._exit(0)


if __name__ == "__main__":
    main()
