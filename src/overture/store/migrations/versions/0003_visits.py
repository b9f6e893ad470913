"""First tables of visits."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from overture.store.tables import Instant, Json

revision = "0003_visits"
down_revision = "0002_accounts"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "visitors",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("site", sa.String(length=64), nullable=False),
        sa.Column("first_seen_at", Instant, nullable=False),
        sa.Column("visits", sa.Integer(), nullable=False),
        sa.Column("chats", sa.Integer(), nullable=False),
        sa.Column("orders", sa.Integer(), nullable=False),
        sa.Column("last_ended_at", Instant, nullable=True),
        sa.Column("last_chat_at", Instant, nullable=True),
        sa.Column("last_decline_at", Instant, nullable=True),
        sa.Column("customer", sa.String(length=200), nullable=True),
        sa.Column("traits", Json, nullable=False),
        sa.Column("claimed", Json, nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("device", sa.String(length=8), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("blocked_at", Instant, nullable=True),
        sa.Column("simulated", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_visitors"),
        sa.ForeignKeyConstraint(["site"], ["sites.id"], name="fk_visitors_site", ondelete="CASCADE"),
    )
    op.create_index("ix_visitors_site_customer", "visitors", ["site", "customer"])
    op.create_table(
        "visits",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("site", sa.String(length=64), nullable=False),
        sa.Column("visitor", sa.String(length=32), nullable=False),
        sa.Column("started_at", Instant, nullable=False),
        sa.Column("ended_at", Instant, nullable=True),
        sa.Column("head", Json, nullable=False),
        sa.Column("last_chat_before", Instant, nullable=True),
        sa.Column("simulated", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_visits"),
        sa.ForeignKeyConstraint(["visitor"], ["visitors.id"], name="fk_visits_visitor", ondelete="CASCADE"),
    )
    op.create_index("ix_visits_site_started_at", "visits", ["site", "started_at"])
    op.create_index("ix_visits_visitor_started_at", "visits", ["visitor", "started_at"])
    op.create_index("ix_visits_ended_at_site", "visits", ["ended_at", "site"])
    op.create_table(
        "visit_looks",
        sa.Column("visit", sa.String(length=32), nullable=False),
        sa.Column("n", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("tab", sa.String(length=64), nullable=False),
        sa.Column("tab_n", sa.BigInteger(), nullable=False),
        sa.Column("mark", sa.String(length=16), nullable=False),
        sa.Column("events", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("visit", "n", name="pk_visit_looks"),
        sa.UniqueConstraint("visit", "tab", "tab_n", name="uq_visit_looks_visit_tab_tab_n"),
        sa.ForeignKeyConstraint(["visit"], ["visits.id"], name="fk_visit_looks_visit", ondelete="CASCADE"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "looks_left_out",
        sa.Column("site", sa.String(length=64), nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=16), nullable=False),
        sa.Column("looks", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("site", "day", "reason", name="pk_looks_left_out"),
    )


def downgrade() -> None:
    raise NotImplementedError("There is no way back by script: restore a backup")
