"""What all processes on all nodes share of a site: its state, turns and places."""

from __future__ import annotations

from sqlalchemy import Column, Integer, Table, Text
from sqlalchemy.dialects.postgresql import UUID

from jobspiders.storage.tables.columns import metadata, object_column, time_column

host_states = Table(
    "host_states",
    metadata,
    Column("host", Text, primary_key=True),
    object_column("state"),
    time_column("opened_until"),
    time_column("hold_until"),
    time_column("updated_at", nullable=False),
)

#: When the next request to a site may leave, of all processes on all nodes.
site_turns = Table(
    "site_turns",
    metadata,
    Column("site", Text, primary_key=True),
    time_column("next_at", nullable=False),
    prefixes=["UNLOGGED"],
    postgresql_with={"fillfactor": 50},
)

#: Places at a site that requests under way have, of all processes on all nodes.
site_places = Table(
    "site_places",
    metadata,
    Column("site", Text, primary_key=True),
    Column("place", Integer, primary_key=True),
    Column("holder", UUID(as_uuid=True), nullable=False),
    time_column("until", nullable=False),
    prefixes=["UNLOGGED"],
    postgresql_with={"fillfactor": 50},
)
