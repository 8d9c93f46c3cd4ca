"""When the database itself is out of reach, what is said cannot be decided there: each machine tells for itself."""

from __future__ import annotations

import asyncio
import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from jobspiders.extensions.alert_channels import AlertsConfig
from jobspiders.extensions.alerting import send_past_outbox
from jobspiders.monitoring.masking import Masker, secrets_of
from jobspiders.storage.config import Settings, home_directory

_FILE = "database_alert.json"


def tell_lost(settings: Settings, reason: str) -> None:
    """For a command that cannot begin without the database: tell it, where alerts are wanted. Raises nothing."""
    try:
        config = AlertsConfig.from_settings(settings)
    except ValueError:
        return
    if config.channels and settings.getbool("ALERTS_ENABLED", True):
        masker = Masker(secrets_of({"DATABASE_URL": settings.get("DATABASE_URL") or ""}, os.environ))
        asyncio.run(DatabaseAlert(home_directory(settings), config).lost(masker(reason)))


class DatabaseAlert:
    """One message when the database is lost, one when it is there again, a reminder a day: per home, in a file."""

    def __init__(self, home: Path, config: AlertsConfig) -> None:
        self._path = home / _FILE
        self._config = config

    async def lost(self, reason: str) -> dict[str, Any] | None:
        """Tell that crawls go on without the database, unless that was told within a day. Raises nothing."""
        now = datetime.now(UTC)
        with self._state() as state:
            if state is None or not self._config.channels:
                return None
            told = state.get("told_at")
            if told and now - datetime.fromisoformat(told) < self._config.policy.reminder:
                return None
            first = state.get("since") or now.isoformat()
            again = "still " if told else ""
            answer = await send_past_outbox(
                self._config,
                f"jobspiders: the database is {again}out of reach of {os.uname().nodename}",
                f"{reason}\nSince: {first[:16]} UTC\nWhat crawls find is kept in their journals on that machine and "
                "stored when the database is there.\nNext step: scrapy db status; scrapy health",
            )
            state["since"] = first
            if answer and answer["sent"]:
                state["told_at"] = now.isoformat()
            return answer

    async def found(self) -> dict[str, Any] | None:
        """Tell that it is there again, where it was told that it was not."""
        if not self._path.exists():
            return None
        with self._state() as state:
            if not state or "told_at" not in state:
                if state:
                    state.clear()
                return None
            answer = await send_past_outbox(
                self._config,
                f"jobspiders: the database is in reach of {os.uname().nodename} again",
                f"It was out of reach since {state['since'][:16]} UTC. Journals are stored by the next crawls.",
            )
            if answer and answer["sent"]:
                state.clear()
            return answer

    @contextmanager
    def _state(self) -> Iterator[dict[str, Any] | None]:
        """What was told, to be changed; None where another process is just telling. Kept afterwards."""
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError:
            yield None
            return
        with os.fdopen(descriptor, "r+") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                yield None
                return
            try:
                state = json.loads(file.read() or "{}")
            except ValueError:
                state = {}
            try:
                yield state
            finally:
                file.seek(0)
                file.truncate()
                if state:
                    file.write(json.dumps(state))
                else:
                    self._path.unlink(missing_ok=True)
