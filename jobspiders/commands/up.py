"""`scrapy up`: everything that a machine needs to crawl unattended, kept running."""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from jobspiders.commands.refusal import refuse
from jobspiders.deployment.scrapyd_config import ConfigurationError
from jobspiders.project_command import ProjectCommand

if TYPE_CHECKING:
    from jobspiders.deployment.deployment_config import DeploymentConfig
    from jobspiders.deployment.passwords import Passwords
    from jobspiders.deployment.run_state import RunState


class Command(ProjectCommand):
    def syntax(self) -> str:
        return "[--no-console] [--foreground] [--new-passwords] [options]"

    def short_desc(self) -> str:
        return "Start database, Scrapyd, console and schedules, and keep them running"

    def long_desc(self) -> str:
        return (
            "Start the database, Scrapyd, logparser, scrapydweb, the schedules and the monitoring "
            "endpoint on this machine, each started "
            "again when it ends, with logs in JOBSPIDERS_HOME/logs. Passwords are made and shown at the first "
            "start. `scrapy down` stops everything. Addresses and ports are settings (SCRAPYD_BIND_ADDRESS, "
            "SCRAPYD_HTTP_PORT, SCRAPYDWEB_BIND, SCRAPYDWEB_PORT) or environment variables of these names."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--no-console", action="store_true", help="without scrapydweb")
        parser.add_argument("--foreground", action="store_true", help="stay; for systemd and containers")
        parser.add_argument("--new-passwords", action="store_true", help="make new passwords and show them")
        parser.add_argument("--status", action="store_true", help="only say what runs")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        from jobspiders.deployment.deployment_config import DeploymentConfig
        from jobspiders.deployment.passwords import PasswordError
        from jobspiders.deployment.run_state import RunState

        if args:
            refuse(f"unexpected {args[0]!r}")
        assert self.settings is not None
        try:
            config = DeploymentConfig.from_settings(self.settings)
            run = RunState(config.run)
            if opts.status:
                self.exitcode = _status(config, run)
            elif run.is_held():
                if opts.new_passwords or opts.foreground:
                    refuse(f"{_running(run)}; `scrapy down` stops it")
                print(f"{_running(run)}: nothing to do")
                _print_addresses(config, None, console=_has_console(run))
            elif opts.foreground:
                _stay(config, run, opts)
            else:
                self.exitcode = _start(config, run, opts)
        except (ConfigurationError, PasswordError) as error:
            refuse(error)
        except OSError as error:
            refuse(f"{error.strerror or error}: {error.filename or ''}".rstrip(": "))


def _names(config: DeploymentConfig, opts: argparse.Namespace) -> list[str]:
    """The services that are wanted and can be had."""
    console = [] if opts.no_console else ["logparser", "scrapydweb"]
    missing = [name for name in console if not (config.console_environment / "bin" / name).exists()]
    if missing:
        refuse(
            f"there is no {missing[0]} in {config.console_environment}: `make console` installs it, "
            "--no-console goes without"
        )
    return ["scrapyd", *console, "schedules", *(["monitor"] if config.monitor.port else [])]


def _prepare(config: DeploymentConfig, run: RunState, opts: argparse.Namespace) -> tuple[Passwords, bool]:
    """What must be right before anything starts; what is not is one line."""
    from jobspiders.deployment.passwords import load_or_make
    from jobspiders.deployment.ports import check_free
    from jobspiders.storage import database, schema
    from jobspiders.storage.errors import StorageError

    for line in run.clear_stale(config.stop_timeout):
        print(line, file=sys.stderr)
    wanted = [(config.scrapyd_address, config.scrapyd_port, "SCRAPYD_HTTP_PORT")]
    if not opts.no_console:
        wanted.append((config.console_address, config.console_port, "SCRAPYDWEB_PORT"))
    if config.monitor.port:
        wanted.append((config.monitor.address, config.monitor.port, "HEALTH_PORT"))
    taken = [found for where in wanted if (found := check_free(*where)) is not None]
    if taken:
        refuse("; ".join(taken))
    try:
        url = database.resolve(config.storage.url, config.home)
        schema.ensure_current(url)
    except StorageError as error:
        refuse(error)
    return load_or_make(config.home, config.credentials, renew=opts.new_passwords)


def _start(config: DeploymentConfig, run: RunState, opts: argparse.Namespace) -> int:
    """Start the supervisor in the background and wait until everything is up."""
    _names(config, opts)
    passwords, made = _prepare(config, run, opts)
    words = ["--foreground", *(["--no-console"] if opts.no_console else [])]
    words += [word for pair in opts.set for word in ("-s", pair)]
    log = config.home / "logs" / "supervisor.log"
    log.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        process = subprocess.Popen(
            [sys.executable, "-m", "scrapy", "up", *words],
            cwd=config.project,
            stdin=subprocess.DEVNULL,
            stdout=descriptor,
            stderr=descriptor,
            start_new_session=True,
        )
    finally:
        os.close(descriptor)
    complaint = _wait(process, config, run)
    if complaint:
        process.terminate()
        process.wait()
        print(f"scrapy up: {complaint}", file=sys.stderr)
        return 1
    _print_addresses(config, passwords if made else None, console=not opts.no_console)
    return 0


def _wait(process: subprocess.Popen[bytes], config: DeploymentConfig, run: RunState) -> str | None:
    """None when everything is up, else why it is not."""
    from jobspiders.deployment.run_state import Snapshot

    deadline = time.monotonic() + config.start_timeout
    snapshot = Snapshot()
    while time.monotonic() < deadline:
        snapshot = run.read()
        if snapshot.all_up:
            return None
        for service in snapshot.services:
            if service.restarts:
                return (
                    f"{service.name} does not start: {service.last_words} (log: {_log(config, service.name)})"
                )
        if process.poll() is not None:
            return f"the supervisor has ended (log: {_log(config, 'supervisor')})"
        time.sleep(0.1)
    slow = ", ".join(service.name for service in snapshot.services if service.state != "up") or "supervisor"
    return f"not up within {config.start_timeout:g} seconds (UP_TIMEOUT): {slow}"


def _stay(config: DeploymentConfig, run: RunState, opts: argparse.Namespace) -> None:
    """Be the supervisor."""
    from jobspiders.deployment.supervisor import Supervisor
    from jobspiders.monitoring.log_lines import mask_environment

    names = _names(config, opts)
    passwords, made = _prepare(config, run, opts)
    if not run.acquire():
        refuse(_running(run))
    mask_environment(DATABASE_URL=config.storage.url)
    logging.basicConfig(
        level=logging.INFO, stream=sys.stderr, format="%(asctime)s %(levelname)s: %(message)s", force=True
    )
    # a journal or a container's log is no place for passwords
    shown = passwords if made and sys.stdout.isatty() else None
    _print_addresses(config, shown, console=not opts.no_console)
    try:
        asyncio.run(Supervisor(config, passwords, names, run).run())
    finally:
        run.release()


def _status(config: DeploymentConfig, run: RunState) -> int:
    if not run.is_held():
        print("nothing is running")
        return 1
    for service in run.read().services:
        times = f", started again {service.restarts} times" if service.restarts else ""
        print(
            f"{service.name:<11} {service.state}{f' (process {service.pid})' if service.pid else ''}{times}"
        )
    _print_addresses(config, None, console=_has_console(run))
    return 0


def _has_console(run: RunState) -> bool:
    return any(service.name == "scrapydweb" for service in run.read().services)


def _running(run: RunState) -> str:
    return f"already running (process {run.supervisor_pid()})"


def _print_addresses(config: DeploymentConfig, passwords: Passwords | None, *, console: bool) -> None:
    from jobspiders.deployment.passwords import FILE

    if config.monitor.port:
        from jobspiders.deployment.health_config import TOKEN_FILE

        kept = "HEALTH_TOKEN" if config.monitor.token else config.home / TOKEN_FILE
        print(f"monitor     {config.monitor_url}/health and /metrics  token in {kept}")
    if passwords is None:
        print(f"Scrapyd     {config.scrapyd_url}/")
        if console:
            print(f"scrapydweb  {config.console_url}/")
        print(f"passwords   in {config.home / FILE}")
        return
    for name, url, account in (
        ("Scrapyd", f"{config.scrapyd_url}/", passwords.scrapyd),
        ("scrapydweb", f"{config.console_url}/", passwords.scrapydweb),
    ):
        print(f"{name:<11} {url}  user {account.username}  password {account.password}")
    print(f"The passwords are shown only this once; they are kept in {config.home / FILE}")


def _log(config: DeploymentConfig, name: str) -> Path:
    return config.home / "logs" / f"{name}.log"
