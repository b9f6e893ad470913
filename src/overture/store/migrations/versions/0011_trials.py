"""Each site's latest trial of a plan on recorded visits."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from overture.store.tables import Instant

revision = "0011_trials"
down_revision = "0010_insight"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "plan_trials",
        sa.Column("site", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("question", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("since", Instant, nullable=False),
        sa.Column("until", Instant, nullable=False),
        sa.Column("asked_at", Instant, nullable=False),
        sa.Column("asked_by", sa.String(length=64), nullable=False),
        sa.Column("asked_by_name", sa.String(length=200), nullable=False),
        sa.Column("beat_at", Instant, nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("site", name="pk_plan_trials"),
        sa.ForeignKeyConstraint(["site"], ["sites.id"], name="fk_plan_trials_site", ondelete="CASCADE"),
    )


def downgrade() -> None:
    raise NotImplementedError("There is no way back by script: restore a backup")
