"""Signals of our own, sent at the end of a crawl in this order. Handlers may be coroutines; they are awaited."""

from __future__ import annotations

#: The crawl's row and those of its scopes are written as far as the database is there. Arguments: ``record``
#: (CrawlRecord), ``scopes`` (list of ScopeRecord), ``counts`` (Counts), ``backlog`` (records not stored yet).
crawl_recorded = object()

#: The monitors have spoken. Arguments: ``record`` (CrawlRecord), ``findings`` (list of Finding, the main cause
#: first, empty for a crawl without trouble).
crawl_judged = object()
