"""First tables of store."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from overture.store.tables import Instant, Json

revision = "0001_store"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "outbox",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), autoincrement=True, nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("news", Json, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
    )


def downgrade() -> None:
    raise NotImplementedError("There is no way back by script: restore a backup")
