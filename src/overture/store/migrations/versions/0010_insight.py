"""First tables of insight."""

from __future__ import annotations

revision = "0010_insight"
down_revision = "0009_followups"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    raise NotImplementedError("There is no way back by script: restore a backup")
