"""Rows of a list that are known from an earlier crawl, and the postings that they show without being read. Pure."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from jobspiders.items import SeenPostings

#: Postings in one item: what a journal record, and so a batch, cannot be less than.
MOST = 500


class KnownRow(NamedTuple):
    """The stored posting that a row gave; ``covered`` says which fields it has, as ``storage.coverage`` writes it."""

    external_id: str
    covered: int


class SeenRows:
    """Gathers known rows of one page of the list of ``scope``."""

    def __init__(self, board: str, scope: str, fetched_at: datetime) -> None:
        self._board = board
        self._scope = scope
        self._fetched_at = fetched_at
        #: What is to be passed on.
        self.items: list[SeenPostings] = []

    def add(self, row: KnownRow) -> None:
        """One row more."""
        if not self.items or len(self.items[-1].external_ids) >= MOST:
            self.items.append(SeenPostings(self._board, scope=self._scope, fetched_at=self._fetched_at))
        item = self.items[-1]
        item.external_ids.append(row.external_id)
        item.covered.append(row.covered)
