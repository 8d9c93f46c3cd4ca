from __future__ import annotations

import re
from pathlib import Path

import pytest

from jobspiders.bases.arguments import ArgumentError
from jobspiders.bases.ats import AtsSpider, read_tenants


class PlatformSpider(AtsSpider):
    name = "platform"
    homepage = "https://platform.example"
    tenant_url = re.compile(r"platform\.example/(?:b/)?([\w-]+)|//([\w-]+)\.platform\.example")


def keys(**arguments: str) -> list[str]:
    return [scope.key for scope in PlatformSpider(**arguments).scopes()]


def test_companies_are_taken_once_and_as_tokens_or_addresses() -> None:
    given = "acme,https://platform.example/b/birch?x=1,https://cedar.platform.example/jobs,acme"
    assert keys(companies=given) == ["acme", "birch", "cedar"]


def test_a_file_of_tokens_and_a_tenants_file_are_read(tmp_path: Path) -> None:
    file = tmp_path / "tenants.tsv"
    file.write_text("# ours\nacme\n\nplatform\tbirch\tBirch Ltd\nother\tcedar\tCedar\n", encoding="utf-8-sig")
    assert keys(companies="acme", companies_file=str(file)) == ["acme", "birch"]
    assert read_tenants(file.read_text(encoding="utf-8-sig"), "other") == ["acme", "cedar"]


def test_shards_part_the_tenants_without_gap_or_overlap() -> None:
    everyone = ",".join(f"t{number}" for number in range(11))
    parts = [keys(companies=everyone, shard=f"{index}/3") for index in (1, 2, 3)]
    assert sorted(token for part in parts for token in part) == sorted(everyone.split(","))
    assert keys(companies=everyone, shard="1/3") == ["t0", "t3", "t6", "t9"]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({}, "needs companies="),
        ({"companies": "a/b c"}, "neither a platform token nor an address"),
        ({"companies": "../etc"}, "neither a platform token"),
        ({"companies": "ok", "companies_file": "/no/such"}, "no such file"),
    ],
)
def test_what_is_no_tenant_is_refused_before_the_first_request(given: dict[str, str], message: str) -> None:
    with pytest.raises(ArgumentError, match=message):
        PlatformSpider(**given)


def test_an_empty_list_of_companies_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "none"
    file.write_text("# nobody yet\n")
    with pytest.raises(ArgumentError, match="list of companies is empty"):
        PlatformSpider(companies_file=str(file))


def test_each_tenant_is_a_complete_scope() -> None:
    assert all(scope.complete for scope in PlatformSpider(companies="a,b").scopes())
