"""`scrapy health`: whether everything that crawls unattended needs is well."""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import signal
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING

from jobspiders.commands.refusal import refuse
from jobspiders.project_command import ProjectCommand
from jobspiders.storage.config import StorageConfig

if TYPE_CHECKING:
    from jobspiders.deployment.health_config import HealthConfig
    from jobspiders.extensions.alert_channels import AlertsConfig


class Command(ProjectCommand):
    def syntax(self) -> str:
        return "[--json | --serve] [options]"

    def short_desc(self) -> str:
        return "Say whether database, journals, nodes, queue, boards and alerts are well"

    def long_desc(self) -> str:
        return (
            "Look at the database, the embedded server, journals, Scrapyd nodes, the queue, circuits, the last good "
            "crawl of each board and undelivered alerts. The exit code is 0 when nothing is failing (there may be "
            "warnings), 1 when something is, 2 for a mistake in the command. --serve answers the same at "
            "http://HEALTH_BIND_ADDRESS:HEALTH_PORT/health, and /metrics for Prometheus, until it is stopped; "
            "`scrapy up` runs it."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--json", action="store_true", help="as one JSON object")
        parser.add_argument("--serve", action="store_true", help="be the monitoring endpoint")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        # aiohttp and Scrapyd's configuration are not needed for --help
        from jobspiders.deployment.health_config import HealthConfig
        from jobspiders.deployment.scrapyd_config import ConfigurationError
        from jobspiders.extensions.alert_channels import AlertsConfig
        from jobspiders.monitoring.health import judge_health
        from jobspiders.storage.health_facts import gather

        if args:
            refuse(f"unexpected {args[0]!r}")
        assert self.settings is not None
        storage = self.storage
        try:
            config = HealthConfig.from_settings(self.settings)
            if opts.serve:
                alerts = AlertsConfig.from_settings(self.settings)
                wanted = self.settings.getbool("ALERTS_ENABLED", True)
                _serve(config, storage, alerts if wanted else None)
                return
        except (ConfigurationError, ValueError) as error:
            refuse(error)
        health = judge_health(gather(storage), config.limits)
        if opts.json:
            print(json.dumps({"status": health.status, "checks": [asdict(check) for check in health.checks]}))
        else:
            width = max(len(check.name) for check in health.checks)
            for check in health.checks:
                print(f"{check.status:<8} {check.name:<{width}}  {check.text}")
        self.exitcode = 1 if health.status == "failing" else 0


def _serve(config: HealthConfig, storage: StorageConfig, alerts: AlertsConfig | None) -> None:
    from jobspiders.deployment.monitor import Monitor
    from jobspiders.deployment.ports import check_free
    from jobspiders.monitoring.log_lines import mask_environment

    if not config.port:
        refuse("HEALTH_PORT is 0: there is to be no endpoint")
    if taken := check_free(config.address, config.port, "HEALTH_PORT"):
        refuse(taken)
    mask_environment(DATABASE_URL=storage.url)
    logging.basicConfig(
        level=logging.INFO, stream=sys.stderr, format="%(asctime)s %(levelname)s: %(message)s", force=True
    )

    async def serve() -> None:
        stop = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        await Monitor(config, storage, alerts).serve(stop)

    asyncio.run(serve())
