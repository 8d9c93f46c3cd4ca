"""Keys in addresses."""

from __future__ import annotations

import re

import pytest

from jobspiders.parsing.addresses import key_in

KEY = re.compile(r"/jobs/(\d+)|[?&]job=(\d+)")


@pytest.mark.parametrize(
    ("addresses", "key"),
    [
        (["https://example.com/jobs/12"], "12"),
        (["https://example.com/?job=34"], "34"),
        ([None, "https://example.com/", "/jobs/56", "/jobs/78"], "56"),
        (["https://example.com/jobs/"], None),
        ([], None),
    ],
)
def test_the_key_is_the_group_that_matched_in_the_first_address_that_has_one(
    addresses: list[str | None], key: str | None
) -> None:
    assert key_in(KEY, *addresses) == key
