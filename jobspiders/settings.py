"""Every default, and the order of every component, in one place."""

from __future__ import annotations

from jobspiders import __version__

BOT_NAME = "jobspiders"
SPIDER_MODULES = ["jobspiders.spiders"]
NEWSPIDER_MODULE = "jobspiders.spiders"
# names out of the sources; a board is imported when it is asked for
SPIDER_LOADER_CLASS = "jobspiders.bases.spider_loader.LazySpiderLoader"
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
# Scrapy would read the source of every callback anew to warn of what the linter finds
WARN_ON_GENERATOR_RETURN_VALUE = False
STATS_CLASS = "jobspiders.extensions.stats.DirectStatsCollector"
# objects between two passes of the garbage collector, which cost a tenth of a crawl at Python's 700
GARBAGE_COLLECTION_THRESHOLD = 50_000
LOG_LEVEL = "INFO"
# masked, one line per failure; auto: JSON on standard error that is no terminal, Scrapy's format in files
LOG_JSON = "auto"
LOG_FORMATTER = "jobspiders.extensions.logs.ShortLogFormatter"
ADDONS = {
    "jobspiders.extensions.logs.LogAddon": 0,
    "jobspiders.extensions.direct_signals.DirectSignalsAddon": 10,
}
# both let whoever reaches them run code
TELNETCONSOLE_ENABLED = False
REMOTE_CONTROL_ENABLED = False

# Downloader
# aiohttp: a proxy that drops the connection before it answers CONNECT fails at once, not after the timeout;
# and a browser for the requests that ask for one
DOWNLOAD_HANDLERS = {
    "http": "jobspiders.middlewares.shared_pace.PacedDownloadHandler",
    "https": "jobspiders.middlewares.shared_pace.PacedDownloadHandler",
}
DOWNLOAD_TIMEOUT = 30
DOWNLOAD_MAXSIZE = 64 * 1024 * 1024
DOWNLOAD_WARNSIZE = 16 * 1024 * 1024
DOWNLOAD_VERIFY_CERTIFICATES = True
DNS_TIMEOUT = 10
REDIRECT_MAX_TIMES = 10
# what a challenge page reloads after its script has run is the same challenge page
METAREFRESH_MAXDELAY = 3
CONCURRENT_REQUESTS = 16
CONCURRENT_REQUESTS_PER_DOMAIN = 2
AUTOTHROTTLE_ENABLED = True
AUTOTHROTTLE_START_DELAY = 0.5
AUTOTHROTTLE_TARGET_CONCURRENCY = 1.0
# requests of sites that must wait stay in the scheduler, on disk where there is a JOBDIR
SCHEDULER_PRIORITY_QUEUE = "jobspiders.middlewares.site_queue.SiteAwarePriorityQueue"
MEMUSAGE_LIMIT_MB = 2048
MEMUSAGE_WARNING_MB = 1536

# Crawling
LISTING_MAX_PAGES = 1000
CRAWL_CLOCK = None
# a posting's own page is read again when its row in the list has changed, and after this many days at the latest
DETAIL_REFETCH_DAYS = 14
# lists sorted by date stop where earlier crawls have been, but once in so many days they are read to their end
WATERMARK_FULL_DAYS = 7

ITEM_PROCESSOR = "jobspiders.pipelines.chain.DirectItemPipelineManager"
ITEM_PIPELINES = {
    "jobspiders.pipelines.normalisation.NormalisationPipeline": 100,
    "jobspiders.pipelines.validation.ValidationPipeline": 200,
    "jobspiders.pipelines.filtering.FilterPipeline": 300,
    "jobspiders.pipelines.dedup.DedupPipeline": 400,
    "jobspiders.pipelines.storage.StoragePipeline": 500,
    "jobspiders.pipelines.feed.PostingsOnlyPipeline": 900,
}
# Alerts: URLs of apprise; None: the environment variable of that name. Times are seconds
ALERTS_ENABLED = True
ALERT_URLS = None
ALERT_HOLD = 60.0
ALERT_GROUP_SIZE = 3
ALERT_GROUP_SHARE = 0.5
ALERT_GROUP_WINDOW = 1800.0
ALERT_REMINDER = 86400.0
ALERT_TIMEOUT = 20.0
ALERT_PATIENCE = 30.0
ALERT_LOOK = 30.0

# What crawls count is added to shared counters every so many seconds
METRICS_ENABLED = True
METRICS_INTERVAL = 15.0

# The endpoint of /health and /metrics. None: the environment variable of that name, else 127.0.0.1, 6810 and a token
# that the first start makes
HEALTH_BIND_ADDRESS = None
HEALTH_PORT = None
HEALTH_TOKEN = None
# seconds after which `scrapy health` complains
HEALTH_NODE_AGE = 60.0
HEALTH_QUEUE_AGE = 3600.0
HEALTH_JOURNAL_AGE = 3600.0
HEALTH_BOARD_AGE = 2 * 86400.0
HEALTH_UNDELIVERED_AGE = 900.0

EXTENSIONS = {
    "jobspiders.extensions.crawl_record.CrawlRecordExtension": 100,
    "jobspiders.extensions.metrics.MetricsExtension": 120,
    "jobspiders.extensions.monitoring.MonitoringExtension": 140,
    "jobspiders.extensions.alerts.AlertsExtension": 160,
    "jobspiders.extensions.latency.LatencyExtension": 180,
    "jobspiders.extensions.progress.ProgressExtension": 200,
    "jobspiders.extensions.site_states.SiteStatesExtension": 300,
    "jobspiders.extensions.throttle.SiteThrottleExtension": 310,
    "jobspiders.extensions.garbage_collection.GarbageCollectionExtension": 900,
    "scrapy.extensions.throttle.AutoThrottle": None,
    # off anyway, and its web server takes long to import
    "scrapy.extensions.remote_control.RemoteControl": None,
}
SPIDER_MIDDLEWARES = {
    "jobspiders.extensions.logs.ScopeLogMiddleware": 10,
    # next to the spider: it sees the spider's requests before they are filtered
    "jobspiders.middlewares.incremental.IncrementalMiddleware": 950,
}
DOWNLOADER_MIDDLEWARES = {
    "jobspiders.middlewares.retrying.RetryMiddleware": 550,
    "scrapy.downloadermiddlewares.retry.RetryMiddleware": None,
    "jobspiders.middlewares.browsing.BrowserMiddleware": 570,
    # after decompression and redirects, before a meta refresh is followed
    "jobspiders.middlewares.block_detection.BlockDetectionMiddleware": 585,
    "jobspiders.middlewares.redirects.RedirectMiddleware": 600,
    "scrapy.downloadermiddlewares.redirect.RedirectMiddleware": None,
    "jobspiders.middlewares.site_gate.SiteGateMiddleware": 680,
    "jobspiders.middlewares.cookies.CookiesMiddleware": 700,
    "scrapy.downloadermiddlewares.cookies.CookiesMiddleware": None,
    # before cookies, which each proxy has for itself, and before Scrapy's HttpProxyMiddleware
    "jobspiders.middlewares.proxying.ProxyMiddleware": 690,
    "jobspiders.middlewares.conditional.ConditionalRequestMiddleware": 450,
    # next to the spider: what comes so far is a page for it
    "jobspiders.middlewares.unchanged_rows.UnchangedRowsMiddleware": 50,
}

# Storage
SCHEDULER = "jobspiders.storage.scheduler.PersistentScheduler"
STORAGE_ENABLED = True
# None: the environment variable of that name, else the embedded server below JOBSPIDERS_HOME
DATABASE_URL = None
# None: the environment variable of that name, else .jobspiders beside scrapy.cfg
JOBSPIDERS_HOME = None
STORAGE_BATCH_SIZE = 500
STORAGE_BATCH_BYTES = 6 * 1024 * 1024
# seconds: how long a posting waits for others, how long the end of a crawl waits for the database
STORAGE_BATCH_INTERVAL = 0.5
STORAGE_DRAIN_TIMEOUT = 60.0
# seconds at the end of a crawl for full-text search; the rest is done in idle moments of later crawls
STORAGE_SEARCH_TIME = 2.0
# healthy crawls in a row that must show a collapsed list, and hours since the first of them, before the absent
# postings are closed: a fault of a long weekend closes nothing
STORAGE_CLOSE_CONFIRMATIONS = 4
STORAGE_CLOSE_CONFIRMATION_HOURS = 168
# postings of one job share a job_id, on one board and across boards; off: every new posting is a job of its own
MATCHING_ENABLED = True
JOURNAL_SEGMENT_BYTES = 64 * 1024 * 1024
# days after which `scrapy prune` removes what is done with; None: never
RETENTION_CLOSED_POSTINGS = None
RETENTION_VERSIONS = None
RETENTION_RAW = 365
RETENTION_REJECTED = 90
RETENTION_CRAWLS = 730
RETENTION_JOB_LOG = 730

# Monitors: how much worse than the board's own history is bad (docs/monitoring.md)
MONITOR_ENABLED = True
MONITOR_SUITE = "jobspiders.extensions.monitors.CrawlMonitorSuite"
MONITOR_SAMPLE_BYTES = 4 * 1024 * 1024
# other thresholds by board, such as {"indeed": {"fall": 0.5, "off": ["latency"]}}
MONITOR_BOARDS: dict[str, dict[str, object]] = {}
MONITOR_OFF: list[str] = []
MONITOR_LEAST_CRAWLS = 5
MONITOR_DEVIATIONS = 4.0
MONITOR_CHANCE = 1e-5
MONITOR_FALL = 0.35
MONITOR_DECLINE = 0.35
MONITOR_COVERAGE = 0.3
MONITOR_PARSE_ERRORS = 0.05
MONITOR_REJECTED = 0.05
MONITOR_DUPLICATES = 0.2
MONITOR_BLOCKED = 0.1
MONITOR_SCOPES = 0.1
MONITOR_BREAKER = 3
MONITOR_PROXIES = 0.3
MONITOR_LATENCY = 2.5
MONITOR_LATENCY_SECONDS = 0.5
MONITOR_ACCEPT_CRAWLS = 10
MONITOR_ACCEPT_DAYS = 7.0
