"""First tables of direction."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from overture.store.tables import Instant

revision = "0004_direction"
down_revision = "0003_visits"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "plan_versions",
        sa.Column("site", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=32), nullable=False),
        sa.Column("published_at", Instant, nullable=False),
        sa.Column("published_by", sa.String(length=64), nullable=False),
        sa.Column("published_by_name", sa.String(length=200), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("restores", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("site", "version", name="pk_plan_versions"),
        sa.ForeignKeyConstraint(["site"], ["sites.id"], name="fk_plan_versions_site", ondelete="CASCADE"),
    )
    op.create_table(
        "plan_drafts",
        sa.Column("site", sa.String(length=64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("base_version", sa.Integer(), nullable=False),
        sa.Column("saved_at", Instant, nullable=False),
        sa.Column("saved_by", sa.String(length=64), nullable=False),
        sa.Column("saved_by_name", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("site", name="pk_plan_drafts"),
        sa.ForeignKeyConstraint(["site"], ["sites.id"], name="fk_plan_drafts_site", ondelete="CASCADE"),
    )


def downgrade() -> None:
    raise NotImplementedError("There is no way back by script: restore a backup")
