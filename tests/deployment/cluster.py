"""Three nodes, one database, one site: many crawls, and the death of a node midway."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import psycopg

from tests.deployment.nodes import ScrapydNode, running, wait_until
from tests.deployment.recorded_sites import RecordedSites, greenhouse

API = "boards-api.greenhouse.io"
NAMES = ("one", "two", "three")
#: Seconds between two requests to the site, and how many may be under way to it: what every node is set to.
DELAY = 0.1
AT_ONCE = 2
CONF = {
    "max_proc": "2",
    "poll_interval": "0.2",
    "heartbeat_interval": "0.5",
    "dead_after": "5",
    "stop_timeout": "20",
}
SETTINGS = {
    "AUTOTHROTTLE_ENABLED": "False",
    "DOWNLOAD_DELAY": str(DELAY),
    "CONCURRENT_REQUESTS_PER_DOMAIN": str(AT_ONCE),
    "CRAWL_RECORD_INTERVAL": "0.5",
}


@dataclass
class Result:
    """What the tables and the site say when all jobs are over."""

    jobs: list[tuple[Any, ...]]
    finished_crawls: Counter[str]
    open_crawls: int
    postings: list[tuple[Any, ...]]
    per_node: Counter[str]
    returned: int
    ends: list[tuple[Any, ...]]
    hits: list[float]
    most_at_once: int

    def most_in(self, seconds: float) -> int:
        """The most requests that the site saw in a time of that length."""
        return max(sum(start <= hit < start + seconds for hit in self.hits) for start in self.hits)


@contextmanager
def cluster(directory: Path, database_url: str, sites: RecordedSites) -> Iterator[dict[str, ScrapydNode]]:
    """Three nodes with disks of their own."""
    nodes = {}
    with ExitStack() as stack:
        for name in NAMES:
            home = directory / name
            home.mkdir()
            nodes[name] = ScrapydNode(
                home,
                database_url,
                name=name,
                conf=CONF,
                job_settings=SETTINGS,
                environment={**sites.environment, "PYTHONPYCACHEPREFIX": str(directory / "pycache")},
            )
            stack.enter_context(running(nodes[name]))
        yield nodes


def die(node: ScrapydNode) -> int:
    """The machine of a node dies: Scrapyd and all its crawls, with kill -9; how many crawls those were."""
    assert node.process is not None
    children = psutil.Process(node.process.pid).children(recursive=True)
    crawls = [child for child in children if "crawl" in child.cmdline()]
    for process in [*crawls, psutil.Process(node.process.pid)]:
        process.kill()
    node.process.wait(30)
    return len(crawls)


def survive(
    directory: Path, database_url: str, *, crawls: int, tenants: int, postings: int, timeout: float
) -> Result:
    """Schedule everything on node one, let node two die when a third is done, and wait for the end."""
    with (
        RecordedSites(directory, (), greenhouse(postings), latency=0.05) as sites,
        cluster(directory, database_url, sites) as nodes,
    ):
        one = nodes["one"]
        jobs = []
        for number in range(crawls):
            companies = ",".join(f"crawl{number}tenant{tenant}" for tenant in range(tenants))
            jobs.append(one.schedule("greenhouse", companies=companies, jobid=f"crawl-{number}"))

        def ended() -> int:
            return int(one_value(database_url, "SELECT count(*) FROM scrapyd_jobs WHERE state = 'ended'"))

        def two_is_crawling() -> bool:
            query = """
                SELECT count(*) FROM scrapyd_jobs j JOIN crawls c ON c.job_id = j.job_id
                WHERE j.state = 'running' AND j.node = 'two' AND c.requests > 0 AND c.finished_at IS NULL
            """
            return ended() >= crawls // 3 and one_value(database_url, query) > 0

        wait_until(two_is_crawling, "node two midway", timeout)
        returned = die(nodes["two"])
        wait_until(lambda: ended() == crawls, "the end of all crawls", timeout)
        return Result(
            jobs=rows(database_url, "SELECT job_id, state, result FROM scrapyd_jobs ORDER BY job_id"),
            finished_crawls=Counter(
                row[0]
                for row in rows(
                    database_url,
                    "SELECT job_id FROM crawls WHERE finish_reason = 'finished' AND outcome = 'ok'",
                )
            ),
            open_crawls=one_value(database_url, "SELECT count(*) FROM crawls WHERE finished_at IS NULL"),
            postings=rows(database_url, "SELECT external_id, count(*) FROM postings GROUP BY external_id"),
            per_node=Counter(row[0] for row in rows(database_url, "SELECT node FROM scrapyd_jobs")),
            returned=returned,
            ends=rows(
                database_url, "SELECT job_id, node, finish_reason, outcome, stats FROM crawls ORDER BY 1"
            ),
            hits=sorted(moment for moment, _ in sites.hits[API]),
            most_at_once=sites.most_at_once[API],
        )


def check(result: Result, *, crawls: int, tenants: int, postings: int) -> None:
    """Nothing lost, nothing doubled, nobody overrun."""
    assert [(state, end) for _, state, end in result.jobs] == [("ended", "finished")] * crawls
    assert dict(result.finished_crawls) == {f"crawl-{number}": 1 for number in range(crawls)}
    assert result.open_crawls == 0
    assert len(result.postings) == crawls * tenants * postings
    assert {count for _, count in result.postings} == {1}
    assert set(result.per_node) >= {"one", "three"}
    assert result.returned > 0
    assert result.most_at_once <= AT_ONCE
    for seconds in (1.0, 2.0, 5.0, 10.0):
        assert result.most_in(seconds) <= seconds / DELAY


def rows(url: str, query: str) -> list[tuple[Any, ...]]:
    """What a query finds."""
    with psycopg.connect(url) as connection:
        return connection.execute(query).fetchall()


def one_value(url: str, query: str) -> Any:
    """The one value that a query finds."""
    return rows(url, query)[0][0]
