"""What can go wrong with storage; the text of each is one line that says what to do."""

from __future__ import annotations

from scrapy.exceptions import DropItem


class StorageError(Exception):
    """Base of the errors that a command prints as they are, without a traceback."""


class DatabaseError(StorageError):
    """The database cannot be reached, refuses us, or is not one that we can use."""


class SchemaError(DatabaseError):
    """The tables are not those of this version of jobspiders."""


class JournalError(StorageError):
    """The journal cannot take a record (disk full, file too large, input/output error) or is taken."""


class JournalTakenError(JournalError):
    """Another process, which is alive, owns the journal."""


class NotStored(DropItem):
    """An item that could not be journalled; its request stays undone and is repeated by a resumed crawl."""
