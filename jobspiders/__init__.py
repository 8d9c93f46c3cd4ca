"""Job boards and career pages into one clean, deduplicated, historised PostgreSQL database."""

__version__ = "0.1.0"
