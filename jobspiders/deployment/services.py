"""What runs on one machine: Scrapyd, the figures of its logs, the console, the schedules."""

from __future__ import annotations

import base64
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from jobspiders.deployment import console
from jobspiders.deployment.deployment_config import DeploymentConfig
from jobspiders.deployment.passwords import Account, Passwords


@dataclass(frozen=True, slots=True)
class Probe:
    """A URL that answers 200 where a service is well. ``account`` is None where none is needed."""

    url: str
    account: Account | None = None

    @property
    def headers(self) -> dict[str, str]:
        """Of the request: the login."""
        if self.account is None:
            return {}
        login = f"{self.account.username}:{self.account.password}".encode()
        return {"Authorization": f"Basic {base64.b64encode(login).decode()}"}


@dataclass(frozen=True, slots=True)
class Service:
    """A process to be kept running. Without a probe it is well while it lives.

    ``stop_timeout``: seconds between SIGTERM and SIGKILL.
    """

    name: str
    command: tuple[str, ...]
    directory: Path
    environment: Mapping[str, str] = field(repr=False)
    probe: Probe | None = None
    stop_timeout: float = 10.0


def scrapyd(config: DeploymentConfig, passwords: Passwords) -> Service:
    """Scrapyd, in the project, with the environment that its own configuration and jobs read."""
    environment = _environment(config) | {
        "SCRAPYD_BIND_ADDRESS": config.scrapyd_address,
        "SCRAPYD_HTTP_PORT": str(config.scrapyd_port),
        "SCRAPYD_USERNAME": passwords.scrapyd.username,
        "SCRAPYD_PASSWORD": passwords.scrapyd.password,
        "SCRAPYD_NODE_NAME": config.node_name,
        "SCRAPYD_NODE_ADDRESS": config.node_address,
        "SCRAPYD_MAX_PROC": config.slots,
    }
    return Service(
        "scrapyd",
        # without a pid file of twistd's: it believes in stale ones
        (sys.executable, "-m", "scrapyd", "--pidfile="),
        config.project,
        environment,
        Probe(f"{config.scrapyd_url}/daemonstatus.json", passwords.scrapyd),
        # jobs have stop_timeout to end, and then the journal is to be stored
        stop_timeout=config.stop_timeout + 30.0,
    )


def logparser(config: DeploymentConfig) -> Service:
    """Reads the logs of jobs, so that the console can show pages and items."""
    config.logs_dir.mkdir(parents=True, exist_ok=True)
    server = config.scrapyd_url.removeprefix("http://")
    words = ("-ss", server, "-dir", str(config.logs_dir), "-t", "5", "--disable_telnet")
    return Service(
        "logparser",
        (str(config.console_environment / "bin" / "logparser"), *words),
        config.home,
        console.environment([config.scrapyd_address]),
    )


def scrapydweb(config: DeploymentConfig, passwords: Passwords, others: list[str]) -> Service:
    """The console, with this machine's node and ``others``."""
    directory = console.prepare(config.home)
    servers = console.servers(config, passwords, others)
    return Service(
        "scrapydweb",
        (str(config.console_environment / "bin" / "scrapydweb"),),
        directory,
        console.environment(host for _, _, host, _, _ in servers)
        | console.variables(config, passwords, servers),
        Probe(f"{config.console_url}/1/servers/", passwords.scrapydweb),
    )


def schedules(config: DeploymentConfig) -> Service:
    """Puts due crawls on the queue."""
    words = ["schedule", "run-due", "--every", f"{config.schedule_interval:g}"]
    words += ["-s", f"SCHEDULE_BURST={config.schedule_burst}"]
    return Service(
        "schedules", (sys.executable, "-m", "scrapy", *words), config.project, _environment(config)
    )


def monitor(config: DeploymentConfig) -> Service:
    """Answers /health and /metrics."""
    found = config.monitor
    environment = _environment(config) | {
        "HEALTH_BIND_ADDRESS": found.address,
        "HEALTH_PORT": str(found.port),
    }
    if found.token:
        environment["HEALTH_TOKEN"] = found.token
    return Service(
        "monitor",
        (sys.executable, "-m", "scrapy", "health", "--serve"),
        config.project,
        environment,
        Probe(f"{config.monitor_url}/live"),
    )


def _environment(config: DeploymentConfig) -> dict[str, str]:
    hidden = ("SCRAPYD_", "SCRAPYDWEB_")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(hidden)}
    environment["JOBSPIDERS_HOME"] = str(config.home)
    environment["PYTHONUNBUFFERED"] = "1"
    if config.storage.url:
        environment["DATABASE_URL"] = config.storage.url
    return environment
