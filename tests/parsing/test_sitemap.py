from __future__ import annotations

import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobspiders.parsing.sitemap import Sitemap, is_sitemap, read_sitemap, sitemaps_of_robots

BASE = "https://pelikan.example/sitemap.xml"
NS = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


def urlset(*urls: str) -> bytes:
    rows = "".join(f"<url><loc> {url}\n</loc><lastmod>2026-08-01</lastmod></url>" for url in urls)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<urlset {NS}>{rows}</urlset>'.encode()


def test_pages_keep_their_order_and_come_once() -> None:
    body = urlset(
        "https://pelikan.example/b", "/a?x=1&amp;y=2", "https://pelikan.example/b", "mailto:x@y", ""
    )
    assert read_sitemap(body, BASE) == Sitemap(
        "pages", ["https://pelikan.example/b", "https://pelikan.example/a?x=1&y=2"]
    )


def test_an_index_names_further_sitemaps() -> None:
    body = (
        f"<sitemapindex {NS}><sitemap><loc>https://pelikan.example/jobs.xml.gz</loc></sitemap></sitemapindex>"
    )
    assert read_sitemap(body.encode(), BASE) == Sitemap("index", ["https://pelikan.example/jobs.xml.gz"])


def test_images_and_translations_are_no_pages() -> None:
    body = (
        f'<urlset {NS} xmlns:image="http://www.google.com/schemas/sitemap-image/1.1" xmlns:xhtml="x">'
        "<url><image:image><image:loc>https://pelikan.example/i.png</image:loc></image:image>"
        '<xhtml:link rel="alternate" hreflang="de" href="https://pelikan.example/de"/>'
        "<loc>https://pelikan.example/en</loc></url></urlset>"
    )
    found = read_sitemap(body.encode(), BASE)
    assert found is not None
    assert found.urls == ["https://pelikan.example/en"]


@pytest.mark.parametrize(
    "body",
    [
        gzip.compress(urlset("https://pelikan.example/a")),
        b"\xef\xbb\xbf\r\n" + urlset("https://pelikan.example/a"),
        urlset("https://pelikan.example/a").replace(b"</urlset>", b"<url><loc>"),
        b"<urlset><url><loc>https://pelikan.example/a</loc></url></urlset>",
        b"https://pelikan.example/a\r\n\r\n",
        b"<rss><channel><link>https://pelikan.example/</link><item><link>https://pelikan.example/a</link></item></channel></rss>",
        b'<feed xmlns="http://www.w3.org/2005/Atom"><link href="/"/><entry><link href="/a"/></entry></feed>',
    ],
    ids=["gzip", "bom", "cut off", "without namespace", "text", "rss", "atom"],
)
def test_every_form_is_read(body: bytes) -> None:
    assert read_sitemap(body, BASE) == Sitemap("pages", ["https://pelikan.example/a"])


def test_an_empty_sitemap_is_one() -> None:
    assert read_sitemap(urlset(), BASE) == Sitemap("pages", [])


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"   ",
        b"<!doctype html><html><body>https://x.example</body></html>",
        b'{"loc": 1}',
        b"hello",
        b"\x1f\x8b\x08",
    ],
)
def test_other_pages_are_no_sitemaps(body: bytes) -> None:
    assert read_sitemap(body, BASE) is None


def test_what_unpacks_without_end_is_not_read() -> None:
    assert read_sitemap(gzip.compress(b"<urlset>" + b" " * 110_000_000, 9), BASE) is None


def test_a_sitemap_is_told_from_pages_that_begin_like_one() -> None:
    assert is_sitemap(urlset(), BASE)
    assert is_sitemap(gzip.compress(urlset()), BASE)
    assert not is_sitemap(b'<?xml version="1.0"?><!DOCTYPE html><html></html>', BASE)
    assert not is_sitemap(b"<html></html>", BASE)
    assert not is_sitemap(b"https://pelikan.example/a", BASE)


def test_entities_are_not_expanded() -> None:
    body = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><urlset><url><loc>/&a;</loc></url></urlset>'
    found = read_sitemap(body.encode(), BASE)
    assert found is not None
    assert not any("root" in url for url in found.urls)


def test_robots_names_its_sitemaps() -> None:
    text = "\ufeffUser-agent: *\nDisallow: /x\nSITEMAP : https://pelikan.example/a.xml # ours\n"
    text += "sitemap:/b.xml\nSitemap:\nSitemap: https://[odd\n"
    assert sitemaps_of_robots(text, "https://pelikan.example/robots.txt") == [
        "https://pelikan.example/a.xml",
        "https://pelikan.example/b.xml",
    ]


@given(st.binary(max_size=200))
def test_no_body_raises(body: bytes) -> None:
    read_sitemap(body, BASE)
    read_sitemap(b"<urlset>" + body, BASE)
    read_sitemap(b"\x1f\x8b" + body, BASE)
