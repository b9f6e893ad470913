"""First tables of conversations."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from overture.store.tables import Instant, Json

revision = "0006_conversations"
down_revision = "0005_desk"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _conversations()
    _messages()
    op.create_table(
        "notes",
        sa.Column("conversation", sa.String(40), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("after_seq", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.String(64), nullable=False),
        sa.Column("author_name", sa.String(200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("cid", sa.String(64)),
        sa.PrimaryKeyConstraint("conversation", "number", name="pk_notes"),
        sa.UniqueConstraint("author_id", "cid", name="uq_notes_author_id"),
        sa.ForeignKeyConstraint(
            ["conversation"], ["conversations.id"], name="fk_notes_conversation", ondelete="CASCADE"
        ),
    )
    op.create_table(
        "canned_replies",
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("site", sa.String(64), nullable=False),
        sa.Column("team", sa.String(64)),
        sa.Column("shortcut", sa.String(40), nullable=False),
        sa.Column("text", Json, nullable=False),
        sa.Column("uses", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_canned_replies"),
        sa.UniqueConstraint("site", "shortcut", name="uq_canned_replies_site"),
        sa.ForeignKeyConstraint(["site"], ["sites.id"], name="fk_canned_replies_site", ondelete="CASCADE"),
    )


def _conversations() -> None:
    op.create_table(
        "conversations",
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("site", sa.String(64), nullable=False),
        sa.Column("team", sa.String(64), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("visitor", sa.String(64), nullable=False),
        sa.Column("visitor_name", sa.String(200), nullable=False),
        sa.Column("visit", sa.String(40)),
        sa.Column("language", sa.String(16), nullable=False),
        sa.Column("page", sa.Text(), nullable=False),
        sa.Column("invitation", sa.String(40)),
        sa.Column("plan_version", sa.Integer(), nullable=False),
        sa.Column("simulated", sa.Boolean(), nullable=False),
        sa.Column("opened_at", Instant, nullable=False),
        sa.Column("waiting_since", Instant),
        sa.Column("agent_id", sa.String(32), nullable=False),
        sa.Column("agent_name", sa.String(200), nullable=False),
        sa.Column("answered_at", Instant),
        sa.Column("first_answer_at", Instant),
        sa.Column("both_wrote", sa.Boolean(), nullable=False),
        sa.Column("last_seq", sa.Integer(), nullable=False),
        sa.Column("last_text", sa.Text(), nullable=False),
        sa.Column("last_at", Instant, nullable=False),
        sa.Column("last_author", sa.String(16), nullable=False),
        sa.Column("last_note", sa.Integer(), nullable=False),
        sa.Column("unread", sa.Integer(), nullable=False),
        sa.Column("visitor_delivered", sa.Integer(), nullable=False),
        sa.Column("visitor_read", sa.Integer(), nullable=False),
        sa.Column("agent_delivered", sa.Integer(), nullable=False),
        sa.Column("agent_read", sa.Integer(), nullable=False),
        sa.Column("visitor_seen_at", Instant, nullable=False),
        sa.Column("visitor_left_at", Instant),
        sa.Column("ended_at", Instant),
        sa.Column("closed_at", Instant),
        sa.Column("result", sa.String(64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_conversations"),
        sa.ForeignKeyConstraint(["site"], ["sites.id"], name="fk_conversations_site", ondelete="CASCADE"),
    )
    open_only = sa.text("state != 'closed'")
    op.create_index(
        "uq_conversations_open",
        "conversations",
        ["visitor"],
        unique=True,
        sqlite_where=open_only,
        postgresql_where=open_only,
    )
    op.create_index("ix_conversations_visitor_opened_at", "conversations", ["visitor", "opened_at"])
    op.create_index("ix_conversations_site_closed_at", "conversations", ["site", "closed_at", "id"])
    op.create_index("ix_conversations_site_opened_at", "conversations", ["site", "opened_at"])
    op.create_index("ix_conversations_state_team", "conversations", ["site", "state", "team"])
    op.create_index("ix_conversations_agent_id_state", "conversations", ["agent_id", "state"])


def _messages() -> None:
    op.create_table(
        "messages",
        sa.Column("conversation", sa.String(40), nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("author_kind", sa.String(16), nullable=False),
        sa.Column("author_id", sa.String(64), nullable=False),
        sa.Column("author_name", sa.String(200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("cid", sa.String(64)),
        sa.Column("notice", sa.String(32)),
        sa.Column("params", Json),
        sa.Column("canned", sa.String(40)),
        sa.PrimaryKeyConstraint("conversation", "seq", name="pk_messages"),
        sa.UniqueConstraint("author_id", "cid", name="uq_messages_author_id"),
        sa.ForeignKeyConstraint(
            ["conversation"], ["conversations.id"], name="fk_messages_conversation", ondelete="CASCADE"
        ),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    raise NotImplementedError("There is no way back by script: restore a backup")
