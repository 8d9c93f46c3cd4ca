"""Every default, and the order of every component, in one place."""

from __future__ import annotations

from jobspiders import __version__

BOT_NAME = "jobspiders"
SPIDER_MODULES = ["jobspiders.spiders"]
NEWSPIDER_MODULE = "jobspiders.spiders"
COMMANDS_MODULE = "jobspiders.commands"

# Who we are: sites can reach us
CONTACT_URL = "https://github.com/jobspiders/jobspiders"
USER_AGENT = f"jobspiders/{__version__} (+{CONTACT_URL})"
ROBOTSTXT_OBEY = True

# Engine
ASYNCIO_EVENT_LOOP = "uvloop.Loop"
# items pass through quick pipelines: more tasks at once only cost
CONCURRENT_ITEMS = 4
FEED_EXPORT_ENCODING = "utf-8"
LOG_LEVEL = "INFO"
# both let whoever reaches them run code
TELNETCONSOLE_ENABLED = False
REMOTE_CONTROL_ENABLED = False

# Crawling
LISTING_MAX_PAGES = 1000
CRAWL_CLOCK = None

ITEM_PIPELINES = {
    "jobspiders.pipelines.normalisation.NormalisationPipeline": 100,
    "jobspiders.pipelines.validation.ValidationPipeline": 200,
    "jobspiders.pipelines.filtering.FilterPipeline": 300,
    "jobspiders.pipelines.dedup.DedupPipeline": 400,
    "jobspiders.pipelines.storage.StoragePipeline": 500,
    "jobspiders.pipelines.feed.PostingsOnlyPipeline": 900,
}
EXTENSIONS = {
    "jobspiders.extensions.crawl_record.CrawlRecordExtension": 100,
    "jobspiders.extensions.progress.ProgressExtension": 200,
}
DOWNLOADER_MIDDLEWARES = {
    "jobspiders.middlewares.conditional.ConditionalRequestMiddleware": 450,
}
