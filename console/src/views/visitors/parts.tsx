import type { VisitorFacts } from "@domains/conversations/api";
import { pageSince } from "@domains/visitors/order";
import { clock, type Key, useWords } from "@shared/i18n";
import { spoken } from "@shared/lib/names";
import { useNow } from "@shared/lib/now";
import { Badge, type Tone } from "@shared/ui/badge";

/** How long they have been on the page, ticking. */
export function OnPage({ visitor }: { visitor: VisitorFacts }) {
  const now = useNow();
  return <span className="tabular">{clock(now - Date.parse(pageSince(visitor)))}</span>;
}

const STATES: Record<string, Tone> = {
  shown: "accent",
  seen: "accent",
  accepted: "good",
  declined: "neutral",
  ignored: "neutral",
  held_out: "neutral",
  held_out_all: "neutral",
  invited: "accent",
  pending: "warn",
};

const KNOWN_STATES = new Set(Object.keys(STATES));

export const invitationState = (state: string): Key | null =>
  KNOWN_STATES.has(state) ? (`invitation.${state}` as Key) : null;

/** What became of the invitation: the trigger's name, and shown, declined or held out. */
export function Invitation({ visitor }: { visitor: VisitorFacts }) {
  const { t } = useWords();
  if (!visitor.invitation) return <span className="text-faint">–</span>;
  const { trigger, arm, state } = visitor.invitation;
  const now = arm.startsWith("held_out") ? arm : state || arm;
  const key = invitationState(now);
  return (
    <span className="flex min-w-0 flex-col items-start gap-0.5">
      <Badge tone={STATES[now] ?? "neutral"}>{key ? t(key) : spoken(now)}</Badge>
      <span className="max-w-full truncate text-xs text-muted">{spoken(trigger)}</span>
    </span>
  );
}

/** The marks that must not be overlooked. */
export function Marks({ visitor }: { visitor: VisitorFacts }) {
  const { t } = useWords();
  return (
    <>
      {visitor.conversation ? <Badge tone="good">{t("visitor.in_conversation")}</Badge> : null}
      {visitor.identified ? <Badge tone="accent">{t("visitor.identified")}</Badge> : null}
      {visitor.simulated ? <Badge tone="note">{t("visitor.simulated")}</Badge> : null}
      {visitor.blocked ? <Badge tone="bad">{t("visitor.blocked")}</Badge> : null}
    </>
  );
}

export function Basket({ visitor }: { visitor: VisitorFacts }) {
  const { t, fmt } = useWords();
  const { cart } = visitor;
  if (!cart || cart.items === 0) return <span className="text-faint">–</span>;
  return (
    <span className="whitespace-nowrap">
      <span className="tabular font-medium">{fmt.money(cart.value, visitor.currency || "EUR")}</span>
      <span className="block text-xs text-muted">{t("visitor.items", { count: cart.items })}</span>
    </span>
  );
}
