"""First tables of desk."""

from __future__ import annotations

revision = "0005_desk"
down_revision = "0004_direction"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    raise NotImplementedError("There is no way back by script: restore a backup")
