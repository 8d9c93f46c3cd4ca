"""`scrapy proxies`: the proxies of a board, how they did, and whether they work. Shows no credentials."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from jobspiders.commands.refusal import refuse
from jobspiders.project_command import ProjectCommand
from jobspiders.storage.errors import StorageError

if TYPE_CHECKING:
    from jobspiders.middlewares.proxy_lists import ProxyList
    from jobspiders.storage.host_states import HostState

TEST_URL = "https://example.com/"


@dataclass(frozen=True, slots=True)
class Tested:
    """What came of one request through a proxy."""

    label: str
    works: bool
    seconds: float
    said: str


class Command(ProjectCommand):
    def syntax(self) -> str:
        return "[options]"

    def short_desc(self) -> str:
        return "Show and test the proxies"

    def long_desc(self) -> str:
        return (
            "Lists the proxies of PROXY_LIST, PROXY_FILE or the environment, or with --board those of that board "
            "(PROXY_POOLS), and how they did at each site in the crawls so far. --test sends one request through "
            "each and ends with an error if none works."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--board", default="", help="the pool of this board")
        parser.add_argument("--test", action="store_true", help="send a request through each proxy")
        parser.add_argument("--url", default=TEST_URL, help="where that request goes (default: %(default)s)")
        parser.add_argument(
            "--timeout", type=float, default=15.0, help="seconds for each (default: %(default)s)"
        )

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        import psycopg

        from jobspiders.middlewares.proxy_lists import ProxyConfig, ProxyList
        from jobspiders.storage.database import database_url, one_line

        if args:
            refuse("scrapy proxies takes options only")
        assert self.settings is not None
        config = ProxyConfig.from_settings(self.settings, opts.board, os.environ)
        if not config.configured:
            print(
                "no proxies: PROXY_LIST, PROXY_FILE and JOBSPIDERS_PROXIES are not set: requests go straight"
            )
            return
        if config.file is not None and not config.file.is_file():
            self.fail(f"no file {config.file}")
            return
        listed = ProxyList(config)
        listed.refresh(time.time())
        if listed.bad_lines:
            numbers = ", ".join(str(number) for number in listed.bad_lines)
            print(f"scrapy proxies: not a proxy: line {numbers}", file=sys.stderr)
        if not listed.labels:
            self.fail("the list holds no proxy")
            return
        if opts.test:
            tested = asyncio.run(_test(listed, opts.url, opts.timeout))
            for row in tested:
                print(
                    f"{row.label:<32} {'works' if row.works else 'fails':<6} {row.seconds:6.2f} s  {row.said}"
                )
            self.exitcode = 0 if any(row.works for row in tested) else 1
            return
        try:
            url = database_url(self.settings)
            states = asyncio.run(_states(url))
        except (StorageError, psycopg.Error) as error:
            print(f"scrapy proxies: {one_line(error)}", file=sys.stderr)
            states = []
        _show(listed.labels, states)


async def _states(url: str) -> list[HostState]:
    from jobspiders.storage.host_states import HostStates

    states = HostStates(url)
    try:
        return [state for state, _ in await states.all()]
    finally:
        await states.close()


def _show(labels: Sequence[str], states: Sequence[HostState]) -> None:
    width = max(len(label) for label in labels)
    for label in labels:
        sites = [(state.host, state.proxies[label]) for state in states if label in state.proxies]
        if not sites:
            print(f"{label:<{width}}  not used yet")
        for host, health in sites:
            latency = health.get("latency")
            seconds = f"{latency:.2f} s" if latency is not None else "-"
            print(
                f"{label:<{width}}  {host:<28} {health.get('state', ''):<9} {health.get('ok', 0):>6} ok"
                f" {health.get('failed', 0):>5} failed {health.get('banned', 0):>5} refused"
                f"  score {health.get('score', 1.0):.2f}  {seconds}"
            )


async def _test(listed: ProxyList, url: str, timeout: float) -> list[Tested]:
    limit = asyncio.Semaphore(20)

    async def one(label: str) -> Tested:
        async with limit:
            return await _try(label, listed.url(label), url, timeout)

    return await asyncio.gather(*(one(label) for label in listed.labels))


async def _try(label: str, proxy: str, url: str, timeout: float) -> Tested:
    import aiohttp

    from jobspiders.middlewares.blocks import detect_block
    from jobspiders.middlewares.proxy_address import mask

    began = time.perf_counter()
    try:
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=timeout)) as session,
            session.get(url, proxy=proxy) as response,
        ):
            body = await response.content.read(65_536)
            block = detect_block(
                status=response.status, url=str(response.url), headers=dict(response.headers), body=body
            )
            works = response.status < 400 and block is None
            said = f"status {response.status}" + (f", {block}" if block else "")
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
        works, said = False, mask(f"{type(error).__name__}: {error}".strip(": "))
    return Tested(label, works, time.perf_counter() - began, said.replace(proxy, label))
