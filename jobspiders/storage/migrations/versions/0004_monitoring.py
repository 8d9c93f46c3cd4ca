"""What the monitors found in each crawl, and how the boards' pages are laid out."""

from __future__ import annotations

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

CRAWL_FINDINGS = """
CREATE TABLE crawl_findings (
    crawl_id UUID NOT NULL,
    place INTEGER NOT NULL,
    board TEXT NOT NULL,
    kind TEXT NOT NULL,
    severity TEXT NOT NULL,
    message TEXT NOT NULL,
    numbers JSONB DEFAULT '{}' NOT NULL,
    evidence TEXT,
    field TEXT,
    old TEXT,
    new TEXT,
    next_step TEXT,
    consequences TEXT[] DEFAULT '{}' NOT NULL,
    found_at TIMESTAMPTZ NOT NULL,
    CONSTRAINT pk_crawl_findings PRIMARY KEY (crawl_id, place),
    CONSTRAINT fk_crawl_findings_crawl_id_crawls FOREIGN KEY (crawl_id) REFERENCES crawls (id) ON DELETE CASCADE
)
"""
CRAWL_FINDINGS_INDEX = "CREATE INDEX ix_crawl_findings_board_found_at ON crawl_findings (board, found_at)"

BOARD_LAYOUTS = """
CREATE TABLE board_layouts (
    board TEXT NOT NULL,
    stage TEXT NOT NULL,
    source TEXT NOT NULL,
    layout JSONB NOT NULL,
    crawl_id UUID,
    seen_at TIMESTAMPTZ NOT NULL,
    changed_at TIMESTAMPTZ,
    CONSTRAINT pk_board_layouts PRIMARY KEY (board, stage, source)
)
"""


def upgrade() -> None:
    """Two tables more."""
    for statement in (CRAWL_FINDINGS, CRAWL_FINDINGS_INDEX, BOARD_LAYOUTS):
        op.execute(statement)
