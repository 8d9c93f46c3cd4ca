"""What `scrapy up`, `down`, `deploy` and `schedule` read of settings and environment, once."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from scrapy.utils.conf import closest_scrapy_cfg
from scrapyd.config import Config

from jobspiders.deployment.health_config import HealthConfig
from jobspiders.deployment.scrapyd_config import ConfigurationError, bind, settle
from jobspiders.storage.config import Settings, StorageConfig

_CREDENTIALS = ("SCRAPYD_USERNAME", "SCRAPYD_PASSWORD", "SCRAPYDWEB_USERNAME", "SCRAPYDWEB_PASSWORD")


@dataclass(frozen=True, slots=True)
class DeploymentConfig:
    """``project`` is the directory of scrapy.cfg and scrapyd.conf. Times are seconds.

    ``slots`` is how many crawls run at once, as scrapyd.conf has it. ``credentials`` holds the user names and
    passwords that were given, None for those that were not.
    """

    project: Path
    storage: StorageConfig
    scrapyd_address: str
    scrapyd_port: int
    console_address: str
    console_port: int
    console_environment: Path
    node_name: str
    node_address: str
    slots: str
    logs_dir: Path
    stop_timeout: float
    start_timeout: float
    schedule_interval: float
    schedule_burst: int
    credentials: Mapping[str, str | None]
    monitor: HealthConfig

    @property
    def home(self) -> Path:
        """JOBSPIDERS_HOME."""
        return self.storage.home

    @property
    def run(self) -> Path:
        """Where the supervisor keeps what is true while it runs."""
        return self.home / "run"

    @property
    def scrapyd_url(self) -> str:
        """Scrapyd's URL for programs on this machine."""
        return f"http://{reachable(self.scrapyd_address)}:{self.scrapyd_port}"

    @property
    def console_url(self) -> str:
        """The console's URL for programs on this machine."""
        return f"http://{reachable(self.console_address)}:{self.console_port}"

    @property
    def monitor_url(self) -> str:
        """The monitoring endpoint's URL for programs on this machine."""
        return f"http://{reachable(self.monitor.address)}:{self.monitor.port}"

    @classmethod
    def from_settings(cls, settings: Settings) -> DeploymentConfig:
        """Settings first, then environment variables of the same name, then scrapyd.conf. Raises ConfigurationError."""
        found = closest_scrapy_cfg()
        project = Path(found).parent if found else Path.cwd()
        storage = StorageConfig.from_settings(settings)

        def given(name: str) -> str | None:
            value = settings.get(name)
            return str(value) if value not in (None, "") else os.environ.get(name) or None

        config = Config(extra_sources=(project / "scrapyd.conf",))
        for option, name in (
            ("bind_address", "SCRAPYD_BIND_ADDRESS"),
            ("http_port", "SCRAPYD_HTTP_PORT"),
            ("node_name", "SCRAPYD_NODE_NAME"),
            ("node_address", "SCRAPYD_NODE_ADDRESS"),
            ("max_proc", "SCRAPYD_MAX_PROC"),
        ):
            value = given(name)
            if value is not None:
                config.cp.set(config.SECTION, option, value.replace("%", "%%"))
        node = settle(config, storage.home)
        address, port = bind(config)
        environment = Path(given("SCRAPYDWEB_ENVIRONMENT") or ".venv-scrapydweb").expanduser()
        return cls(
            project=project,
            storage=storage,
            scrapyd_address=address,
            scrapyd_port=port,
            console_address=given("SCRAPYDWEB_BIND") or "127.0.0.1",
            console_port=_port("SCRAPYDWEB_PORT", given("SCRAPYDWEB_PORT") or "5000"),
            console_environment=project / environment,
            node_name=node.name,
            node_address=node.address,
            slots=config.get("max_proc"),
            logs_dir=Path(config.get("logs_dir")),
            stop_timeout=node.stop_timeout,
            start_timeout=_seconds("UP_TIMEOUT", given("UP_TIMEOUT") or "120"),
            schedule_interval=_seconds("SCHEDULE_INTERVAL", given("SCHEDULE_INTERVAL") or "30"),
            schedule_burst=burst(settings),
            credentials={name: given(name) for name in _CREDENTIALS},
            monitor=HealthConfig.from_settings(settings),
        )


def reachable(address: str) -> str:
    """Where this machine finds what listens at ``address``."""
    own = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(address, address)
    return f"[{own}]" if ":" in own and not own.startswith("[") else own


def _port(name: str, text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise ConfigurationError(f"{name} = {text} is no port")
    return int(text)


def burst(settings: Settings) -> int:
    """Setting or environment variable SCHEDULE_BURST: how many crawls are queued at one look. ConfigurationError."""
    value = settings.get("SCHEDULE_BURST")
    text = str(value) if value not in (None, "") else os.environ.get("SCHEDULE_BURST") or "10"
    if not text.isdecimal() or int(text) < 1:
        raise ConfigurationError(f"SCHEDULE_BURST = {text} is no number above 0")
    return int(text)


def _seconds(name: str, text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 1.0 <= value < float("inf"):
        raise ConfigurationError(f"{name} = {text} is no number of seconds from 1")
    return value
