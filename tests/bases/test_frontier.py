from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from jobspiders.bases.frontier import UNLIKELY, Frontier, Site
from jobspiders.parsing.platforms import Tenant

SITE = "https://pelikan.example"


def taken(frontier: Frontier) -> list[str]:
    return list(iter(frontier.take, None))


def test_the_likeliest_page_is_next_and_of_equal_ones_the_first() -> None:
    frontier = Frontier(10)
    for path, likelihood in (("a", 1), ("b", 2), ("c", 1), ("d", 2)):
        frontier.add(f"{SITE}/{path}", likelihood)
    assert [url[-1] for url in taken(frontier)] == ["b", "d", "a", "c"]


def test_each_page_comes_once_however_it_is_written() -> None:
    frontier = Frontier(10)
    frontier.claim(f"{SITE}/start")
    for url in (f"{SITE}/start/", f"{SITE}/a", f"{SITE}/a/?utm_source=x", "http://www.pelikan.example/a"):
        frontier.add(url, 1)
    assert taken(frontier) == [f"{SITE}/a"]
    assert frontier.knows(f"{SITE}/a/")
    assert not frontier.knows(f"{SITE}/b")


def test_sites_of_one_crawl_share_what_is_known() -> None:
    known: set[str] = set()
    Frontier(1, known).add(f"{SITE}/a", 1)
    other = Frontier(1, known)
    other.add(f"{SITE}/a", 2)
    assert taken(other) == []


def test_the_limit_cuts_and_tells_so_only_where_pages_are_left() -> None:
    frontier = Frontier(2)
    for path in "ab":
        frontier.add(f"{SITE}/{path}", 1)
    assert len(taken(frontier)) == 2
    assert not frontier.cut
    frontier.add(f"{SITE}/c", 1)
    assert frontier.take() is None
    assert frontier.cut


def test_unlikely_pages_are_few_and_come_only_where_there_were_no_others() -> None:
    frontier = Frontier(1000)
    for number in range(UNLIKELY + 10):
        frontier.add(f"{SITE}/{number}", 0)
    assert frontier.take() is None
    assert frontier.turn_to_unlikely()
    assert len(taken(frontier)) == UNLIKELY
    assert not frontier.turn_to_unlikely()
    frontier = Frontier(1000)
    frontier.add(f"{SITE}/a", 0)
    frontier.add(f"{SITE}/jobs/a", 2)
    frontier.take()
    assert not frontier.turn_to_unlikely()


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 2))), st.integers(1, 5))
def test_no_page_twice_and_never_more_than_the_limit(pages: list[tuple[int, int]], limit: int) -> None:
    frontier = Frontier(limit)
    for number, likelihood in pages:
        frontier.add(f"{SITE}/{number}", likelihood)
    found = taken(frontier)
    assert len(found) == len(set(found)) <= limit


def test_a_site_names_the_platforms_that_its_pages_told_of_the_commonest_first() -> None:
    site = Site(SITE, Frontier(1))
    assert site.hint() is None
    site.tenants.update({Tenant("lever", "a"): 1, Tenant("ashby", "b"): 2})
    assert site.hint() == (
        "this site uses ashby: scrapy crawl ashby -a companies=b; lever: scrapy crawl lever -a companies=a"
    )
    site.tenants.update(Tenant("lever", str(number)) for number in range(9))
    assert (site.hint() or "").startswith("this site links to boards of 11 companies, such as ashby: ")
