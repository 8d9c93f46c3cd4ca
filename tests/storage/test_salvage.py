from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import orjson
import pytest

from jobspiders.items import Salary
from jobspiders.storage.batch import encode_record, fold
from jobspiders.storage.fields import NULL, PACK
from jobspiders.storage.rows import KINDS, NAMES, row_of
from jobspiders.storage.salvage import UNSTORABLE, current_layout, set_aside
from jobspiders.storage.segments import Kind, Record
from jobspiders.storage.tuples import FORMAT, encode, split
from tests.storage.crawling import posting, scope_end


def test_a_posting_is_set_aside_with_its_reason_and_its_raw_record(tmp_path: Path) -> None:
    record = Record(4, Kind.POSTING, encode(posting(1), posting(1).fetched_at), 0)
    replacement = set_aside(record, "out of luck", tmp_path)
    assert replacement.sequence == 4
    [rejected] = fold([replacement]).rejected
    assert rejected["reason"] == "not storable: out of luck"
    assert rejected["external_id"] == "1"
    assert orjson.loads(orjson.loads(rejected["raw"])["raw"]) == posting(1).raw
    assert not (tmp_path / UNSTORABLE).exists()


def test_what_cannot_be_rejected_is_kept_in_a_file_and_passed_over(tmp_path: Path) -> None:
    records = [Record(n, Kind.SCOPE, encode_record(scope_end(n)), 0) for n in (1, 2)]
    for record in records:
        replacement = set_aside(record, "no", tmp_path)
        assert fold([replacement]).scopes == []
        assert fold([replacement]).position == record.sequence
    kept = [json.loads(line) for line in (tmp_path / UNSTORABLE).read_text().splitlines()]
    assert [json.loads(line["body"])["postings"] for line in kept] == [1, 2]


def test_records_of_this_version_are_left_as_they_are() -> None:
    records = [Record(1, Kind.POSTING, encode(posting(1), posting(1).fetched_at), 0)]
    assert current_layout(records, {"columns": list(NAMES), "format": FORMAT}) is records
    assert current_layout(records, {"format": FORMAT}) is records


@pytest.mark.parametrize("form", [None, FORMAT])
def test_records_with_other_columns_are_read_by_name(form: str | None) -> None:
    item = replace(posting(1), tags=["a", "b"], salary=Salary(1.5, None, "SEK"), quality=70)
    seen = item.fetched_at
    assert seen is not None
    texts = dict(zip(NAMES, row_of(item, seen), strict=True))
    columns = ["retired", *(name for name in reversed(NAMES) if name != "team")]
    values = [None if name == "retired" else texts[name] for name in columns]
    pack = [PACK["text" if form is None else KINDS.get(name, "text")] for name in columns]
    fields = [NULL if value is None else each(value) for value, each in zip(values, pack, strict=True)]
    body = encode(item, seen)
    head = body[: len(body) - len(split(body)[1])]
    record = Record(1, Kind.POSTING, head + b"".join(fields), 0)
    [converted] = current_layout([record], {"columns": columns, "format": form})
    assert converted.body == encode(replace(item, team=None), seen)
