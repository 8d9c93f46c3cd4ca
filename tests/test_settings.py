"""The order of components does not depend on the order of lines."""

from __future__ import annotations

import pytest

from jobspiders import settings

COMPONENTS = ("EXTENSIONS", "SPIDER_MIDDLEWARES", "DOWNLOADER_MIDDLEWARES", "ITEM_PIPELINES")


@pytest.mark.parametrize("kind", COMPONENTS)
def test_each_component_has_an_order_of_its_own(kind: str) -> None:
    orders = [order for order in getattr(settings, kind).values() if order is not None]
    assert len(orders) == len(set(orders))
