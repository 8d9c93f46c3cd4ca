"""What a crawl knows of a company's site: which pages to ask for next, and what was learned on the way. Pure."""

from __future__ import annotations

import heapq
from collections import Counter
from dataclasses import dataclass, field

from jobspiders.items import JobPosting
from jobspiders.parsing.job_addresses import canonical
from jobspiders.parsing.platforms import Tenant

#: Pages that nothing speaks for are only asked for where no others are known, and only so many.
UNLIKELY = 50
#: Tenants of platforms that are named as those of one site.
_TENANTS_TOLD = 3


@dataclass(slots=True)
class Frontier:
    """The pages of one site, the likeliest first, each once; ``limit`` is how many may be asked for.

    ``known`` is what was asked for already, also for other sites of the crawl; ``cut`` tells that pages were left
    out because of the limit.
    """

    limit: int
    known: set[str] = field(default_factory=set)
    taken: int = 0
    cut: bool = False
    _likely: list[tuple[int, int, str]] = field(default_factory=list)
    _unlikely: list[str] = field(default_factory=list)
    _found_likely: bool = False

    def knows(self, url: str) -> bool:
        """Whether ``url`` was asked for or is going to be."""
        return canonical(url) in self.known

    def claim(self, url: str) -> bool:
        """Whether ``url`` was not known; it is from now on."""
        key = canonical(url)
        if key in self.known:
            return False
        self.known.add(key)
        return True

    def add(self, url: str, likelihood: int) -> None:
        """Note a page; ``likelihood`` as ``job_likelihood`` has it."""
        if likelihood <= 0:
            if len(self._unlikely) < UNLIKELY:
                self._unlikely.append(url)
            return
        if self.claim(url):
            self._found_likely = True
            heapq.heappush(self._likely, (-likelihood, len(self.known), url))

    def take(self) -> str | None:
        """The next page to ask for; None where there is none or the limit is reached."""
        if self.taken >= self.limit:
            self.cut = self.cut or bool(self._likely)
            return None
        if not self._likely:
            return None
        self.taken += 1
        return heapq.heappop(self._likely)[2]

    def turn_to_unlikely(self) -> bool:
        """Let the pages that nothing speaks for be next, where no others were known; whether there are any."""
        waiting, self._unlikely = self._unlikely, []
        if self._found_likely:
            return False
        for url in waiting:
            self.add(url, 1)
        return bool(self._likely)


@dataclass(slots=True)
class Site:
    """One scope of a crawl of career sites: ``base`` is an address of the site, ``home`` the page to turn to where
    its sitemaps lead to no posting, ``saved`` says that no crawl but a single page is read.

    ``thin`` holds postings of lists that say less than their own pages, which are under way.
    """

    base: str
    frontier: Frontier
    home: str | None = None
    saved: bool = False
    sitemaps: int = 0
    lists: int = 0
    under_way: int = 0
    bare_pages: int = 0
    forbidden: int = 0
    says_none: bool = False
    limit_told: bool = False
    tenants: Counter[Tenant] = field(default_factory=Counter)
    thin: list[JobPosting] = field(default_factory=list)

    def hint(self) -> str | None:
        """Which platforms' boards to crawl in place of the site, as far as its pages told."""
        names = [
            f"{tenant.platform}: {tenant.command}" for tenant, _ in self.tenants.most_common(_TENANTS_TOLD)
        ]
        told = "; ".join(names)
        if len(self.tenants) > _TENANTS_TOLD:
            return f"this site links to boards of {len(self.tenants)} companies, such as {told}"
        return f"this site uses {told}" if names else None
