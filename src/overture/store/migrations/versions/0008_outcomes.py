"""First tables of outcomes."""

from __future__ import annotations

revision = "0008_outcomes"
down_revision = "0007_invitations"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    raise NotImplementedError("There is no way back by script: restore a backup")
