"""What a site makes of what browsers ask for (Global Privacy Control, Do Not Track)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019_privacy_signals"
down_revision = "0018_user_versions"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("sites", sa.Column("signals", sa.String(length=16), nullable=False, server_default="gpc"))


def downgrade() -> None:
    raise NotImplementedError("There is no way back by script: restore a backup")
