"""Exported postings as JSON Lines, CSV and Parquet."""

from __future__ import annotations

import csv
from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import asdict, fields, is_dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson

from jobspiders.items import Experience, Location, Salary
from jobspiders.storage.selection import FIELDS

Record = dict[str, Any]


def write(path: Path, chunks: Iterable[Sequence[Record]]) -> int:
    """Write ``chunks`` to ``path`` in the format that its name ends with; how many postings that were.

    The file appears, or replaces the one that was there, when it is complete. Raises OSError and, for a name
    that ends otherwise, KeyError.
    """
    format_type = FORMATS[path.suffix.lower()]
    unfinished = path.with_name(path.name + ".part")
    written = 0
    try:
        with format_type(unfinished) as file:
            for chunk in chunks:
                file.write(chunk)
                written += len(chunk)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
    return written


class Format(ABC):
    """A file that is being written."""

    @abstractmethod
    def __init__(self, path: Path): ...

    def __enter__(self) -> Format:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @abstractmethod
    def write(self, records: Sequence[Record]) -> None:
        """Append ``records``."""

    @abstractmethod
    def close(self) -> None:
        """Complete the file."""


class JsonLines(Format):
    """An object a line; times are ISO 8601. `scrapy import` reads it."""

    def __init__(self, path: Path):
        self._file = path.open("wb")

    def write(self, records: Sequence[Record]) -> None:
        self._file.writelines(orjson.dumps(record, option=orjson.OPT_APPEND_NEWLINE) for record in records)

    def close(self) -> None:
        self._file.close()


class Csv(Format):
    """A header, then a row a posting; lists and structures are JSON."""

    def __init__(self, path: Path):
        self._file = path.open("w", encoding="utf-8", newline="")
        self._rows = csv.writer(self._file)
        self._rows.writerow(FIELDS)

    def write(self, records: Sequence[Record]) -> None:
        self._rows.writerows([_cell(record[name]) for name in FIELDS] for record in records)

    def close(self) -> None:
        self._file.close()


class Parquet(Format):
    """Structures stay structures; ``raw`` is JSON text. A chunk is a row group."""

    def __init__(self, path: Path):
        # a third of a second, which no other command shall pay
        import pyarrow
        from pyarrow import parquet

        self._table = pyarrow.Table
        self._schema = _parquet_schema()
        self._writer = parquet.ParquetWriter(path, self._schema, compression="zstd")

    def write(self, records: Sequence[Record]) -> None:
        rows = [{name: _plain(name, record[name]) for name in FIELDS} for record in records]
        self._writer.write_table(self._table.from_pylist(rows, schema=self._schema))

    def close(self) -> None:
        self._writer.close()


FORMATS: dict[str, type[Format]] = {".jsonl": JsonLines, ".csv": Csv, ".parquet": Parquet}


def _cell(value: Any) -> Any:
    if value is None or isinstance(value, str | int | float):
        return value
    if isinstance(value, datetime):
        return value.isoformat()
    return orjson.dumps(value).decode()


def _plain(name: str, value: Any) -> Any:
    if name == "raw":
        return None if value is None else orjson.dumps(value).decode()
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    return [asdict(place) for place in value] if name == "locations" else value


def _parquet_schema() -> Any:
    import pyarrow as pa

    time = pa.timestamp("us", tz="UTC")
    numbers = {
        "min": pa.float64(),
        "max": pa.float64(),
        "annual_min": pa.float64(),
        "annual_max": pa.float64(),
    }
    coordinates = {"latitude": pa.float64(), "longitude": pa.float64()}
    types: dict[str, Any] = {
        **dict.fromkeys(
            (
                "date_posted",
                "valid_through",
                "fetched_at",
                "first_seen",
                "last_seen",
                "closed_at",
                "reopened_at",
            ),
            time,
        ),
        **dict.fromkeys(
            ("tags", "remote_countries", "employment_types", "skills", "derived"), pa.list_(pa.string())
        ),
        "locations": pa.list_(
            pa.struct([(item.name, coordinates.get(item.name, pa.string())) for item in fields(Location)])
        ),
        "salary": pa.struct([(item.name, numbers.get(item.name, pa.string())) for item in fields(Salary)]),
        "experience": pa.struct([(item.name, pa.int32()) for item in fields(Experience)]),
        "quality": pa.int32(),
        "normaliser_version": pa.int32(),
    }
    return pa.schema([(name, types.get(name, pa.string())) for name in FIELDS])
