"""Which requests are under way to a site, as rows that outlive the connection of who sent them."""

from __future__ import annotations

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

#: Unlogged: after a crash of the server whoever has a place says so again.
SITE_PLACES = """
CREATE UNLOGGED TABLE site_places (
    site TEXT NOT NULL,
    place INTEGER NOT NULL,
    holder UUID NOT NULL,
    until TIMESTAMPTZ NOT NULL,
    CONSTRAINT pk_site_places PRIMARY KEY (site, place)
) WITH (fillfactor = 50)
"""


def upgrade() -> None:
    """An advisory lock is gone with its connection, while the site may be at work on the request still."""
    op.execute(SITE_PLACES)
