"""Promises that keep a meeting, and meetings that are cancelled."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from overture.store.tables import Instant

revision = "0015_bookings_of_promises"
down_revision = "0014_queue_index"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("promises", sa.Column("booking", sa.String(length=64), nullable=False, server_default=""))
    op.add_column("promises", sa.Column("booking_id", sa.String(length=32), nullable=False, server_default=""))
    op.add_column("bookings", sa.Column("cancelled_at", Instant))


def downgrade() -> None:
    raise NotImplementedError("There is no way back by script: restore a backup")
