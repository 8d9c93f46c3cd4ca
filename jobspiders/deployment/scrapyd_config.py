"""Scrapyd's configuration (scrapyd.conf) with our defaults and its directories below JOBSPIDERS_HOME."""

from __future__ import annotations

import configparser
import os
import platform
import re
from dataclasses import dataclass, field
from pathlib import Path

from scrapyd.config import Config

from jobspiders.deployment.plain_names import RefusedError, plain_name

#: The project that is there without a deployment: the code that is installed.
PROJECT = "jobspiders"
SETTINGS_MODULE = "jobspiders.settings"
DIRECTORIES = ("eggs_dir", "logs_dir", "dbs_dir", "jobs_dir")
#: Settings of every job of a node, in scrapyd.conf.
JOB_SETTINGS_SECTION = "job_settings"
LOOPBACK = re.compile(r"127\.\d+\.\d+\.\d+|::1|localhost")


class ConfigurationError(Exception):
    """The configuration cannot be used; the message is one line that says what to change."""


@dataclass(frozen=True, slots=True)
class NodeConfig:
    """What our components read of it. Times are seconds.

    ``address`` is host:port under which other machines reach the node. A node that was silent for
    ``dead_after`` counts as dead: its jobs go to others. ``most_attempts``: how often a job is begun before it is
    given up. ``stop_timeout``: how long jobs may take to end in good order. ``jobs_kept``: how long the queue
    remembers jobs that ended; ``versions_kept``: how many deployed versions of a project stay.
    """

    name: str
    address: str
    jobs_dir: Path
    state_dir: Path
    heartbeat: float
    dead_after: float
    most_attempts: int
    stop_timeout: float
    jobs_kept: float
    versions_kept: int
    job_settings: dict[str, str] = field(default_factory=dict)


def settle(config: Config, home: Path) -> NodeConfig:
    """Put Scrapyd's relative directories below ``home``, and read what is ours. Raises ConfigurationError.

    Idempotent, since Scrapyd and the processes that it starts each read the files anew.
    """
    parser = config.cp
    for option in DIRECTORIES:
        directory = Path(config.get(option, "") or option.removesuffix("_dir")).expanduser()
        parser.set(config.SECTION, option, str((home / "scrapyd" / directory).absolute()).replace("%", "%%"))
    parser.set(config.SECTION, "items_dir", "")
    if not parser.has_section("settings"):
        parser.add_section("settings")
    # scrapy.cfg, which Scrapyd reads too, has the project under the name `default`
    parser.remove_option("settings", "default")
    if not parser.has_option("settings", PROJECT):
        parser.set("settings", PROJECT, SETTINGS_MODULE)
    slots = os.environ.get("SCRAPYD_MAX_PROC") or config.get("max_proc", "0")
    if not slots.isdecimal():
        raise ConfigurationError(f"max_proc = {slots} is no whole number")
    parser.set(config.SECTION, "max_proc", slots)
    try:
        name = os.environ.get("SCRAPYD_NODE_NAME") or config.get("node_name", "") or platform.node()
        plain_name("node_name", name)
        parser.set(config.SECTION, "node_name", name)
        return NodeConfig(
            name=name,
            address=os.environ.get("SCRAPYD_NODE_ADDRESS")
            or config.get("node_address", "")
            or _bound(config),
            jobs_dir=Path(config.get("jobs_dir")),
            state_dir=Path(config.get("dbs_dir")),
            heartbeat=_positive(config, "heartbeat_interval", 5.0),
            dead_after=_positive(config, "dead_after", 30.0),
            most_attempts=int(_positive(config, "most_attempts", 5)),
            stop_timeout=_positive(config, "stop_timeout", 60.0),
            jobs_kept=_positive(config, "jobs_kept_days", 30.0) * 86400,
            versions_kept=int(_positive(config, "versions_kept", 10)),
            job_settings=_job_settings(config),
        )
    except RefusedError as error:
        raise ConfigurationError(f"scrapyd.conf: {error}") from None


def bind(config: Config) -> tuple[str, int]:
    """Address and port at which Scrapyd listens, as its own application reads them. Raises ConfigurationError."""
    address = os.environ.get("SCRAPYD_BIND_ADDRESS") or config.get("bind_address", "127.0.0.1")
    port = os.environ.get("SCRAPYD_HTTP_PORT") or config.get("http_port", "6800")
    if not str(port).isdecimal() or not 0 < int(port) < 65536:
        raise ConfigurationError(f"http_port = {port} is no port")
    return address, int(port)


def check_protected(config: Config) -> None:
    """Raises ConfigurationError where others than this machine's users could run code without a password."""
    address, _ = bind(config)
    username = os.environ.get("SCRAPYD_USERNAME") or config.get("username", "")
    password = os.environ.get("SCRAPYD_PASSWORD") or config.get("password", "")
    if not (username and password) and not LOOPBACK.fullmatch(address):
        raise ConfigurationError(
            f"Scrapyd would listen on {address} without a password: set SCRAPYD_USERNAME and SCRAPYD_PASSWORD"
        )


def _bound(config: Config) -> str:
    address, port = bind(config)
    if address in ("0.0.0.0", "::"):
        # nobody can be reached there; containers and machines of a network know each other by name
        return f"{platform.node()}:{port}"
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"


def _positive(config: Config, option: str, default: float) -> float:
    text = config.get(option, str(default))
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if value <= 0:
        raise ConfigurationError(f"scrapyd.conf: {option} = {text} is no number above 0")
    return value


def _job_settings(config: Config) -> dict[str, str]:
    # ConfigParser lowers names; settings are in capitals
    try:
        return {name.upper(): value for name, value in config.items(JOB_SETTINGS_SECTION, default=[])}
    except configparser.Error as error:
        raise ConfigurationError(f"scrapyd.conf, [{JOB_SETTINGS_SECTION}]: {error.message}") from None
