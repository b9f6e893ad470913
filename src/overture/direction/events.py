"""What happens to a site's direction."""

from __future__ import annotations

from overture.store import Event


class PlanPublished(Event, frozen=True, tag="plan.published"):
    """Another plan version is in force, from the next look of every visit."""

    site: str
    version: int

    def topics(self) -> tuple[str, ...]:
        return (f"plan:{self.site}",)


class DraftSaved(Event, frozen=True, tag="plan.draft_saved"):
    """Somebody saved the draft; who edits an older revision should know."""

    site: str
    revision: int
    by: str

    def topics(self) -> tuple[str, ...]:
        return (f"plan:{self.site}",)
