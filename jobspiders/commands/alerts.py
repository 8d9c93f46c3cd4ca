"""`scrapy alerts`: which boards are bad, what was said of them, and whether it arrived."""

from __future__ import annotations

import argparse
import os
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from jobspiders.commands.refusal import refuse
from jobspiders.project_command import ProjectCommand
from jobspiders.storage.config import StorageConfig

if TYPE_CHECKING:
    from jobspiders.extensions.alert_channels import AlertsConfig


class Command(ProjectCommand):
    def syntax(self) -> str:
        return "[send] [--test] [--limit N] [options]"

    def short_desc(self) -> str:
        return "Show bad boards and alerts, deliver what waits, test the channels"

    def long_desc(self) -> str:
        return (
            "Show the channels of ALERT_URLS, the boards that are bad, the newest messages and whether each channel "
            "took them. `send` puts what is due into the outbox and delivers it, as every crawl does at its end. "
            "--test sends a message to every channel now. The exit code is 1 when a channel did not take a message, "
            "2 for a mistake in the command or in ALERT_URLS."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--test", action="store_true", help="send a test message to every channel")
        parser.add_argument("--limit", type=int, default=20, metavar="N", help="messages shown (default: 20)")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        from jobspiders.extensions.alert_channels import AlertsConfig
        from jobspiders.storage.errors import StorageError

        assert self.settings is not None
        if args not in ([], ["send"]) or (args and opts.test):
            refuse("say scrapy alerts, scrapy alerts send, or scrapy alerts --test")
        if opts.limit < 1:
            refuse("--limit is at least 1")
        try:
            config = AlertsConfig.from_settings(self.settings)
        except ValueError as error:
            refuse(error)
        storage = self.storage
        try:
            if opts.test:
                self.exitcode = _test(config)
            elif args:
                self.exitcode = _send(config, storage)
            else:
                _show(config, storage, opts.limit)
        except StorageError as error:
            self.fail(error)


def _test(config: AlertsConfig) -> int:
    from jobspiders.extensions.alerting import send_now

    if not config.channels:
        refuse(
            "ALERT_URLS is not set: name channels as apprise does, such as mailto://user:password@mail.example"
        )
    body = (
        "This is a test. Alerts about boards arrive here: one when a board turns bad, one when it is well again.\n"
        f"Sent by {os.uname().nodename} at {datetime.now(UTC):%Y-%m-%d %H:%M} UTC."
    )
    failures = 0
    for channel in config.channels:
        error = send_now(config, channel, "jobspiders: test of alerts", body)
        print(f"{channel.label}: {'sent' if error is None else error}")
        failures += error is not None
    return int(failures > 0)


def _send(config: AlertsConfig, storage: StorageConfig) -> int:
    from jobspiders.extensions.alerting import send, tell_what_is_due
    from jobspiders.monitoring.masking import Masker, secrets_of
    from jobspiders.storage import alerts, database

    url = database.resolve(storage.url, storage.home)
    masker = Masker(secrets_of({"DATABASE_URL": url}, os.environ))
    with database.connect(url) as connection:
        for title in tell_what_is_due(connection, config, masker):
            print(f"new: {title}")
        waiting = alerts.waiting(connection, config.labels)
    if not waiting:
        print("nothing to deliver")
        return 0
    answer = send(config, url)
    assert answer is not None
    print(f"{answer['sent']} sent, {answer['failed']} failed")
    for error in answer["errors"]:
        print(error, file=sys.stderr)
    return int(answer["failed"] > 0)


def _show(config: AlertsConfig, storage: StorageConfig, limit: int) -> None:
    from jobspiders.storage import alerts, database, embedded

    labels = ", ".join(channel.label for channel in config.channels)
    print(f"channels  {labels or 'none: set ALERT_URLS'}")
    if storage.url is None and not embedded.is_running(storage.home):
        print("boards    not known: there is no database yet")
        return
    with database.connect(database.resolve(storage.url, storage.home)) as connection:
        states = alerts.load(connection)
        bad = sorted((state for state in states.values() if state.bad), key=lambda state: state.since)
        print(f"boards    {len(bad)} of {len(states)} bad")
        for state in bad:
            findings = state.detail.get("findings") or []
            cause = findings[0]["message"] if findings else state.detail.get("outcome") or ""
            print(f"          {state.board}  since {state.since:%Y-%m-%d %H:%M}  {cause}")
        for sent in alerts.recent(connection, limit):
            where = f"{sent.label}: {sent.state}" if sent.label else "no channel"
            tries = f" after {sent.attempts} tries" if sent.attempts and sent.attempts > 1 else ""
            error = f" ({sent.error})" if sent.error else ""
            print(f"{sent.made_at:%Y-%m-%d %H:%M}  {sent.title}\n                  {where}{tries}{error}")
