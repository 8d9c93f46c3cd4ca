"""What the row of a list said that was all there was of a posting."""

from __future__ import annotations

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A column without a default: no table is rewritten. No index has it, so that a new hash touches none."""
    op.execute("ALTER TABLE postings ADD COLUMN row_hash TEXT")
