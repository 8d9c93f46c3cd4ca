"""Alerts: how each board stands, the messages and their deliveries."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Identity,
    Index,
    PrimaryKeyConstraint,
    Table,
    Text,
    text,
)

from jobspiders.storage.tables.columns import count_column, metadata, object_column, texts_column, time_column

#: Whether a board is well or bad, and what was said of it. ``due_at``: when what is not said yet must be.
board_alerts = Table(
    "board_alerts",
    metadata,
    Column("board", Text, primary_key=True),
    Column("status", Text, nullable=False),
    time_column("since", nullable=False),
    time_column("judged_at", nullable=False),
    time_column("due_at"),
    time_column("announced_at"),
    time_column("reminded_at"),
    object_column("detail"),
)

alert_messages = Table(
    "alert_messages",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("kind", Text, nullable=False),
    texts_column("boards"),
    Column("title", Text, nullable=False),
    Column("body", Text, nullable=False),
    time_column("made_at", nullable=False),
    Index(None, "made_at"),
)

#: The outbox: a row for each message and channel. ``channel`` is a digest of the channel's URL, which is a secret.
alert_deliveries = Table(
    "alert_deliveries",
    metadata,
    Column("message_id", BigInteger, ForeignKey("alert_messages.id", ondelete="CASCADE"), nullable=False),
    Column("channel", Text, nullable=False),
    Column("label", Text, nullable=False),
    Column("state", Text, nullable=False, server_default=text("'pending'")),
    count_column("attempts"),
    time_column("next_try_at", nullable=False),
    time_column("sent_at"),
    Column("error", Text),
    PrimaryKeyConstraint("message_id", "channel"),
    Index("ix_alert_deliveries_pending", "channel", "message_id", postgresql_where=text("state = 'pending'")),
)
