"""The tables, as SQLAlchemy metadata; migrations change a database, and a test compares the two."""

from jobspiders.storage.tables import alerts, crawls, matching, postings, scrapyd, sites
from jobspiders.storage.tables.columns import metadata

__all__ = ["alerts", "crawls", "matching", "metadata", "postings", "scrapyd", "sites"]
