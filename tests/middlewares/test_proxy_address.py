from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobspiders.middlewares.proxy_address import mask, parse_proxies


@pytest.mark.parametrize(
    ("line", "label", "url"),
    [
        ("10.0.0.1:8080", "10.0.0.1:8080", "http://10.0.0.1:8080"),
        ("http://proxy.example.com:3128/", "proxy.example.com:3128", "http://proxy.example.com:3128"),
        ("https://proxy.example.com:443", "proxy.example.com:443", "https://proxy.example.com:443"),
        ("http://ann:s3cret@10.0.0.1:80", "10.0.0.1:80", "http://ann:s3cret@10.0.0.1:80"),
        ("ann:s3cret@10.0.0.1:80", "10.0.0.1:80", "http://ann:s3cret@10.0.0.1:80"),
        ("10.0.0.1:80:ann:s3@cret", "10.0.0.1:80", "http://ann:s3%40cret@10.0.0.1:80"),
        ("http://[2001:db8::1]:80", "[2001:db8::1]:80", "http://[2001:db8::1]:80"),
        ("10.0.0.1:80  # the good one", "10.0.0.1:80", "http://10.0.0.1:80"),
    ],
)
def test_a_line_is_read_as_people_write_it(line: str, label: str, url: str) -> None:
    (proxy,), bad = parse_proxies([line])
    assert (proxy.label, proxy.url, bad) == (label, url, [])


def test_empty_lines_and_remarks_are_left_out_and_bad_lines_numbered() -> None:
    lines = [
        "# list",
        "",
        "10.0.0.1:80",
        "nonsense",
        "socks5://10.0.0.1:80",
        "http://10.0.0.1:99999",
        "10.0.0.1:80",
    ]
    proxies, bad = parse_proxies(lines)
    assert [proxy.label for proxy in proxies] == ["10.0.0.1:80"]
    assert bad == [4, 5, 6]


def test_one_gateway_with_several_users_is_several_proxies() -> None:
    proxies, _ = parse_proxies(["http://a:x@gw.example.com:7000", "http://b:x@gw.example.com:7000"])
    assert [proxy.label for proxy in proxies] == ["gw.example.com:7000", "gw.example.com:7000#2"]


def test_neither_label_nor_repr_shows_credentials() -> None:
    (proxy,), _ = parse_proxies(["http://ann:s3cret@10.0.0.1:80"])
    assert "s3cret" not in proxy.label + repr(proxy)


@pytest.mark.parametrize(
    "text",
    [
        "cannot connect to http://ann:s3cret@10.0.0.1:80/",
        "proxy ann:s3cret@10.0.0.1:80 said 407",
        "x http://s3cret@a:1",
    ],
)
def test_credentials_in_a_message_are_masked(text: str) -> None:
    assert "s3cret" not in mask(text)
    assert mask("mail us at jobs@example.com: 9-17") == "mail us at jobs@example.com: 9-17"


@given(st.lists(st.text(max_size=30), max_size=5))
def test_any_list_is_read_or_its_lines_named(lines: list[str]) -> None:
    proxies, bad = parse_proxies(lines)
    assert len(proxies) + len(bad) <= len(lines)
