"""First tables of visits."""

from __future__ import annotations

revision = "0003_visits"
down_revision = "0002_accounts"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    raise NotImplementedError("There is no way back by script: restore a backup")
