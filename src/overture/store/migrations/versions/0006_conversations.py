"""First tables of conversations."""

from __future__ import annotations

revision = "0006_conversations"
down_revision = "0005_desk"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    raise NotImplementedError("There is no way back by script: restore a backup")
