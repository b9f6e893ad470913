"""What pages said that could not be taken."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from overture.store.tables import Instant

revision = "0017_snippet_problems"
down_revision = "0016_names_of_visitors"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "snippet_problems",
        sa.Column("site", sa.String(length=64), nullable=False),
        sa.Column("event", sa.String(length=16), nullable=False),
        sa.Column("field", sa.String(length=16), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("example", sa.Text(), nullable=False),
        sa.Column("first_at", Instant, nullable=False),
        sa.Column("last_at", Instant, nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("site", "event", "field", name="pk_snippet_problems"),
        sa.ForeignKeyConstraint(["site"], ["sites.id"], name="fk_snippet_problems_site", ondelete="CASCADE"),
    )


def downgrade() -> None:
    raise NotImplementedError("There is no way back by script: restore a backup")
