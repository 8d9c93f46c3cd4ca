"""Scrapyd's application with our components: `application` in scrapyd.conf."""

from __future__ import annotations

import logging
import sys
from typing import Any, ClassVar

from scrapyd.app import application as scrapyd_application
from scrapyd.config import Config
from twisted.logger import Logger, LogLevel

from jobspiders.deployment.node import Node
from jobspiders.deployment.recovery import lock_directory
from jobspiders.deployment.scrapyd_config import ConfigurationError, check_protected
from jobspiders.monitoring.log_lines import mask_environment


def application(config: Config) -> Any:
    """Made by twistd. A configuration that cannot be used ends the process with one line."""
    mask_environment()
    logging.basicConfig(level=logging.INFO, handlers=[_ToTwisted()])
    logging.getLogger("alembic").setLevel(logging.WARNING)
    try:
        node = Node.of(config)
        check_protected(config)
        node.lock = lock_directory(node.config.state_dir)
    except ConfigurationError as error:
        sys.exit(f"scrapyd: {error}")
    return scrapyd_application(config)


class _ToTwisted(logging.Handler):
    """Our log records in the one log that twistd writes."""

    _levels: ClassVar = {
        logging.DEBUG: LogLevel.debug,
        logging.INFO: LogLevel.info,
        logging.WARNING: LogLevel.warn,
        logging.ERROR: LogLevel.error,
        logging.CRITICAL: LogLevel.critical,
    }

    def emit(self, record: logging.LogRecord) -> None:
        level = self._levels.get(record.levelno, LogLevel.info)
        Logger(namespace=record.name).emit(level, "{text}", text=self.format(record))
