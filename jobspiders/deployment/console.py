"""The console: scrapydweb in an environment of its own, whose pins are from 2021."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

import orjson

from jobspiders.deployment.deployment_config import DeploymentConfig
from jobspiders.deployment.passwords import Passwords
from jobspiders.storage import database
from jobspiders.storage.scrapyd_nodes import Nodes

#: Name that scrapydweb 1.6 looks for in its working directory.
SETTINGS_FILE = "scrapydweb_settings_v11.py"
#: Seconds of silence after which a node is no longer shown.
_SHOWN_FOR = 600.0

#: Values come from the environment: the file holds no password, and a restart sees new nodes.
_SETTINGS = '''"""Written by `scrapy up`. Settings of your own go to scrapydweb_settings_local.py beside this file."""

import json
import os

SCRAPYDWEB_BIND = os.environ["SCRAPYDWEB_BIND"]
SCRAPYDWEB_PORT = int(os.environ["SCRAPYDWEB_PORT"])
ENABLE_AUTH = True
USERNAME = os.environ["SCRAPYDWEB_USERNAME"]
PASSWORD = os.environ["SCRAPYDWEB_PASSWORD"]
SCRAPYD_SERVERS = [tuple(server) for server in json.loads(os.environ["SCRAPYD_SERVERS"])]
LOCAL_SCRAPYD_SERVER = os.environ["LOCAL_SCRAPYD_SERVER"]
LOCAL_SCRAPYD_LOGS_DIR = os.environ["LOCAL_SCRAPYD_LOGS_DIR"]
DATA_PATH = os.path.join(os.path.dirname(os.path.abspath(__file__)), "data")
# a node that is down is shown as such and must not keep the console from starting
CHECK_SCRAPYD_SERVERS = False
# supervised beside it
ENABLE_LOGPARSER = False
# the database has the items
SHOW_SCRAPYD_ITEMS = False
# what its form proposes: only settings and arguments that our schedule.json takes
SCHEDULE_EXPAND_SETTINGS_ARGUMENTS = True
SCHEDULE_ADDITIONAL = ""
JOBS_RELOAD_INTERVAL = 60
DAEMONSTATUS_REFRESH_INTERVAL = 10

try:
    from scrapydweb_settings_local import *
except ImportError:
    pass
'''

Server = tuple[str, str, str, str, str]


def prepare(home: Path) -> Path:
    """The working directory of the console with its settings file in it."""
    directory = home / "scrapydweb"
    (directory / "data").mkdir(mode=0o700, parents=True, exist_ok=True)
    (directory / SETTINGS_FILE).write_text(_SETTINGS)
    return directory


def environment(nodes: Iterable[str] = ()) -> dict[str, str]:
    """The environment of programs in the console's own Python, which calls ``nodes`` (host names) without a proxy.

    Without DATABASE_URL, which scrapydweb would take for its own, and without ways into our packages.
    """
    left_out = ("SCRAPYD", "PYTHON", "VIRTUAL_ENV", "DATABASE_URL", "DATA_PATH", "FLASK_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(left_out)}
    told = kept.get("no_proxy") or kept.get("NO_PROXY") or ""
    direct = ",".join(dict.fromkeys(filter(None, [*told.split(","), "127.0.0.1", "localhost", *nodes])))
    return kept | {
        "no_proxy": direct,
        "NO_PROXY": direct,
        "PYTHONUNBUFFERED": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
    }


def variables(config: DeploymentConfig, passwords: Passwords, servers: list[Server]) -> dict[str, str]:
    """What the settings file reads."""
    local = servers[0]
    return {
        "SCRAPYDWEB_BIND": config.console_address,
        "SCRAPYDWEB_PORT": str(config.console_port),
        "SCRAPYDWEB_USERNAME": passwords.scrapydweb.username,
        "SCRAPYDWEB_PASSWORD": passwords.scrapydweb.password,
        "SCRAPYD_SERVERS": orjson.dumps(servers).decode(),
        "LOCAL_SCRAPYD_SERVER": f"{local[2]}:{local[3]}",
        "LOCAL_SCRAPYD_LOGS_DIR": str(config.logs_dir),
    }


def servers(config: DeploymentConfig, passwords: Passwords, others: list[str]) -> list[Server]:
    """Scrapyd of this machine and, after it, the other nodes: user, password, host, port, group.

    All nodes have one password (SCRAPYD_PASSWORD): scrapydweb and schedule calls go to any of them.
    """
    own = config.scrapyd_url.removeprefix("http://")
    found = []
    for address, group in ((own, "local"), *((other, "nodes") for other in others)):
        host, _, port = address.rpartition(":")
        found.append((passwords.scrapyd.username, passwords.scrapyd.password, host, port, group))
    return found


def other_nodes(config: DeploymentConfig) -> list[str]:
    """The addresses of the nodes that are shown beside this machine's. Raises StorageError and psycopg.Error."""
    url = database.resolve(config.storage.url, config.storage.home)
    with database.connect(url) as connection:
        return [
            node.address
            for node in Nodes(lambda: connection).all()
            if node.name != config.node_name and node.silent <= _SHOWN_FOR and node.address
        ]
