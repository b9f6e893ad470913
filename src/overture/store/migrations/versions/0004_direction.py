"""First tables of direction."""

from __future__ import annotations

revision = "0004_direction"
down_revision = "0003_visits"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    raise NotImplementedError("There is no way back by script: restore a backup")
