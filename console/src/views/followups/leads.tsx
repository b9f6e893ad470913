import { planQuery } from "@domains/direction/api";
import { changeLead, leadsQuery } from "@domains/followups/api";
import { LEAD_STATES, type Lead, type LeadState } from "@domains/followups/model";
import { useSite } from "@domains/session";
import { type Key, useWords } from "@shared/i18n";
import { spoken } from "@shared/lib/names";
import { Button } from "@shared/ui/button";
import { Empty, Failed, SkeletonRows, useErrorText } from "@shared/ui/feedback";
import { Select } from "@shared/ui/field";
import { toast } from "@shared/ui/toast";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Contact, Mail, Phone } from "lucide-react";
import { useState } from "react";

/** A service team's questions are solved or not; only what is sold is won or lost. */
function useStateName(): (state: LeadState, team: string) => string {
  const { t } = useWords();
  const { id } = useSite();
  const teams = useQuery(planQuery(id)).data?.plan.teams ?? [];
  const serving = new Set(teams.filter((team) => team.aim === "service").map((team) => team.name));
  return (state, team) => t(serving.has(team) ? (`questions.${state}` as Key) : (`leads.${state}` as Key));
}

function LeadCard({ lead }: { lead: Lead }) {
  const { t, fmt } = useWords();
  const stateName = useStateName();
  const [wrong, setWrong] = useState("");
  const say = useErrorText();
  const { name, email, phone, message: text } = lead;
  async function change(state: LeadState) {
    setWrong("");
    try {
      await changeLead(lead.id, state, "");
      toast.done(t("leads.changed", { state: stateName(state, lead.team) }));
    } catch (error) {
      setWrong(say(error));
    }
  }
  return (
    <li className="flex flex-wrap items-start gap-x-4 gap-y-3 rounded-lg bg-surface p-4 ring-1 ring-line">
      <div className="min-w-0 flex-1 basis-60 space-y-1">
        <p dir="auto" className="text-base font-semibold wrap-words">
          {name || email || phone || t("leads.unnamed")}
        </p>
        <p className="flex flex-wrap gap-x-4 text-sm">
          {phone ? (
            <a href={`tel:${phone}`} className="inline-flex items-center gap-1.5 text-accent-ink hover:underline">
              <Phone aria-hidden className="size-3.5" />
              {phone}
            </a>
          ) : null}
          {email ? (
            <a href={`mailto:${email}`} className="inline-flex items-center gap-1.5 text-accent-ink hover:underline">
              <Mail aria-hidden className="size-3.5" />
              <span className="wrap-words">{email}</span>
            </a>
          ) : null}
        </p>
        {text ? (
          <p dir="auto" className="text-base wrap-words whitespace-pre-line">
            {text}
          </p>
        ) : null}
        <p className="flex flex-wrap gap-x-2 text-sm text-muted">
          <span>
            {[
              fmt.moment(lead.created_at),
              lead.source && t("leads.from", { source: spoken(lead.source).toLowerCase() }),
              lead.team && spoken(lead.team),
            ]
              .filter(Boolean)
              .join(" · ")}
          </span>
          {lead.conversation ? (
            <Link
              to="/inbox/$conversation"
              params={{ conversation: lead.conversation }}
              className="text-accent-ink hover:underline"
            >
              {t("followups.open_talk")}
            </Link>
          ) : null}
        </p>
      </div>
      <Select
        aria-label={t("leads.state_of", { name: name || email || phone || lead.id })}
        className="w-40 max-sm:w-full"
        value={lead.state}
        onChange={(event) => void change(event.target.value as LeadState)}
      >
        {LEAD_STATES.map((state) => (
          <option key={state} value={state}>
            {stateName(state, lead.team)}
          </option>
        ))}
      </Select>
      {wrong ? (
        <p role="alert" className="w-full text-sm text-bad-ink">
          {wrong}
        </p>
      ) : null}
    </li>
  );
}

/** People who may become customers, and how far each is. */
export function Leads() {
  const { t } = useWords();
  const { id } = useSite();
  const [state, setState] = useState<LeadState | "">("");
  const found = useInfiniteQuery(leadsQuery(id, state));
  const leads = found.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <>
      <Select
        aria-label={t("leads.filter")}
        className="mb-4 w-48 max-sm:w-full"
        value={state}
        onChange={(event) => setState(event.target.value as LeadState | "")}
      >
        <option value="">{t("leads.all")}</option>
        {LEAD_STATES.map((one) => (
          <option key={one} value={one}>
            {t(`leads.${one}` as Key)}
          </option>
        ))}
      </Select>
      {found.isPending ? <SkeletonRows rows={4} height="h-20" /> : null}
      {found.isError ? <Failed error={found.error} onRetry={() => found.refetch()} /> : null}
      {found.isSuccess && leads.length === 0 ? (
        <Empty icon={<Contact />} title={t("leads.none")} text={t("leads.none_text")} />
      ) : null}
      <ul className="space-y-2.5">
        {leads.map((lead) => (
          <LeadCard key={lead.id} lead={lead} />
        ))}
      </ul>
      {found.hasNextPage ? (
        <div className="pt-4 text-center">
          <Button onClick={() => found.fetchNextPage()} disabled={found.isFetchingNextPage}>
            {t("common.more")}
          </Button>
        </div>
      ) : null}
    </>
  );
}
