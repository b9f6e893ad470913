"""First tables of invitations."""

from __future__ import annotations

revision = "0007_invitations"
down_revision = "0006_conversations"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    raise NotImplementedError("There is no way back by script: restore a backup")
