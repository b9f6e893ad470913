"""First tables of accounts."""

from __future__ import annotations

revision = "0002_accounts"
down_revision = "0001_store"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    raise NotImplementedError("There is no way back by script: restore a backup")
