"""Alerts and their deliveries, counters for metrics, and the quality of what each day brought."""

from __future__ import annotations

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

BOARD_ALERTS = """
CREATE TABLE board_alerts (
    board TEXT NOT NULL,
    status TEXT NOT NULL,
    since TIMESTAMPTZ NOT NULL,
    judged_at TIMESTAMPTZ NOT NULL,
    due_at TIMESTAMPTZ,
    announced_at TIMESTAMPTZ,
    reminded_at TIMESTAMPTZ,
    detail JSONB DEFAULT '{}' NOT NULL,
    CONSTRAINT pk_board_alerts PRIMARY KEY (board)
)
"""

ALERT_MESSAGES = """
CREATE TABLE alert_messages (
    id BIGINT GENERATED ALWAYS AS IDENTITY NOT NULL,
    kind TEXT NOT NULL,
    boards TEXT[] DEFAULT '{}' NOT NULL,
    title TEXT NOT NULL,
    body TEXT NOT NULL,
    made_at TIMESTAMPTZ NOT NULL,
    CONSTRAINT pk_alert_messages PRIMARY KEY (id)
)
"""
ALERT_MESSAGES_INDEX = "CREATE INDEX ix_alert_messages_made_at ON alert_messages (made_at)"

ALERT_DELIVERIES = """
CREATE TABLE alert_deliveries (
    message_id BIGINT NOT NULL,
    channel TEXT NOT NULL,
    label TEXT NOT NULL,
    state TEXT DEFAULT 'pending' NOT NULL,
    attempts INTEGER DEFAULT 0 NOT NULL,
    next_try_at TIMESTAMPTZ NOT NULL,
    sent_at TIMESTAMPTZ,
    error TEXT,
    CONSTRAINT pk_alert_deliveries PRIMARY KEY (message_id, channel),
    CONSTRAINT fk_alert_deliveries_message_id_alert_messages FOREIGN KEY (message_id)
        REFERENCES alert_messages (id) ON DELETE CASCADE
)
"""
ALERT_DELIVERIES_INDEX = """
CREATE INDEX ix_alert_deliveries_pending ON alert_deliveries (channel, message_id) WHERE state = 'pending'
"""

METRIC_COUNTERS = """
CREATE TABLE metric_counters (
    name TEXT NOT NULL,
    board TEXT NOT NULL,
    label TEXT NOT NULL,
    value DOUBLE PRECISION NOT NULL,
    CONSTRAINT pk_metric_counters PRIMARY KEY (name, board, label)
) WITH (fillfactor = 50)
"""

QUALITY_DAYS = """
CREATE TABLE quality_days (
    board TEXT NOT NULL,
    day DATE NOT NULL,
    postings INTEGER NOT NULL,
    figures JSONB DEFAULT '{}' NOT NULL,
    computed_at TIMESTAMPTZ NOT NULL,
    CONSTRAINT pk_quality_days PRIMARY KEY (board, day)
)
"""

CRAWLS_GOOD = (
    "CREATE INDEX ix_crawls_good ON crawls (board, started_at) WHERE outcome = 'ok' OR outcome = 'empty'"
)


def upgrade() -> None:
    """Five tables more, and an index for the last good crawl of a board."""
    for statement in (
        BOARD_ALERTS,
        ALERT_MESSAGES,
        ALERT_MESSAGES_INDEX,
        ALERT_DELIVERIES,
        ALERT_DELIVERIES_INDEX,
        METRIC_COUNTERS,
        QUALITY_DAYS,
        CRAWLS_GOOD,
    ):
        op.execute(statement)
