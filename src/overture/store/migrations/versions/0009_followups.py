"""First tables of followups."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from overture.store.tables import Instant, Json

revision = "0009_followups"
down_revision = "0008_outcomes"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "wrap_ups",
        sa.Column("conversation", sa.String(length=64), nullable=False),
        sa.Column("site", sa.String(length=64), nullable=False),
        sa.Column("team", sa.String(length=64), nullable=False),
        sa.Column("agent_id", sa.String(length=32), nullable=False),
        sa.Column("agent_name", sa.String(length=200), nullable=False),
        sa.Column("result", sa.String(length=64), nullable=False),
        sa.Column("next_step", Json, nullable=True),
        sa.Column("promise", sa.String(length=32), nullable=True),
        sa.Column("language", sa.String(length=35), nullable=False),
        sa.Column("plan_version", sa.Integer(), nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.ForeignKeyConstraint(["site"], ["sites.id"], name="fk_wrap_ups_site", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("conversation", name="pk_wrap_ups"),
    )
    op.create_index("ix_wrap_ups_site_at", "wrap_ups", ["site", "at"])
    op.create_table(
        "promises",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("site", sa.String(length=64), nullable=False),
        sa.Column("team", sa.String(length=64), nullable=False),
        sa.Column("agent_id", sa.String(length=32), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("who", sa.String(length=16), nullable=False),
        sa.Column("who_name", sa.String(length=200), nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("due_at", Instant, nullable=False),
        sa.Column("first_due_at", Instant, nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("language", sa.String(length=35), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("email", sa.String(length=320), nullable=False),
        sa.Column("phone", sa.String(length=40), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("plan_version", sa.Integer(), nullable=False),
        sa.Column("conversation", sa.String(length=64), nullable=True),
        sa.Column("lead", sa.String(length=32), nullable=True),
        sa.Column("visitor", sa.String(length=64), nullable=True),
        sa.Column("simulated", sa.Boolean(), nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("done_at", Instant, nullable=True),
        sa.ForeignKeyConstraint(["site"], ["sites.id"], name="fk_promises_site", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_promises"),
        sa.UniqueConstraint("conversation", name="uq_promises_conversation"),
    )
    op.create_index("ix_promises_site_state_due_at", "promises", ["site", "state", "due_at"])
    op.create_index("ix_promises_site_due_at", "promises", ["site", "due_at"])
    op.create_index("ix_promises_site_visitor", "promises", ["site", "visitor"])
    op.create_index("ix_promises_lead", "promises", ["lead"])
    op.create_table(
        "promise_history",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), autoincrement=True, nullable=False),
        sa.Column("promise", sa.String(length=32), nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("by", sa.String(length=200), nullable=False),
        sa.Column("what", sa.String(length=32), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("details", Json, nullable=False),
        sa.ForeignKeyConstraint(["promise"], ["promises.id"], name="fk_promise_history_promise", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_promise_history"),
    )
    op.create_index("ix_promise_history_promise", "promise_history", ["promise"])


def downgrade() -> None:
    raise NotImplementedError("There is no way back by script: restore a backup")
