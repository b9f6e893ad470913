"""All SQL of direction: plan versions, which never change, each site's draft, and its latest trial."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Column, ForeignKey, Integer, String, Table, Text, bindparam, select, update

from overture.store import Instant, Tx, metadata

plan_versions = Table(
    "plan_versions",
    metadata,
    Column("site", ForeignKey("sites.id", ondelete="CASCADE"), primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("text", Text, nullable=False),
    Column("digest", String(32), nullable=False),
    Column("published_at", Instant, nullable=False),
    Column("published_by", String(64), nullable=False),
    Column("published_by_name", String(200), nullable=False),
    Column("note", String(500), nullable=False),
    Column("restores", Integer),
)

plan_drafts = Table(
    "plan_drafts",
    metadata,
    Column("site", ForeignKey("sites.id", ondelete="CASCADE"), primary_key=True),
    Column("text", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("base_version", Integer, nullable=False),
    Column("saved_at", Instant, nullable=False),
    Column("saved_by", String(64), nullable=False),
    Column("saved_by_name", String(200), nullable=False),
)


plan_trials = Table(
    "plan_trials",
    metadata,
    Column("site", ForeignKey("sites.id", ondelete="CASCADE"), primary_key=True),
    Column("id", String(32), nullable=False),
    Column("question", String(32), nullable=False),  # a digest of what was asked
    Column("state", String(16), nullable=False),
    Column("done", Integer, nullable=False),
    Column("total", Integer, nullable=False),
    Column("since", Instant, nullable=False),
    Column("until", Instant, nullable=False),
    Column("asked_at", Instant, nullable=False),
    Column("asked_by", String(64), nullable=False),
    Column("asked_by_name", String(200), nullable=False),
    Column("beat_at", Instant, nullable=False),
    Column("answer", Text, nullable=False),  # JSON: the numbers, or the error; "" before the end
)


class VersionHead(msgspec.Struct, frozen=True):
    """A plan version without its text. `restores` names the version that a rollback brought back."""

    version: int
    published_at: datetime
    published_by: str
    published_by_name: str
    note: str
    restores: int | None
    digest: str


class Draft(msgspec.Struct, frozen=True):
    """A site's draft; `revision` counts its savings, `base_version` is the plan it began from (0: none)."""

    text: str
    revision: int
    base_version: int
    saved_at: datetime | None = None
    saved_by: str = ""
    saved_by_name: str = ""


class TrialRow(msgspec.Struct, frozen=True, kw_only=True):
    """A site's latest trial on recorded visits. `beat_at` is the last sign of the process that runs it."""

    id: str
    question: str
    state: str
    done: int
    total: int
    since: datetime
    until: datetime
    asked_at: datetime
    asked_by: str
    asked_by_name: str
    beat_at: datetime
    answer: str = ""


_HEAD_COLUMNS = [plan_versions.c[name] for name in VersionHead.__struct_fields__]
_LATEST = (
    select(*_HEAD_COLUMNS)
    .where(plan_versions.c.site == bindparam("site"))
    .order_by(plan_versions.c.version.desc())
    .limit(1)
)
_TEXT = select(plan_versions.c.text).where(
    plan_versions.c.site == bindparam("site"), plan_versions.c.version == bindparam("version")
)
_DRAFT = select(plan_drafts).where(plan_drafts.c.site == bindparam("site"))


def _head(row: Any) -> VersionHead:
    return VersionHead(*row)


def latest(tx: Tx, site: str) -> VersionHead | None:
    """The version in force."""
    row = tx.execute(_LATEST, {"site": site}).first()
    return row and _head(row)


def version_head(tx: Tx, site: str, version: int) -> VersionHead | None:
    query = select(*_HEAD_COLUMNS).where(plan_versions.c.site == site, plan_versions.c.version == version)
    row = tx.execute(query).first()
    return row and _head(row)


def text_of(tx: Tx, site: str, version: int) -> str | None:
    text: str | None = tx.execute(_TEXT, {"site": site, "version": version}).scalar()
    return text


def add_version(tx: Tx, site: str, head: VersionHead, text: str) -> None:
    tx.execute(plan_versions.insert(), {**msgspec.structs.asdict(head), "site": site, "text": text})


def versions_before(tx: Tx, site: str, before: int | None, limit: int) -> list[VersionHead]:
    """Newest first, older than `before` (None: from the newest on)."""
    query = select(*_HEAD_COLUMNS).where(plan_versions.c.site == site)
    if before is not None:
        query = query.where(plan_versions.c.version < before)
    return [_head(row) for row in tx.execute(query.order_by(plan_versions.c.version.desc()).limit(limit))]


def draft(tx: Tx, site: str) -> Draft | None:
    row = tx.execute(_DRAFT, {"site": site}).first()
    if row is None:
        return None
    return Draft(row.text, row.revision, row.base_version, row.saved_at, row.saved_by, row.saved_by_name)


def add_draft(tx: Tx, site: str, new: Draft) -> bool:
    """Whether it was added: false if the site has one already."""
    statement = tx.insert(plan_drafts).values(site=site, **msgspec.structs.asdict(new))
    return bool(tx.execute(statement.on_conflict_do_nothing()).rowcount)


def replace_draft(tx: Tx, site: str, new: Draft, revision: int) -> bool:
    """Whether it was replaced: false if the draft's revision is no longer `revision`."""
    where = (plan_drafts.c.site == site) & (plan_drafts.c.revision == revision)
    return bool(tx.execute(update(plan_drafts).where(where), msgspec.structs.asdict(new)).rowcount)


def drop_draft(tx: Tx, site: str) -> None:
    tx.execute(plan_drafts.delete().where(plan_drafts.c.site == site))


def trial(tx: Tx, site: str) -> TrialRow | None:
    row = tx.execute(select(plan_trials).where(plan_trials.c.site == site)).mappings().first()
    return row and TrialRow(**{name: row[name] for name in TrialRow.__struct_fields__})


def begin_trial(tx: Tx, site: str, new: TrialRow, running: tuple[str, ...], lost_before: datetime) -> bool:
    """Whether it was begun: false if another one is in one of the states `running`, with a sign since `lost_before`."""
    fields = msgspec.structs.asdict(new)
    free = plan_trials.c.state.not_in(running) | (plan_trials.c.beat_at < lost_before)
    statement = tx.insert(plan_trials).values(site=site, **fields)
    return bool(tx.execute(statement.on_conflict_do_update(index_elements=["site"], set_=fields, where=free)).rowcount)


def move_trial(tx: Tx, trial_id: str, running: tuple[str, ...], **changes: Any) -> bool:
    """Whether it was changed: false if it no longer is in one of the states `running`."""
    where = (plan_trials.c.id == trial_id) & plan_trials.c.state.in_(running)
    return bool(tx.execute(update(plan_trials).where(where).values(beat_at=tx.now, **changes)).rowcount)
