"""How log records become lines: masked, one line per failure, for people and job consoles or as JSON."""

from __future__ import annotations

import json
import logging
import os
import traceback
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, ClassVar

from jobspiders.monitoring.log_context import fields_of
from jobspiders.monitoring.masking import Masker, secrets_of

_ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None]

#: Attributes that every record has; what else it has was given with ``extra``.
_OWN = frozenset(vars(logging.LogRecord("", 0, "", 0, "", (), None))) | {"message", "asctime", "taskName"}


class MaskedRecord(logging.LogRecord):
    """A record whose text holds no secret, whichever handler asks for it."""

    masker: ClassVar[Masker] = Masker()

    def getMessage(self) -> str:  # noqa: N802  # logging's name
        return self.masker(super().getMessage())

    @property
    def exc_text(self) -> str | None:
        """The traceback, masked; logging's formatters take it as made already."""
        if not self.exc_info or self.exc_info[0] is None:
            return None
        return self.masker("".join(traceback.format_exception(*self.exc_info)).rstrip("\n"))

    @exc_text.setter
    def exc_text(self, text: str | None) -> None:
        """Logging sets it; what is shown is made anew."""


def mask_records(masker: Masker) -> None:
    """From now on no log record of this process shows a secret."""
    MaskedRecord.masker = masker
    logging.setLogRecordFactory(MaskedRecord)


def mask_environment(**settings: str | None) -> None:
    """For processes that are no crawl: no log record shows a secret of the environment or of ``settings``."""
    mask_records(Masker(secrets_of(os.environ, settings)))


def describe_failure(exc_info: _ExcInfo) -> str:
    """An exception on one line: type, text, and the place in the code from which it came."""
    kind, error, trace = exc_info
    text = " ".join(str(error).split())
    frames = traceback.extract_tb(trace)
    ours = [frame for frame in frames if "jobspiders" in frame.filename] or frames
    place = f" ({ours[-1].filename.rpartition('/')[2]}:{ours[-1].lineno})" if ours else ""
    return f"{kind.__qualname__}{f': {text}' if text else ''}{place}"


class OneLineFormatter(logging.Formatter):
    """Base of ours. ``tracebacks``: whether they follow; else only what shows a fault of ours (CRITICAL) has one."""

    def __init__(self, fmt: str | None = None, datefmt: str | None = None, *, tracebacks: bool = False):
        super().__init__(fmt, datefmt)
        self.tracebacks = tracebacks

    def failure(self, record: logging.LogRecord) -> str | None:
        """The exception of a record on one line."""
        if not record.exc_info or record.exc_info[0] is None:
            return None
        return MaskedRecord.masker(describe_failure(record.exc_info))

    def traceback(self, record: logging.LogRecord) -> str | None:
        """The traceback of a record where one is to be shown."""
        if record.exc_info and (self.tracebacks or record.levelno >= logging.CRITICAL):
            text = record.exc_text or self.formatException(record.exc_info)
            return MaskedRecord.masker(text)
        return None


class LineFormatter(OneLineFormatter):
    """Scrapy's format, which log parsers know, with crawl, board and scope behind the first line."""

    def format(self, record: logging.LogRecord) -> str:
        message = record.getMessage()
        failure = self.failure(record)
        if failure:
            message = f"{message.rstrip()}: {failure}"
        if record.levelno >= logging.WARNING:
            message = "\\n".join(message.splitlines())
        fields = " ".join(f"{name}={value}" for name, value in fields_of(record).items())
        if fields:
            first, newline, rest = message.partition("\n")
            message = f"{first} [{fields}]{newline}{rest}"
        record.message = message
        if self.usesTime():
            record.asctime = self.formatTime(record, self.datefmt)
        line = self.formatMessage(record)
        trace = self.traceback(record)
        return MaskedRecord.masker(f"{line}\n{trace}" if trace else line)


class JsonFormatter(OneLineFormatter):
    """One JSON object per line: time, level, logger, message, crawl, board, scope, error, and plain extras."""

    def format(self, record: logging.LogRecord) -> str:
        entry: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            **fields_of(record),
        }
        if failure := self.failure(record):
            entry["error"] = failure
        if trace := self.traceback(record):
            entry["traceback"] = trace
        for name, value in vars(record).items():
            if name not in _OWN and name not in entry and isinstance(value, str | int | float | bool):
                entry[name] = MaskedRecord.masker(value) if isinstance(value, str) else value
        return json.dumps(entry, ensure_ascii=False)
