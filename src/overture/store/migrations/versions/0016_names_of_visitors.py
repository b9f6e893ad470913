"""What agents call visitors, and where visitors said they can be reached."""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic import op

revision = "0016_names_of_visitors"
down_revision = "0015_bookings_of_promises"
branch_labels = None
depends_on = None

# What visitors left with their messages and in wrap-ups, the latest last: later ones replace earlier.
_SAID = "SELECT visitor, name, email, phone FROM leads WHERE visitor IS NOT NULL ORDER BY created_at, id"


def upgrade() -> None:
    op.add_column("visitors", sa.Column("called", sa.String(length=200), nullable=False, server_default=""))
    op.add_column("visitors", sa.Column("contact", sa.Text, nullable=False, server_default="{}"))
    _keep_what_leads_hold()


def _keep_what_leads_hold() -> None:
    known: dict[str, dict[str, str]] = {}
    for visitor, *said in op.get_bind().execute(sa.text(_SAID)):
        values = dict(zip(("name", "email", "phone"), said, strict=True))
        known.setdefault(visitor, {}).update({key: value for key, value in values.items() if value})
    statement = sa.text("UPDATE visitors SET contact = :contact WHERE id = :visitor")
    rows = [{"visitor": visitor, "contact": json.dumps(said, ensure_ascii=False)} for visitor, said in known.items()]
    if rows:
        op.get_bind().execute(statement, rows)


def downgrade() -> None:
    raise NotImplementedError("There is no way back by script: restore a backup")
