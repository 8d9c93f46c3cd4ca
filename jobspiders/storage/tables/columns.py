"""The metadata that all tables are in, and the columns that many of them have."""

from __future__ import annotations

from sqlalchemy import Column, DateTime, Integer, MetaData, Text, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def time_column(name: str, *, nullable: bool = True) -> Column[object]:
    """A moment, stored in UTC."""
    return Column(name, DateTime(timezone=True), nullable=nullable)


def texts_column(name: str) -> Column[object]:
    """A list of texts, empty by default."""
    return Column(name, ARRAY(Text), nullable=False, server_default=text("'{}'"))


def count_column(name: str) -> Column[object]:
    """A number, 0 by default."""
    return Column(name, Integer, nullable=False, server_default=text("0"))


def object_column(name: str) -> Column[object]:
    """A JSON object, empty by default."""
    return Column(name, JSONB, nullable=False, server_default=text("'{}'"))
