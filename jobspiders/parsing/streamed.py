"""What Next.js streams into a page: React's Flight rows in ``self.__next_f.push([1, "..."])`` scripts.

A row is ``id:JSON`` up to a newline, or ``id:Tlength,text`` with the length in hexadecimal UTF-8 bytes. Inside
JSON a text that starts with ``$`` has a meaning: ``$$5`` is the text ``$5``, ``$undefined`` nothing, ``$D...`` a
date, ``$1f`` another row and ``$1f:props:job`` a place in it.
See https://github.com/facebook/react/blob/main/packages/react-client/src/ReactFlightClient.js
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cached_property
from typing import Any

from jobspiders.parsing.embedded import loads
from jobspiders.parsing.record import Record

_DECODER = json.JSONDecoder(strict=False)
_PUSH = re.compile(r"self\.__next_f\.push\(\s*\[\s*1\s*,\s*(?=\")")
_ESCAPED_QUOTE = re.compile(r'\\(["\\/])')
_ROW = re.compile(rb"([0-9a-f]+):(T([0-9a-f]+),)?")
_REFERENCE = re.compile(r"\$@?([0-9a-f]+)((?::[^:]+)*)$")
#: React's own kinds of values that are no data: elements, promises, functions, symbols, maps, sets, forms.
_MACHINERY = re.compile(r"\$(?:undefined|NaN|-?Infinity|[LFTQWKBhSZEYPu].*|)$")
_BRACES_TRIED = 200
_DEPTH = 20


class Stream:
    """The streamed data of a page, read by the keys of its objects; a damaged stream as far as it goes."""

    def __init__(self, page: str) -> None:
        self._page = page

    @cached_property
    def text(self) -> str:
        """The rows as they were streamed. In pages that only quote them the quoting is taken off."""
        chunks = [_chunk(self._page, match.end()) for match in _PUSH.finditer(self._page)]
        if not chunks and '\\"' in self._page:
            return _ESCAPED_QUOTE.sub(r"\1", self._page)
        return "".join(chunks)

    def objects(self, key: str) -> list[Record]:
        """The objects that have ``key``, in their order, none twice and none inside another one."""
        return [Record(self._plain(value, 0)) for value in objects_with(self.text, key)]

    @cached_property
    def _rows(self) -> dict[str, bytes | str]:
        """Rows by id: JSON as bytes, texts as text."""
        data, at = self.text.encode("utf-8", "replace"), 0
        rows: dict[str, bytes | str] = {}
        while at < len(data):
            row = _ROW.match(data, at)
            if row is not None and row.group(3):
                end = row.end() + int(row.group(3), 16)
                rows[row.group(1).decode()] = data[row.end() : end].decode("utf-8", "replace")
                at = end
                continue
            end = data.find(b"\n", at)
            end = len(data) if end < 0 else end
            if row is not None:
                rows[row.group(1).decode()] = data[row.end() : end]
            at = end + 1
        return rows

    def _plain(self, value: Any, depth: int) -> Any:
        """A value with React's markings read; what is nested too deeply reads as nothing."""
        if depth > _DEPTH:
            return None
        if isinstance(value, dict):
            return {key: self._plain(item, depth + 1) for key, item in value.items()}
        if isinstance(value, list):
            return [self._plain(item, depth + 1) for item in value]
        if isinstance(value, str) and value.startswith("$"):
            return self._marked(value, depth)
        return value

    def _marked(self, text: str, depth: int) -> Any:
        if text.startswith("$$"):
            return text[1:]
        if text.startswith(("$D", "$n")):
            return text[2:]
        reference = _REFERENCE.match(text)
        if reference is not None:
            return self._plain(self._at(reference.group(1), reference.group(2).split(":")[1:]), depth + 1)
        return None if _MACHINERY.match(text) else text

    def _at(self, row: str, path: list[str]) -> Any:
        found = self._rows.get(row)
        if not isinstance(found, bytes):
            return found
        try:
            value = loads(found)
        except ValueError:
            return None
        for step in path:
            if isinstance(value, list):
                # an element is streamed as ["$", type, key, props]
                index = 3 if step == "props" else int(step) if step.isdecimal() else len(value)
                value = value[index] if index < len(value) else None
            else:
                value = value.get(step) if isinstance(value, dict) else None
        return value


def objects_with(text: str, key: str) -> Iterator[dict[str, Any]]:
    """The JSON objects in a text that have ``key``, found from the key outwards, so that the text around them
    may be anything and be cut off anywhere."""
    marker, at = f'"{key}":', 0
    while (found := text.find(marker, at)) >= 0:
        at = found + len(marker)
        brace = found
        for _ in range(_BRACES_TRIED):
            brace = text.rfind("{", 0, brace)
            if brace < 0:
                break
            try:
                value, end = _DECODER.raw_decode(text, brace)
            except (ValueError, RecursionError):
                continue
            if end > found and key in value:
                yield value
                at = end
                break


def _chunk(page: str, start: int) -> str:
    """The text literal at ``start``; of one that is cut off, what there is."""
    try:
        return str(_DECODER.raw_decode(page, start)[0])
    except ValueError:
        end = page.find("</script", start)
        return _ESCAPED_QUOTE.sub(r"\1", page[start + 1 : end if end >= 0 else len(page)])
