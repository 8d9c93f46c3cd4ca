from __future__ import annotations

from datetime import UTC, datetime, timedelta

from jobspiders.middlewares.watermark import EarlierReading, may_stop, watermark

NOW = datetime(2026, 9, 1, 8, tzinfo=UTC)


def read(days: float, to: str) -> EarlierReading:
    return EarlierReading(NOW - timedelta(days=days), to)


def test_the_newest_reading_counts_while_one_to_the_end_is_not_too_long_ago() -> None:
    assert watermark([], NOW, 7) is None
    assert watermark([read(1, "end")], NOW, 7) == NOW - timedelta(days=1)
    assert watermark([read(1, "watermark"), read(6, "end")], NOW, 7) == NOW - timedelta(days=1)
    assert watermark([read(1, "watermark"), read(7, "end")], NOW, 7) is None
    assert watermark([read(1, "watermark")], NOW, 7) is None
    assert watermark([read(1, "end")], NOW, 0) is None


def test_a_page_stops_only_when_every_posting_is_known_and_older() -> None:
    old, new = NOW - timedelta(days=5), NOW - timedelta(hours=30)
    mark = NOW - timedelta(days=1)
    assert may_stop([old, old], True, mark)
    assert not may_stop([old, new], True, mark)
    assert not may_stop([old, old], False, mark)
    assert not may_stop([old, None], True, mark)
    assert not may_stop([], True, mark)
    assert not may_stop([old], True, None)
