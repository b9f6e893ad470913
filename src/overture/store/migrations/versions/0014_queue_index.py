"""The queue's index tells simulated visitors from real ones, so that its head is found at once."""

from __future__ import annotations

from alembic import op

revision = "0014_queue_index"
down_revision = "0013_scrubs"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("ix_desk_tickets_queue", table_name="desk_tickets")
    op.create_index(
        "ix_desk_tickets_queue", "desk_tickets", ["state", "site", "team", "simulated", "waiting_since", "id"]
    )


def downgrade() -> None:
    raise NotImplementedError("There is no way back by script: restore a backup")
