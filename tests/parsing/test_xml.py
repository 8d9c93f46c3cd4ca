"""XML read leniently, without what makes XML dangerous."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from jobspiders.parsing.xml import as_value, elements, rss_items, xml_root


def test_repeated_names_become_a_list_and_leaves_text() -> None:
    root = xml_root(b"\xef\xbb\xbf \n<jobs><job><id>1</id><tag>a</tag><tag>b</tag><none/></job></jobs>")
    assert as_value(root) == {"job": {"id": "1", "tag": ["a", "b"], "none": ""}}


def test_a_damaged_document_is_read_as_far_as_it_goes() -> None:
    root = xml_root(b"<jobs><job><id>1</id></job><job><id>2</id><name>a &nbsp; b\x0b")
    assert [as_value(job)["id"] for job in elements(root, "job")] == ["1", "2"]


def test_entities_of_the_document_are_not_expanded() -> None:
    root = xml_root(b'<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/hostname">]><a><b>x&e;y</b></a>')
    assert as_value(root)["b"] in {"xy", "x", "x&e;y"}


def test_namespaces_do_not_hide_elements() -> None:
    root = xml_root(b'<r xmlns:t="urn:t"><t:city>Graz</t:city><!-- note --></r>')
    assert as_value(root) == {"city": "Graz"}


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused_without_an_error(body: bytes) -> None:
    root = xml_root(body)
    assert root is None or as_value(root) is not None


def test_items_come_from_an_rss_document_only() -> None:
    feed = b"<rss><channel><item><title>Weaver</title></item><item><title>Dyer</title></item></channel></rss>"
    assert rss_items(feed) == [{"title": "Weaver"}, {"title": "Dyer"}]
    assert rss_items(b"<rss><channel/></rss>") == []
    assert rss_items(b"<jobs><item><title>Weaver</title></item></jobs>") is None
