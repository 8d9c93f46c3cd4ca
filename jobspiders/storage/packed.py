"""Arrays of bigint as parameters, packed in one go: element by element they cost more than the statement."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import psycopg
from psycopg.abc import Buffer
from psycopg.adapt import Dumper
from psycopg.pq import Format

_BIGINT = 20
_ELEMENT = np.dtype([("size", ">i4"), ("value", ">i8")])


class Bigints:
    """A parameter ``%s::bigint[]``."""

    __slots__ = ("packed",)

    def __init__(self, values: Sequence[int]) -> None:
        elements = np.empty(len(values), _ELEMENT)
        elements["size"] = 8
        elements["value"] = values
        # dimensions, whether there are nulls, type, length, first index
        head = (1, 0, _BIGINT, len(values), 1) if values else (0, 0, _BIGINT)
        self.packed = np.array(head, ">i4").tobytes() + elements.tobytes()


class _BigintsDumper(Dumper):
    # without a type of its own: that of lists of integers has its dumper, and the statement says what it takes
    format = Format.BINARY

    def dump(self, obj: Bigints) -> Buffer | None:
        return obj.packed


psycopg.adapters.register_dumper(Bigints, _BigintsDumper)
