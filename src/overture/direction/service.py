"""The plan in force, its versions, and the draft of the next one."""

from __future__ import annotations

from collections import OrderedDict
from hashlib import blake2b
from threading import Lock

import msgspec

from overture.accounts import service as accounts
from overture.accounts.access import require
from overture.accounts.model import Actor
from overture.accounts.permissions import CHANGE_PLAN, READ_PLAN
from overture.direction import store
from overture.direction.check import Checked, check
from overture.direction.compiled import CompiledPlan, compile_plan
from overture.direction.diff import Change, diff
from overture.direction.errors import DraftChanged, NoPlan, NoSuchVersion, PlanRefused, Problem
from overture.direction.events import DraftSaved, PlanPublished
from overture.direction.load import load
from overture.direction.model import Plan
from overture.direction.playbook import adopt, playbook
from overture.direction.store import Draft, VersionHead
from overture.kit.clock import to_ms
from overture.kit.pagination import Page, decode_cursor, encode_cursor, page_limit
from overture.store import Tx

MAX_NOTE = 500
_COMPILED = 256  # plans kept ready in a process; a hundred triggers take about a megabyte


class _Shelf:
    """Compiled plans of this process, by site, version and text; the least asked for go first."""

    def __init__(self) -> None:
        self._plans: OrderedDict[tuple[str, int, str], CompiledPlan] = OrderedDict()
        self._lock = Lock()

    def get(self, key: tuple[str, int, str]) -> CompiledPlan | None:
        with self._lock:
            plan = self._plans.get(key)
            if plan is not None:
                self._plans.move_to_end(key)
            return plan

    def put(self, key: tuple[str, int, str], plan: CompiledPlan) -> None:
        with self._lock:
            self._plans[key] = plan
            while len(self._plans) > _COMPILED:
                self._plans.popitem(last=False)


_shelf = _Shelf()


def current(tx: Tx, site: str) -> CompiledPlan | None:
    """The plan in force for a site, ready to decide; None before the first is published.

    Its `version` is the number that decisions, conversations and outcomes name.
    """
    key = ("plan", site)
    if key not in tx.memo:
        head = store.latest(tx, site)
        tx.memo[key] = None if head is None else _compiled(tx, site, head)
    plan: CompiledPlan | None = tx.memo[key]
    return plan


def compiled_version(tx: Tx, site: str, version: int) -> CompiledPlan:
    """A plan version, ready to decide: for explanations of the past. NoSuchVersion if there is none."""
    head = store.version_head(tx, site, version)
    if head is None:
        raise _no_version(site, version)
    return _compiled(tx, site, head)


def _compiled(tx: Tx, site: str, head: VersionHead) -> CompiledPlan:
    key = (site, head.version, head.digest)
    plan = _shelf.get(key)
    if plan is None:
        plan = compile_plan(_plan_of(store.text_of(tx, site, head.version) or "", head.version), head.version)
        _shelf.put(key, plan)
    return plan


def _plan_of(text: str, version: int) -> Plan:
    loaded = load(text, f"version {version}")
    if loaded.plan is None:
        raise refused(loaded.problems)
    return loaded.plan


def refused(problems: list[Problem]) -> PlanRefused:
    """The error that carries a plan's problems."""
    errors = [problem for problem in problems if problem.severity == "error"]
    first = errors[0]
    more = f", and {len(errors) - 1} more" if len(errors) > 1 else ""
    message = f"The plan is refused: line {first.line}: {first.message}: {first.hint}{more}"
    return PlanRefused(message, problems=[msgspec.to_builtins(problem) for problem in problems])


def check_for(tx: Tx, site: str, text: str, file: str = "plan.yaml") -> Checked:
    """Check a text as this site's plan."""
    checked = check(text, file, to_ms(tx.now))
    if checked.plan is None or checked.plan.site == site:
        return checked
    line = next((n for n, one in enumerate(text.splitlines(), 1) if one.startswith("site:")), 1)
    problem = Problem(
        code="other_site", message=f"This is the plan of {checked.plan.site}, not of {site}",
        hint=f"write site: {site}", file=file, line=line, column=1,
    )  # fmt: skip
    return Checked(None, [problem, *checked.problems])


def check_by(tx: Tx, actor: Actor, site: str, text: str) -> Checked:
    """Check a text as this site's plan, for somebody who may change it."""
    require(actor, CHANGE_PLAN, site)
    return check_for(tx, site, text)


def diff_with(tx: Tx, actor: Actor, site: str, text: str, version: int | None = None) -> list[Change]:
    """What a text would change against a version, or the one in force. PlanRefused if it fails its check."""
    require(actor, CHANGE_PLAN, site)
    checked = check_for(tx, site, text)
    if checked.plan is None:
        raise refused(checked.problems)
    head = version_head(tx, actor, site, version)
    return diff(_plan_of(version_text(tx, actor, site, head.version), head.version), checked.plan)


# ---- versions ----------------------------------------------------------------------------------------------


def publish(tx: Tx, actor: Actor, site: str, text: str, note: str = "", restores: int | None = None) -> VersionHead:
    """Put a plan in force. PlanRefused if it fails its check; the version in force if it is that very text."""
    require(actor, CHANGE_PLAN, site)
    accounts.the_site(tx, site)
    checked = check_for(tx, site, text)
    if checked.plan is None:
        raise refused(checked.problems)
    latest = store.latest(tx, site)
    digest = blake2b(text.encode(), digest_size=16).hexdigest()
    if latest is not None and latest.digest == digest:
        return latest
    head = VersionHead(
        version=1 if latest is None else latest.version + 1, published_at=tx.now, published_by=actor.id,
        published_by_name=actor.name or "command line", note=note.strip()[:MAX_NOTE], restores=restores, digest=digest,
    )  # fmt: skip
    store.add_version(tx, site, head, text)
    tx.memo.pop(("plan", site), None)
    # The next look finds it made. Should this command fail, nobody asks for a version with this text.
    _shelf.put((site, head.version, digest), compile_plan(checked.plan, head.version))
    accounts.record(tx, actor, "plan.published", site, version=head.version, note=head.note, restores=restores)
    tx.emit(PlanPublished(site, head.version))
    return head


def rollback(tx: Tx, actor: Actor, site: str, version: int, note: str = "") -> VersionHead:
    """Put an earlier version in force again, as a new one: history is never rewritten."""
    require(actor, CHANGE_PLAN, site)
    return publish(tx, actor, site, version_text(tx, actor, site, version), note, restores=version)


def version_text(tx: Tx, actor: Actor, site: str, version: int | None = None) -> str:
    """The text of a version, of the one in force if none is named."""
    require(actor, READ_PLAN, site)
    if version is None:
        latest = store.latest(tx, site)
        if latest is None:
            raise NoPlan(f"The site {site} has no plan yet: publish one", site=site)
        version = latest.version
    text = store.text_of(tx, site, version)
    if text is None:
        raise _no_version(site, version)
    return text


def version(tx: Tx, actor: Actor, site: str, version: int | None = None) -> tuple[VersionHead, str]:
    """A version with its text; the one in force if none is named."""
    head = version_head(tx, actor, site, version)
    return head, version_text(tx, actor, site, head.version)


def version_head(tx: Tx, actor: Actor, site: str, version: int | None = None) -> VersionHead:
    """Who published a version and when; of the one in force if none is named."""
    require(actor, READ_PLAN, site)
    head = store.latest(tx, site) if version is None else store.version_head(tx, site, version)
    if head is None:
        if version is None:
            raise NoPlan(f"The site {site} has no plan yet: publish one", site=site)
        raise _no_version(site, version)
    return head


def history(tx: Tx, actor: Actor, site: str, cursor: str | None = None, limit: int | None = None) -> Page[VersionHead]:
    """The versions, newest first."""
    require(actor, READ_PLAN, site)
    before = int(decode_cursor(cursor, tuple[int])[0]) if cursor else None
    items = store.versions_before(tx, site, before, page_limit(limit))
    return Page(items, encode_cursor(items[-1].version) if len(items) == page_limit(limit) else None)


def _no_version(site: str, version: int) -> NoSuchVersion:
    return NoSuchVersion(
        f"The site {site} has no plan version {version}: see its history", site=site, version=version
    )  # fmt: skip


# ---- the draft ---------------------------------------------------------------------------------------------


def draft(tx: Tx, actor: Actor, site: str) -> Draft:
    """The site's draft; where there is none, the plan in force as revision 0."""
    require(actor, CHANGE_PLAN, site)
    found = store.draft(tx, site)
    if found is not None:
        return found
    latest = store.latest(tx, site)
    if latest is None:
        return Draft("", 0, 0)
    return Draft(store.text_of(tx, site, latest.version) or "", 0, latest.version)


def save_draft(tx: Tx, actor: Actor, site: str, text: str, revision: int, base_version: int | None = None) -> Draft:
    """Save the draft read as `revision`. DraftChanged, with what is there now, if somebody else was first.

    Revisions begin anew once a draft is published: `base_version` tells the draft that was read from a later one.

    A draft may hold anything up to a plan's size: it is work in progress, and checked as it is published.
    """
    require(actor, CHANGE_PLAN, site)
    accounts.the_site(tx, site)
    before = draft(tx, actor, site)
    if base_version is not None and base_version != before.base_version:
        raise _changed(before)
    new = Draft(text, revision + 1, before.base_version, tx.now, actor.id, actor.name)
    if revision == 0 and before.revision == 0:
        saved = store.add_draft(tx, site, new)
    else:
        saved = store.replace_draft(tx, site, new, revision)
    if not saved:
        raise _changed(store.draft(tx, site) or before)
    tx.emit(DraftSaved(site, new.revision, actor.id))
    return new


def discard_draft(tx: Tx, actor: Actor, site: str, revision: int) -> None:
    """Let the draft go, if it is still the one read as `revision`."""
    require(actor, CHANGE_PLAN, site)
    found = store.draft(tx, site)
    if found is not None and found.revision != revision:
        raise _changed(found)
    store.drop_draft(tx, site)


def publish_draft(tx: Tx, actor: Actor, site: str, revision: int, note: str = "") -> VersionHead:
    """Publish the draft read as `revision`, and let it go."""
    require(actor, CHANGE_PLAN, site)
    found = draft(tx, actor, site)
    if found.revision != revision:
        raise _changed(found)
    head = publish(tx, actor, site, found.text, note)
    store.drop_draft(tx, site)
    return head


def adopt_playbook(tx: Tx, actor: Actor, site: str, name: str, team: str, revision: int) -> Draft:
    """Take a playbook into the draft read as `revision`. PlanRefused if the draft can't be read as a plan."""
    require(actor, CHANGE_PLAN, site)
    found = draft(tx, actor, site)
    if found.revision != revision:
        raise _changed(found)
    adoption = adopt(found.text, playbook(name), team)
    if adoption.text == found.text:
        raise refused(adoption.problems)
    return save_draft(tx, actor, site, adoption.text, revision)


def _changed(now: Draft) -> DraftChanged:
    return DraftChanged(
        f"{now.saved_by_name or 'Somebody'} saved the draft meanwhile: take theirs in, then save again",
        revision=now.revision, base_version=now.base_version, saved_by=now.saved_by_name,
        saved_at=now.saved_at, text=now.text,
    )  # fmt: skip
