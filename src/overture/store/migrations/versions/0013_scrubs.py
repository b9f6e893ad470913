"""The mark that something was erased and SQLite's files are to be scrubbed; orders found by customer."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from overture.store.tables import Instant

revision = "0013_scrubs"
down_revision = "0012_waiting"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "scrubs",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("asked_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_scrubs"),
    )
    op.create_index("ix_orders_site_customer", "orders", ["site", "customer"])


def downgrade() -> None:
    raise NotImplementedError("There is no way back by script: restore a backup")
