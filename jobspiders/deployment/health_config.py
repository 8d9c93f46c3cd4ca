"""Where the monitoring endpoint listens, and the token that opens it."""

from __future__ import annotations

import hmac
import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path

from jobspiders.deployment.scrapyd_config import ConfigurationError
from jobspiders.monitoring.health import Limits
from jobspiders.storage.config import Settings, home_directory

TOKEN_FILE = "health_token"


@dataclass(frozen=True, slots=True)
class HealthConfig:
    """Port 0: no endpoint. ``token`` is given (HEALTH_TOKEN) or None for the one that is kept in ``home``."""

    home: Path
    address: str
    port: int
    token: str | None = field(repr=False)
    limits: Limits

    @classmethod
    def from_settings(cls, settings: Settings) -> HealthConfig:
        """Settings HEALTH_*, for the endpoint else environment variables of these names.

        Raises ConfigurationError.
        """

        def given(name: str) -> str | None:
            value = settings.get(name)
            return str(value) if value not in (None, "") else os.environ.get(name) or None

        port = given("HEALTH_PORT") or "6810"
        if not port.isdecimal() or int(port) > 65535:
            raise ConfigurationError(f"HEALTH_PORT = {port} is no port")
        limits = Limits()
        return cls(
            home=home_directory(settings),
            address=given("HEALTH_BIND_ADDRESS") or "127.0.0.1",
            port=int(port),
            token=given("HEALTH_TOKEN"),
            limits=Limits(
                node=settings.getfloat("HEALTH_NODE_AGE", limits.node),
                queue=settings.getfloat("HEALTH_QUEUE_AGE", limits.queue),
                journal=settings.getfloat("HEALTH_JOURNAL_AGE", limits.journal),
                board=settings.getfloat("HEALTH_BOARD_AGE", limits.board),
                undelivered=settings.getfloat("HEALTH_UNDELIVERED_AGE", limits.undelivered),
            ),
        )


def token_of(config: HealthConfig) -> str:
    """The token; made and kept, readable for its owner only, where none was given. Raises ConfigurationError."""
    if config.token:
        return config.token
    path = config.home / TOKEN_FILE
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            kept = path.read_text().strip()
            if not kept:
                raise ConfigurationError(f"{path} is empty: remove it, and a new token is made") from None
            return kept
        token = secrets.token_urlsafe(24)
        with os.fdopen(descriptor, "w") as file:
            file.write(f"{token}\n")
    except OSError as error:
        raise ConfigurationError(f"{path} cannot be used: {error.strerror}") from None
    return token


def is_token(given: str, token: str) -> bool:
    """Whether that is it, in a time that says nothing."""
    return hmac.compare_digest(given.encode(), token.encode())
