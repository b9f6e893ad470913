import { historyQuery, planQuery } from "@domains/direction/api";
import { overviewQuery } from "@domains/insight/api";
import { decisionsFile, versionQuery } from "@domains/plan/api";
import type { Numbers, Side } from "@domains/plan/trial";
import { otherTrial, useTrial } from "@domains/plan/trials";
import { useDraft } from "@domains/plan/use-draft";
import { useMay, useSite } from "@domains/session";
import { ApiError, isMissing } from "@shared/http";
import { useWords } from "@shared/i18n";
import { Button } from "@shared/ui/button";
import { Empty, Failed, SkeletonRows, useErrorText } from "@shared/ui/feedback";
import { Check, Field, Input, Select } from "@shared/ui/field";
import { Page } from "@shared/ui/page";
import { toast } from "@shared/ui/toast";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { CircleAlert, Compass, Download, History, Lock } from "lucide-react";
import { useEffect, useMemo, useState } from "react";
import { saveFile } from "../files";
import { DirectionNav } from "../nav";
import { type Agents, AgentsFields, limitsOf } from "./agents";
import { Figures, type NamedSide, Overlaps, TriggerTable } from "./figures";
import { Hours } from "./hours";
import { GivenUp, InTheWay, Running } from "./running";

const DAY = 86_400_000;
const PERIODS = [7, 30, 90] as const;
const HOUR = 3_600_000;
const BY_HAND = 0.05;

/** What can be tried: the draft as it stands here, a version, or a file. */
type Source = "draft" | `v${number}` | "file" | "";

interface OtherFile {
  name: string;
  text: string;
}

/** The text of a chosen source, once it is there. */
function useText(source: Source, draft: string | undefined, file: OtherFile | null): string | undefined {
  const { id } = useSite();
  const version = source.startsWith("v") ? Number(source.slice(1)) : 0;
  const found = useQuery({ ...versionQuery(id, version), enabled: version > 0 });
  if (source === "draft") return draft;
  if (source === "file") return file?.text;
  return version > 0 ? found.data?.text : undefined;
}

function useMeasuredAcceptance(): { rate: number; n: number } | null {
  const { id } = useSite();
  const { from, to } = useMemo(() => {
    const day = (at: number) => new Date(at).toISOString().slice(0, 10);
    return { from: day(Date.now() - 28 * DAY), to: day(Date.now() + DAY) };
  }, []);
  const { data } = useQuery(overviewQuery(id, from, to));
  if (!data) return null;
  const shown = data.decisions.reduce((sum, one) => sum + one.shown, 0);
  const accepted = data.decisions.reduce((sum, one) => sum + one.accepted, 0);
  return shown > 0 ? { rate: accepted / shown, n: shown } : null;
}

const PICK_FILE = ".yaml,.yml,.txt,text/yaml,text/plain";

interface PickerProps {
  label: string;
  value: Source;
  none?: string;
  draft: string;
  file: OtherFile | null;
  onChange: (source: Source) => void;
  onFile: (file: OtherFile) => void;
}

function Picker({ label, value, none, draft, file, onChange, onFile }: PickerProps) {
  const { t } = useWords();
  const { id } = useSite();
  const plan = useQuery(planQuery(id));
  const versions = useInfiniteQuery(historyQuery(id)).data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Field label={label} className="max-sm:w-full sm:w-56">
      {(control) => (
        <>
          <Select {...control} value={value} onChange={(event) => onChange(event.target.value as Source)}>
            {none ? <option value="">{none}</option> : null}
            <option value="draft">{draft}</option>
            {versions.map((one) => (
              <option key={one.version} value={`v${one.version}`}>
                {t("direction.version_nth", { n: one.version })}
                {one.version === plan.data?.version ? ` · ${t("direction.in_force")}` : ""}
              </option>
            ))}
            <option value="file">{file?.name ?? t("plan.try_file")}</option>
          </Select>
          {value === "file" ? (
            <input
              type="file"
              aria-label={t("plan.try_file_pick")}
              accept={PICK_FILE}
              className="mt-2 w-full text-sm text-muted file:mr-2 file:h-7 file:rounded-md file:border-0 file:bg-sunken file:px-2.5 file:text-sm file:font-medium file:text-ink"
              onChange={async (event) => {
                const picked = event.target.files?.[0];
                if (picked) onFile({ name: picked.name, text: await picked.text() });
              }}
            />
          ) : null}
        </>
      )}
    </Field>
  );
}

function Refused({ error }: { error: ApiError }) {
  const { t } = useWords();
  return (
    <Empty
      icon={<CircleAlert />}
      title={t("plan.try_refused")}
      text={<span lang="en">{error.message}</span>}
      action={
        <Link to="/direction/edit" className="text-base font-medium text-accent-ink hover:underline">
          {t("plan.try_to_editor")}
        </Link>
      }
    />
  );
}

const named = (name: string, side: Side, uninvited: boolean): NamedSide => ({
  name,
  numbers: uninvited ? side.uninvited : side.numbers,
});

const hasNothing = (numbers: Numbers) => numbers.visits === 0;

function Trying() {
  const { t, fmt } = useWords();
  const { id: site } = useSite();
  const say = useErrorText();
  const plan = useQuery(planQuery(site));
  const { draft, query } = useDraft(site);
  const [what, setWhat] = useState<Source>("draft");
  const [other, setOther] = useState<Source>("");
  const [files, setFiles] = useState<{ what: OtherFile | null; other: OtherFile | null }>({ what: null, other: null });
  const [days, setDays] = useState<number>(30);
  const [uninvited, setUninvited] = useState(false);
  const [acceptance, setAcceptance] = useState<number | null>(null);
  const [agents, setAgents] = useState<Agents | null>(null);
  const measured = useMeasuredAcceptance();
  const rate = acceptance ?? measured?.rate ?? BY_HAND;
  const text = useText(what, draft?.text, files.what);
  const compare = useText(other, draft?.text, files.other);
  // What is in force is what a draft is measured by, unless it is the same.
  const inForce = plan.data;
  const differs = inForce !== undefined && draft !== null && draft.text !== inForce.text;
  const first = useMemo(() => (differs && inForce ? (`v${inForce.version}` as const) : ""), [differs, inForce]);
  useEffect(() => setOther(first), [first]);
  // In whole hours: who comes back finds the trial that is still running.
  const since = useMemo(() => new Date(Math.floor(Date.now() / HOUR) * HOUR - days * DAY).toISOString(), [days]);
  const waiting = text === undefined || text.trim() === "" || (other !== "" && compare === undefined);
  const limits = limitsOf(agents);
  const staffing = limits ? { teams: limits, acceptance: `${(rate * 100).toFixed(2)}%` } : undefined;
  const { now, trier } = useTrial(site, waiting ? null : { text, compare, since, survey: true, staffing });
  const nameOf = (source: Source, file: OtherFile | null) =>
    source === "draft"
      ? t("plan.try_draft")
      : source === "file"
        ? (file?.name ?? "")
        : t("direction.version_nth", { n: Number(source.slice(1)) });
  const trial = now.state === "done" ? now.asked?.result : undefined;
  const standing = otherTrial(now.error);
  const sides = trial
    ? [
        named(nameOf(what, files.what), trial.plan, uninvited),
        ...(trial.compare
          ? [named(nameOf(other, files.other) + (other === what ? " (2)" : ""), trial.compare, uninvited)]
          : []),
      ]
    : [];
  async function download(of: string | undefined, name: string) {
    if (of === undefined) return;
    try {
      saveFile(
        `${site}-decisions-${name.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-")}.jsonl`,
        await decisionsFile(site, of, since),
      );
    } catch (error) {
      toast.failed(say(error));
    }
  }
  if (!draft && query.isError && !isMissing(query.error))
    return <Failed error={query.error} onRetry={() => query.refetch()} />;
  if (!draft) return <SkeletonRows />;
  if (!draft.text.trim() && plan.isError && isMissing(plan.error)) {
    const write = (
      <Link to="/direction/edit" className="font-medium text-accent-ink underline underline-offset-2">
        {t("direction.write_first")}
      </Link>
    );
    return <Empty icon={<Compass />} title={t("direction.none")} text={t("direction.none_text")} action={write} />;
  }
  return (
    <>
      <section
        aria-label={t("plan.try_settings")}
        className="mb-4 flex flex-wrap items-start gap-x-4 gap-y-4 rounded-lg bg-surface px-5 py-4 ring-1 ring-line"
      >
        <Picker
          label={t("plan.try_what")}
          value={what}
          draft={t("plan.try_draft")}
          file={files.what}
          onChange={setWhat}
          onFile={(file) => setFiles((now) => ({ ...now, what: file }))}
        />
        <Picker
          label={t("plan.try_beside")}
          value={other}
          none={t("plan.try_nothing_beside")}
          draft={t("plan.try_draft")}
          file={files.other}
          onChange={setOther}
          onFile={(file) => setFiles((now) => ({ ...now, other: file }))}
        />
        <Field label={t("plan.try_period")} className="max-sm:w-full sm:w-44">
          {(control) => (
            <Select {...control} value={days} onChange={(event) => setDays(Number(event.target.value))}>
              {PERIODS.map((count) => (
                <option key={count} value={count}>
                  {t("plan.try_days", { count })}
                </option>
              ))}
            </Select>
          )}
        </Field>
        <Field
          label={t("plan.try_acceptance")}
          className="max-sm:w-full sm:w-52"
          hint={
            measured
              ? t("plan.try_measured", { share: fmt.percent(measured.rate), count: measured.n })
              : t("plan.try_not_measured")
          }
        >
          {(control) => (
            <span className="flex items-center gap-2 *:max-w-20">
              <Input
                {...control}
                type="number"
                min={0}
                max={100}
                step={1}
                value={Math.round(rate * 100)}
                onChange={(event) => setAcceptance(Math.min(100, Math.max(0, Number(event.target.value))) / 100)}
              />
              %
            </span>
          )}
        </Field>
        <Check
          className="basis-full"
          checked={uninvited}
          onChange={(event) => setUninvited(event.target.checked)}
          label={
            <>
              {t("plan.try_uninvited")}
              <span className="block text-sm text-muted">{t("plan.try_uninvited_text")}</span>
            </>
          }
        />
        <AgentsFields text={text} agents={agents} onChange={setAgents} />
      </section>
      {now.state === "running" ? <Running asked={now.asked} onCancel={() => void trier.cancel()} /> : null}
      {now.state === "cancelled" ? <GivenUp asked={now.asked} onAgain={trier.again} /> : null}
      {now.state !== "failed" ? null : standing ? (
        <InTheWay other={standing} onAgain={trier.again} onInstead={() => void trier.instead(standing)} />
      ) : now.error instanceof ApiError && now.error.code === "plan_refused" ? (
        <Refused error={now.error} />
      ) : (
        <Failed error={now.error} onRetry={trier.again} />
      )}
      {trial ? (
        sides.every((side) => hasNothing(side.numbers)) ? (
          <Empty icon={<History />} title={t("plan.try_none")} text={t("plan.try_none_text")} />
        ) : (
          <div className="space-y-4">
            {trial.bad_lines > 0 ? (
              <p className="rounded-lg bg-note px-4 py-2.5 text-base text-note-ink">
                {t("plan.try_left_out", { count: trial.bad_lines })}
              </p>
            ) : null}
            <Figures sides={sides} acceptance={rate} staffed={limits !== null} />
            <TriggerTable sides={sides} staffed={limits !== null} />
            <Hours sides={sides} acceptance={rate} />
            <Overlaps sides={sides} />
            <div className="flex flex-wrap items-center gap-3 text-sm text-muted">
              {sides.map((side, index) => (
                <Button
                  key={side.name}
                  icon={<Download className="size-4" />}
                  onClick={() => void download(index === 0 ? text : compare, side.name)}
                >
                  {t("plan.try_download", { name: side.name })}
                </Button>
              ))}
              <span className="min-w-0 flex-1 basis-64 text-pretty">
                {t(limits ? "plan.try_caveat_staffed" : "plan.try_caveat")}
              </span>
            </div>
          </div>
        )
      ) : null}
    </>
  );
}

/** A plan on the site's recorded visits, before anybody is disturbed. */
export function TryPlan() {
  const { t } = useWords();
  const { id } = useSite();
  const may = useMay("edit_plan");
  return (
    <Page title={t("nav.direction")} text={t("plan.try_text")}>
      <DirectionNav />
      {may ? (
        <Trying key={id} />
      ) : (
        <Empty icon={<Lock />} title={t("plan.not_yours")} text={t("plan.not_yours_text")} />
      )}
    </Page>
  );
}
