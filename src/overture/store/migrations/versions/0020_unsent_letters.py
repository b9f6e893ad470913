"""Invites and resets that the mail server did not take."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from overture.store.tables import Instant

revision = "0020_unsent_letters"
down_revision = "0019_privacy_signals"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "unsent_letters",
        sa.Column("user_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("user_id", "kind", name="pk_unsent_letters"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_unsent_letters_user_id_users", ondelete="CASCADE"),
    )


def downgrade() -> None:
    raise NotImplementedError("There is no way back by script: restore a backup")
