"""What was erased on request must not come back: digests, by which incoming postings are known."""

from __future__ import annotations

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

SUPPRESSIONS = """
CREATE TABLE suppressions (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    request UUID NOT NULL,
    kind TEXT NOT NULL,
    digest BYTEA NOT NULL,
    asked_at TIMESTAMPTZ NOT NULL,
    CONSTRAINT pk_suppressions PRIMARY KEY (id),
    CONSTRAINT uq_suppressions_request_digest UNIQUE (request, digest)
)
"""
SUPPRESSIONS_INDEX = "CREATE INDEX ix_suppressions_digest ON suppressions (digest)"


def upgrade() -> None:
    """One table more."""
    for statement in (SUPPRESSIONS, SUPPRESSIONS_INDEX):
        op.execute(statement)
