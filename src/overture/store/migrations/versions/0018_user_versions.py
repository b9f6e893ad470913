"""Each change of a user raises their version: what goes on for long asks by it whether it still may."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018_user_versions"
down_revision = "0017_snippet_problems"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("users", sa.Column("version", sa.Integer(), nullable=False, server_default="0"))


def downgrade() -> None:
    raise NotImplementedError("There is no way back by script: restore a backup")
