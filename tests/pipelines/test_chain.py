from __future__ import annotations

import asyncio
from typing import Any

import pytest
from scrapy import Spider
from scrapy.exceptions import DropItem
from scrapy.utils.misc import load_object
from scrapy.utils.test import get_crawler

from jobspiders import settings
from jobspiders.pipelines.chain import DirectItemPipelineManager


class Doubling:
    async def process_item(self, item: int) -> int:
        return 2 * item


class Less:
    async def process_item(self, item: int) -> int:
        return item - 1


class Dropping:
    async def process_item(self, item: int) -> int:
        raise DropItem(f"{item} is too much")


class Plain:
    def process_item(self, item: int) -> int:
        return item + 1


class WithSpider:
    def process_item(self, item: int, spider: Spider) -> str:
        return f"{item} of {spider.name}"


def passed(item: int, *pipelines: type) -> Any:
    crawler = get_crawler(settings_dict={"ITEM_PIPELINES": dict(zip(pipelines, range(9), strict=False))})
    crawler._apply_settings()
    crawler.spider = crawler._create_spider("someboard")
    return asyncio.run(DirectItemPipelineManager.from_crawler(crawler).process_item_async(item))


def test_crawls_use_it() -> None:
    crawler = get_crawler(settings_dict={"ITEM_PROCESSOR": settings.ITEM_PROCESSOR})
    assert load_object(crawler.settings["ITEM_PROCESSOR"]) is DirectItemPipelineManager


def test_an_item_passes_the_pipelines_in_their_order() -> None:
    assert passed(3, Doubling, Less) == 5
    assert passed(3, Less, Doubling) == 4


def test_what_drops_it_ends_its_way() -> None:
    with pytest.raises(DropItem, match="6 is too much"):
        passed(3, Doubling, Dropping, Less)


@pytest.mark.filterwarnings("ignore::scrapy.exceptions.ScrapyDeprecationWarning")
def test_pipelines_of_others_may_be_plain_functions_and_want_the_spider() -> None:
    assert passed(3, Doubling, Plain) == 7
    assert passed(3, Doubling, WithSpider) == "6 of someboard"
