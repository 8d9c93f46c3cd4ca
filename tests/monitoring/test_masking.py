"""Nothing that is secret is left in a text that people will see."""

from __future__ import annotations

import json
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobspiders.monitoring.masking import Masker, mask, secrets_of

#: Long and odd enough not to stand in a message by chance.
SECRETS = st.text(
    st.characters(min_codepoint=33, max_codepoint=0x2FF, exclude_categories=["C", "Z"]), min_size=4
).map(lambda text: f"Zq{text}9X")
PLAIN = st.text("abcdefghijklmnopqrstuvwxyzABCDEFGHIJ0123456789-_.~!$*", min_size=6).map(
    lambda text: f"Zq{text}9X"
)
HOSTS = st.sampled_from(["db.example:5432", "127.0.0.1:8080", "proxy-7.pelikan.example:3128", "[::1]:5432"])


@given(SECRETS, HOSTS)
def test_passwords_of_database_urls_never_show(secret: str, host: str) -> None:
    url = f"postgresql://jobs:{quote(secret, safe='')}@{host}/jobs?sslmode=require"
    for text in (url, f"cannot connect to {url}: refused", repr({"DATABASE_URL": url}), json.dumps([url])):
        assert quote(secret, safe="") not in mask(text)


@given(SECRETS, HOSTS, st.sampled_from(["http", "https", "socks5", "socks5h"]))
def test_passwords_of_proxies_never_show(secret: str, host: str, scheme: str) -> None:
    escaped = quote(secret, safe="")
    for text in (f"{scheme}://user:{escaped}@{host}", f"Tunnel through user:{escaped}@{host} failed"):
        assert escaped not in mask(text)


@given(
    PLAIN,
    st.sampled_from(["password={}", "password: '{}'", '"token": "{}"', "https://x.example/?api_key={}&a=1"]),
)
def test_values_that_are_called_secret_never_show(secret: str, form: str) -> None:
    assert secret not in mask(form.format(secret))


@given(SECRETS)
def test_known_secrets_never_show_however_they_are_written(secret: str) -> None:
    masked = Masker(
        secrets_of({"SCRAPYD_PASSWORD": secret, "DATABASE_URL": f"postgresql://u:{quote(secret)}@h/d"})
    )
    for form in (
        secret,
        quote(secret),
        quote(secret, safe=""),
        repr(secret),
        json.dumps(secret),
        f"x{secret}y",
    ):
        shown = masked(f"before {form} after {form}")
        assert secret not in shown
        assert quote(secret, safe="") not in shown
        assert shown.startswith("before ")


@given(SECRETS)
def test_secrets_with_slashes_and_signs_in_a_database_url_never_show(secret: str) -> None:
    secret = f"{secret}/p@ss"
    shown = Masker(secrets_of({"DATABASE_URL": f"postgresql://u:{secret}@h:1/d"}))(f"could not use {secret}")
    assert secret not in shown


@pytest.mark.parametrize(
    ("name", "value", "hidden"),
    [
        ("PROXY_LIST", ["10.0.0.1:8080:user:Hx92kqLp"], "Hx92kqLp"),
        ("PROXY_LISTS", {"indeed": ["http://me:Hx92kqLp@10.0.0.1:1"]}, "Hx92kqLp"),
        ("HTTPS_PROXY", "http://me:Hx92kqLp@proxy.example:3128", "Hx92kqLp"),
        ("ALERT_URLS", "mailto://me:Hx92kqLp@mail.example, json://hook.example/", "Hx92kqLp"),
        ("ADZUNA_APP_KEY", "Hx92kqLp", "Hx92kqLp"),
    ],
)
def test_settings_that_hold_secrets_are_known(name: str, value: object, hidden: str) -> None:
    assert hidden not in Masker(secrets_of({name: value}))(f"said {hidden} to you")


@pytest.mark.parametrize(
    "text",
    [
        "Crawled (200) <GET https://pelikan.example/jobs?page=2&sort=-date> (referer: None)",
        "https://pelikan.example:8443/team/@anna listens",
        "2026-11-28 10:11:12 [scrapy.core.engine] INFO: Spider opened",
        "password authentication failed for user jobs",
        "mail jobs@pelikan.example or call 12:30",
        "Basic knowledge of Python; token economy; key: none of these hides a word that matters"[:38],
        "{'downloader/request_count': 3, 'finish_reason': 'finished'}",
        "Enabled extensions: ['scrapy.extensions.memusage.MemoryUsage']",
    ],
)
def test_ordinary_text_stays(text: str) -> None:
    assert mask(text) == text
