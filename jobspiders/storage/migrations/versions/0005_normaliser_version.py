"""Which normalisers gave a posting its values, so that `scrapy renormalise` finds what is older."""

from __future__ import annotations

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """NULL stands for postings from before the version was kept."""
    op.execute("ALTER TABLE postings ADD COLUMN normaliser_version INTEGER")
