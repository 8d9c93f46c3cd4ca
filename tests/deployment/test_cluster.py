"""Several nodes on one database; `make soak` runs the long version."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.deployment.cluster import check, survive


@pytest.mark.soak
def test_the_crawls_of_a_node_that_dies_end_once_on_others_and_the_site_sees_one_pace(
    tmp_path: Path, database_url: str
) -> None:
    size = {"crawls": 9, "tenants": 12, "postings": 3}
    check(survive(tmp_path, database_url, **size, timeout=240), **size)


@pytest.mark.soak
def test_sixty_crawls_over_three_nodes_one_of_which_dies(tmp_path: Path, database_url: str) -> None:
    size = {"crawls": 60, "tenants": 10, "postings": 5}
    result = survive(tmp_path, database_url, **size, timeout=1800)
    lasted = result.hits[-1] - result.hits[0]
    print(
        f"\n{len(result.jobs)} crawls: {dict(result.per_node)} by node of their end; {result.returned} were running "
        f"on the node that died; {len(result.postings)} postings\n"
        f"the site saw {len(result.hits)} requests in {lasted:.0f} s, at most "
        f"{result.most_in(1.0)} in 1 s, {result.most_in(5.0)} in 5 s, {result.most_in(10.0)} in 10 s, "
        f"{result.most_at_once} at once"
    )
    check(result, **size)
