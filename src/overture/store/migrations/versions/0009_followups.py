"""First tables of followups."""

from __future__ import annotations

revision = "0009_followups"
down_revision = "0008_outcomes"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    raise NotImplementedError("There is no way back by script: restore a backup")
