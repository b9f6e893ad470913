"""Nobody is left waiting: what visitors are told of their wait, who lets conversations pass, escalation."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from overture.store.tables import Instant

revision = "0012_waiting"
down_revision = "0011_trials"
branch_labels = None
depends_on = None

ONLY_UNANSWERED = sa.text("unanswered_since IS NOT NULL")


def upgrade() -> None:
    op.add_column("desk_agents", sa.Column("missed", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("desk_agents", sa.Column("away_reason", sa.String(length=16), nullable=False, server_default=""))
    op.add_column("desk_tickets", sa.Column("said_wait", sa.Integer(), nullable=True))
    op.add_column("desk_tickets", sa.Column("expected_at", Instant, nullable=True))
    op.add_column("desk_tickets", sa.Column("late_at", Instant, nullable=True))
    op.add_column("conversations", sa.Column("unanswered_since", Instant, nullable=True))
    op.add_column("conversations", sa.Column("escalated_at", Instant, nullable=True))
    op.add_column("conversations", sa.Column("escalated_to", sa.Text(), nullable=False, server_default=""))
    op.create_index(
        "ix_conversations_unanswered",
        "conversations",
        ["unanswered_since"],
        unique=False,
        sqlite_where=ONLY_UNANSWERED,
        postgresql_where=ONLY_UNANSWERED,
    )
    # Of what is open now, the last word tells: the visitor's stands unanswered since then.
    op.execute(
        "UPDATE conversations SET unanswered_since = last_at"
        " WHERE state IN ('waiting', 'active') AND last_author = 'visitor'"
    )


def downgrade() -> None:
    raise NotImplementedError("There is no way back by script: restore a backup")
