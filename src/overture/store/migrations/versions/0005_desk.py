"""First tables of desk."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from overture.store.tables import Instant, Json

revision = "0005_desk"
down_revision = "0004_direction"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "desk_agents",
        sa.Column("user_id", sa.String(32), nullable=False),
        sa.Column("available", sa.Boolean(), nullable=False),
        sa.Column("changed_at", Instant, nullable=False),
        sa.Column("alive_at", Instant),
        sa.Column("idle_since", Instant, nullable=False),
        sa.Column("simulated", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("user_id", name="pk_desk_agents"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_desk_agents_user_id", ondelete="CASCADE"),
    )
    op.create_table(
        "desk_tickets",
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("site", sa.String(64), nullable=False),
        sa.Column("team", sa.String(64), nullable=False),
        sa.Column("visitor", sa.String(64), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("agent", sa.String(32)),
        sa.Column("known_agent", sa.String(32)),
        sa.Column("simulated", sa.Boolean(), nullable=False),
        sa.Column("opened_at", Instant, nullable=False),
        sa.Column("waiting_since", Instant, nullable=False),
        sa.Column("assigned_at", Instant),
        sa.Column("attended_at", Instant),
        sa.Column("answered_at", Instant),
        sa.Column("done_at", Instant),
        sa.Column("silent", Json, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_desk_tickets"),
        sa.ForeignKeyConstraint(["site"], ["sites.id"], name="fk_desk_tickets_site", ondelete="CASCADE"),
    )
    op.create_index("ix_desk_tickets_queue", "desk_tickets", ["state", "site", "team", "waiting_since"])
    op.create_index("ix_desk_tickets_agent_state", "desk_tickets", ["agent", "state"])
    op.create_index("ix_desk_tickets_site_team_done_at", "desk_tickets", ["site", "team", "done_at"])
    op.create_index("ix_desk_tickets_site_opened_at", "desk_tickets", ["site", "opened_at"])
    op.create_table(
        "desk_clock",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("ticked_at", Instant, nullable=False),
        sa.Column("resumed_at", Instant, nullable=False),
        sa.Column("line_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_desk_clock"),
    )


def downgrade() -> None:
    raise NotImplementedError("There is no way back by script: restore a backup")
