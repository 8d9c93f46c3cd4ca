"""What code reads and normalises a board's rows, as a hash: another release of it may make more of the same row."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib import resources
from importlib.resources.abc import Traversable

from scrapy import Spider
from xxhash import xxh3_128

#: Packages of ours that a row passes on its way to a stored posting.
PACKAGES = ("bases", "parsing", "normalise", "pipelines", "data")
MODULES = ("items.py", "storage/rows.py", "storage/content.py", "storage/repair.py")


def code_hash(spider: type[Spider]) -> str:
    """Of the sources of ``spider``, its bases and all that reads for them; the same on every machine that has them."""
    digest = xxh3_128()
    root = resources.files("jobspiders")
    for package in PACKAGES:
        for name, content in _files(root.joinpath(package), package):
            digest.update(f"{name}\0{len(content)}\0".encode() + content)
    for name in MODULES:
        digest.update(root.joinpath(*name.split("/")).read_bytes())
    for name in dict.fromkeys(base.__module__ for base in spider.__mro__):
        # the bases are in already
        if not name.startswith("jobspiders.bases"):
            digest.update(_source(name))
    return digest.hexdigest()


def _files(folder: Traversable, name: str) -> Iterator[tuple[str, bytes]]:
    for child in sorted(folder.iterdir(), key=lambda child: child.name):
        if child.is_dir():
            if child.name != "__pycache__":
                yield from _files(child, f"{name}/{child.name}")
        elif not child.name.endswith((".pyc", ".pyo")):
            yield f"{name}/{child.name}", child.read_bytes()


def _source(module: str) -> bytes:
    loaded = sys.modules.get(module)
    spec = getattr(loaded, "__spec__", None)
    if spec is None or spec.origin is None or not hasattr(spec.loader, "get_data"):
        return b""
    try:
        found: bytes = spec.loader.get_data(spec.origin)
    except OSError:
        return b""
    return found
