"""One page of a board whose layout changed, kept below JOBSPIDERS_HOME as `scrapy extract` reads it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

#: Pages that are kept of a board; older ones are removed.
KEPT = 6


def save_sample_page(home: Path, board: str, crawl_id: str, stage: str, body: bytes, now: datetime) -> Path:
    """The path of the page, written whole or not at all. Raises OSError."""
    folder = home / "samples" / board
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{now:%Y%m%dT%H%M}-{crawl_id[:8]}-{stage}{_suffix(body)}"
    written = path.with_name(f".{path.name}.new")
    written.write_bytes(body)
    written.replace(path)
    kept = sorted(found for found in folder.iterdir() if not found.name.startswith("."))
    for old in kept[:-KEPT]:
        if old != path:
            old.unlink(missing_ok=True)
    return path


def _suffix(body: bytes) -> str:
    start = body[:200].lstrip(b"\xef\xbb\xbf \t\r\n")
    if start[:1] in (b"{", b"["):
        return ".json"
    return ".xml" if start[:5] == b"<?xml" or start[:4] == b"<rss" else ".html"
