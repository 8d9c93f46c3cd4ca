"""`scrapy db`: the database, its tables and the embedded server."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable

from jobspiders.commands.refusal import refuse
from jobspiders.project_command import ProjectCommand
from jobspiders.storage.config import StorageConfig
from jobspiders.storage.errors import StorageError


class Command(ProjectCommand):
    def syntax(self) -> str:
        return "upgrade | status | reset | url | stop [options]"

    def short_desc(self) -> str:
        return "Look after the database"

    def long_desc(self) -> str:
        return (
            "upgrade: apply the migrations that are missing. status: where the database is, its revision and what "
            "it holds. reset: drop all tables of jobspiders and make them anew, after a question (--yes answers "
            "it). url: print the URL of the database, for psql and others. stop: stop the embedded server."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--yes", action="store_true", help="reset without asking")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        actions: dict[str, Callable[[StorageConfig, argparse.Namespace], int]] = {
            "upgrade": _upgrade,
            "status": _status,
            "reset": _reset,
            "url": _url,
            "stop": _stop,
        }
        if len(args) != 1 or args[0] not in actions:
            refuse(f"say what to do: scrapy db {' | '.join(actions)}")
        assert self.settings is not None
        try:
            self.exitcode = actions[args[0]](self.storage, opts)
        except StorageError as error:
            print(f"scrapy db {args[0]}: {error}", file=sys.stderr)
            self.exitcode = 1


def _upgrade(config: StorageConfig, _: argparse.Namespace) -> int:
    from jobspiders.storage import database, schema

    url = database.resolve(config.url, config.home)
    before = schema.status(url)
    schema.ensure_current(url)
    if before.is_current:
        print(f"revision {before.current}: nothing to do")
    else:
        print(f"from revision {before.current or 'none'} to {before.head}")
    return 0


def _status(config: StorageConfig, _: argparse.Namespace) -> int:
    from jobspiders.storage import database, embedded, schema
    from jobspiders.storage.overview import overview

    if config.url is None and not embedded.is_running(config.home):
        made = embedded.EmbeddedServer(config.home).data.is_dir()
        print(f"server     embedded in {config.home}, {'stopped' if made else 'not made yet'}")
        _print_leftovers(config)
        return 0
    url = database.resolve(config.url, config.home)
    found = schema.status(url)
    print(f"server     {'embedded' if config.url is None else 'DATABASE_URL'}: {database.describe(url)}")
    if found.current is None:
        print(f"revision   none, the first crawl or `scrapy db upgrade` makes the tables ({found.head})")
        return 0
    if not found.is_current:
        state = (
            "`scrapy db upgrade` brings it"
            if found.current in schema.revisions()
            else "made by a newer jobspiders,"
        )
        print(f"revision   {found.current}, {state} to {found.head}")
        return 0 if found.current in schema.revisions() else 1
    print(f"revision   {found.current}, current")
    for name, text in overview(url):
        print(f"{name:<10} {text}")
    _print_leftovers(config)
    return 0


def _print_leftovers(config: StorageConfig) -> None:
    from jobspiders.storage.leftovers import leftover_directories

    waiting = leftover_directories(config)
    if waiting:
        size = sum(path.stat().st_size for each in waiting for path in each.glob("*.segment"))
        print(
            f"journals   {len(waiting)} ({size / 1e6:.1f} MB) of running crawls or to be stored by the next one"
        )


def _reset(config: StorageConfig, opts: argparse.Namespace) -> int:
    from jobspiders.storage import database, schema

    url = database.resolve(config.url, config.home)
    if not opts.yes:
        question = (
            f"Drop every table of jobspiders in {database.describe(url)} and all that is in them? [y/N] "
        )
        try:
            answer = input(question) if sys.stdin.isatty() else None
        except EOFError:
            answer = None
        if answer is None or answer.strip().lower() not in {"y", "yes"}:
            print("nothing was changed; --yes resets without asking", file=sys.stderr)
            return 1
    schema.reset(url)
    print(f"{database.describe(url)} is empty, revision {schema.revisions()[-1]}")
    return 0


def _url(config: StorageConfig, _: argparse.Namespace) -> int:
    from jobspiders.storage import database

    print(database.resolve(config.url, config.home))
    return 0


def _stop(config: StorageConfig, _: argparse.Namespace) -> int:
    from jobspiders.storage import embedded

    if config.url is not None:
        where = "the environment" if os.environ.get("DATABASE_URL") == config.url else "the settings"
        print(f"DATABASE_URL is set in {where}: only the embedded server is stopped here", file=sys.stderr)
    print("stopped" if embedded.stop(config.home) else "no embedded server was running")
    return 0
