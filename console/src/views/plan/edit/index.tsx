import { planQuery } from "@domains/direction/api";
import { discardDraft, draftQuery, languageQuery, type Problem } from "@domains/plan/api";
import type { Draft } from "@domains/plan/draft";
import { lineOf } from "@domains/plan/places";
import { useDraft } from "@domains/plan/use-draft";
import { useUnderstood } from "@domains/plan/use-reading";
import { useMay, useSite } from "@domains/session";
import { isMissing } from "@shared/http";
import { queryClient } from "@shared/http/query";
import { useWords } from "@shared/i18n";
import { cx } from "@shared/lib/cx";
import { useNow } from "@shared/lib/now";
import { Badge } from "@shared/ui/badge";
import { Button, IconButton } from "@shared/ui/button";
import { Confirm } from "@shared/ui/confirm";
import { Empty, Failed, Skeleton, SkeletonRows, useErrorText } from "@shared/ui/feedback";
import { Hint } from "@shared/ui/hint";
import { Menu, MenuItem } from "@shared/ui/menu";
import { toast } from "@shared/ui/toast";
import { useQuery } from "@tanstack/react-query";
import { useSearch } from "@tanstack/react-router";
import { Copy, Download, Ellipsis, Lock, Trash2 } from "lucide-react";
import { lazy, Suspense, useCallback, useRef, useState } from "react";
import { saveFile } from "../files";
import { DirectionNav } from "../nav";
import { Begin } from "./begin";
import type { EditorHandle } from "./code-editor";
import { Conflict } from "./conflict";
import { Problems } from "./problems";
import { Publish } from "./publish";
import { Side } from "./side";
import { TrialLine } from "./trial-line";

const CodeEditor = lazy(() => import("./code-editor").then((part) => ({ default: part.CodeEditor })));

const NO_PROBLEMS: Problem[] = [];

function Status({ draft, dirty, saving }: { draft: Draft; dirty: boolean; saving: boolean }) {
  const { t, fmt } = useWords();
  const now = useNow();
  const { revision, base_version: base, saved_at, saved_by_name } = draft.seen;
  const about =
    revision === 0
      ? base > 0
        ? t("plan.begun_from", { n: base })
        : t("plan.begun_new")
      : t("plan.saved_by", {
          who: saved_by_name || t("plan.somebody"),
          when: saved_at ? fmt.relative(saved_at, now) : "–",
          n: base,
        });
  return (
    <span className="flex flex-wrap items-center gap-x-2 gap-y-1">
      {about}
      <span role="status">
        {saving ? (
          <Badge>{t("plan.saving")}</Badge>
        ) : dirty ? (
          <Badge tone="warn">{t("plan.unsaved")}</Badge>
        ) : revision > 0 ? (
          <Badge tone="good">{t("common.saved")}</Badge>
        ) : null}
      </span>
    </span>
  );
}

function Editor({ draftState }: { draftState: ReturnType<typeof useDraft> & { draft: Draft } }) {
  const { t, fmt } = useWords();
  const { id: site } = useSite();
  const say = useErrorText();
  const { draft, dirty, saving, save, type } = draftState;
  const { trigger } = useSearch({ from: "/inside/direction/edit" });
  const plan = useQuery(planQuery(site));
  const language = useQuery(languageQuery);
  const current = plan.data?.version ?? 0;
  const { check, changes, trial, checkAgain, tryAgain } = useUnderstood(site, draft.text, plan.data?.text);
  const editor = useRef<EditorHandle>(null);
  const [byHand, setByHand] = useState(false);
  const blank = draft.text.trim() === "" && !byHand && !dirty;
  const [asking, setAsking] = useState<"" | "publish" | "discard">("");

  const reading = check.answer?.value;
  const now = check.state === "done" && check.answer?.asked === draft.text;
  const sound = now && reading?.sound === true;
  const lastSound = useRef<{ plan: NonNullable<typeof reading>["plan"]; words: NonNullable<typeof reading>["words"] }>(
    null,
  );
  if (reading?.sound) lastSound.current = { plan: reading.plan, words: reading.words };
  const shown = lastSound.current?.plan && lastSound.current.words ? lastSound.current : null;
  const sameAsInForce = plan.data !== undefined && plan.data.text === draft.text;

  const keep = useCallback(async () => {
    try {
      return await save();
    } catch (error) {
      toast.failed(say(error));
      return null;
    }
  }, [save, say]);
  const find = useCallback(
    (section: string, name: string) => {
      const line = lineOf(draft.text, section, name);
      if (line > 0) editor.current?.go(line);
    },
    [draft.text],
  );
  // The editor is there once; the text it came with is where the trigger is looked for.
  const wanted = useRef(trigger ? lineOf(draft.text, "triggers", trigger) : 0);
  const onEditor = useCallback((handle: EditorHandle | null) => {
    editor.current = handle;
    if (!handle || wanted.current === 0) return;
    handle.go(wanted.current);
    wanted.current = 0;
  }, []);
  async function discard() {
    try {
      await discardDraft(site, draft.seen.revision);
      type(draft.seen.text);
      await queryClient.refetchQueries({ queryKey: draftQuery(site).queryKey });
      toast.done(t("plan.discarded"));
    } catch (error) {
      toast.failed(say(error));
    } finally {
      setAsking("");
    }
  }
  const stale = draft.seen.revision > 0 && current > 0 && draft.seen.base_version < current;
  const blocked = draft.theirs
    ? t("plan.blocked_conflict")
    : sameAsInForce
      ? t("plan.blocked_same")
      : sound
        ? ""
        : t("plan.blocked_unsound");
  return (
    <div className="flex h-full flex-col overflow-y-auto px-4 pt-5 pb-4 md:overflow-hidden md:px-8 md:pt-7">
      <header className="mb-3 flex flex-wrap items-end justify-between gap-x-6 gap-y-3">
        <div className="min-w-0">
          <h1 className="text-xl font-semibold tracking-tight">{t("nav.direction")}</h1>
          <div className="mt-0.5 text-base text-muted">
            <Status draft={draft} dirty={dirty} saving={saving} />
          </div>
        </div>
        <div className="flex items-center gap-2">
          <Menu trigger={<IconButton label={t("common.more_actions")} icon={<Ellipsis className="size-4.5" />} />}>
            <MenuItem
              icon={<Copy className="size-4" />}
              onSelect={() => void navigator.clipboard.writeText(draft.text).then(() => toast.done(t("common.copied")))}
            >
              {t("plan.copy_text")}
            </MenuItem>
            <MenuItem
              icon={<Download className="size-4" />}
              onSelect={() => saveFile(`${site}.plan.yaml`, new Blob([draft.text], { type: "application/yaml" }))}
            >
              {t("plan.download_text")}
            </MenuItem>
            <MenuItem
              icon={<Trash2 className="size-4" />}
              danger
              disabled={draft.seen.revision === 0 && !dirty}
              onSelect={() => setAsking("discard")}
            >
              {t("plan.discard")}
            </MenuItem>
          </Menu>
          <Button disabled={!dirty || saving || draft.theirs !== null} onClick={() => void keep()}>
            {t("plan.save")}
          </Button>
          {blocked ? (
            <Hint text={blocked} side="bottom">
              <Button look="primary" aria-disabled onClick={(event) => event.preventDefault()}>
                {t("plan.publish_ask")}
              </Button>
            </Hint>
          ) : (
            <Button look="primary" onClick={() => setAsking("publish")}>
              {t("plan.publish_ask")}
            </Button>
          )}
        </div>
      </header>
      <DirectionNav />
      <div className="-mt-2 mb-3 space-y-2">
        {draft.theirs ? (
          <Conflict draft={draft} theirs={draft.theirs} onTheirs={draftState.takeTheirs} onMine={draftState.keepMine} />
        ) : null}
        {stale && plan.data ? (
          <p role="status" className="rounded-lg bg-note px-4 py-2.5 text-base text-note-ink">
            {t("plan.stale_base", {
              version: current,
              who: plan.data.published_by_name || plan.data.published_by,
              when: fmt.moment(plan.data.published_at),
              base: draft.seen.base_version,
            })}
          </p>
        ) : null}
        {blank ? null : <TrialLine trial={trial} sound={sound || !now} onRetry={tryAgain} />}
      </div>
      <div className="grid min-h-0 flex-1 gap-4 max-md:auto-rows-max md:grid-cols-[minmax(0,1fr)_minmax(20rem,26rem)] md:grid-rows-[minmax(0,1fr)] lg:grid-cols-[minmax(0,1fr)_28rem]">
        <section
          aria-label={t("plan.editor")}
          className="grid min-h-0 grid-rows-[minmax(0,1fr)_minmax(0,auto)] overflow-hidden rounded-lg bg-surface ring-1 ring-line focus-within:ring-line-strong max-md:h-[78dvh]"
        >
          {blank ? <Begin onText={type} onEmpty={() => setByHand(true)} /> : null}
          <div className={blank ? "hidden" : "min-h-40 overflow-hidden"}>
            <Suspense fallback={<EditorLoading />}>
              <CodeEditor
                text={draft.text}
                problems={reading?.problems ?? NO_PROBLEMS}
                checked={check.answer?.asked}
                language={language.data}
                onChange={type}
                onSave={() => void keep()}
                handle={onEditor}
              />
            </Suspense>
          </div>
          <div className={cx("flex max-h-56 min-h-0 flex-col md:max-h-64", blank && "hidden")}>
            {check.state === "failed" ? (
              <p role="alert" className="flex items-center gap-3 border-t px-4 py-2.5 text-sm text-bad-ink">
                {say(check.error)}
                <Button size="small" onClick={checkAgain}>
                  {t("common.try_again")}
                </Button>
              </p>
            ) : (
              <Problems
                problems={reading?.problems ?? NO_PROBLEMS}
                old={!now}
                sound={sound}
                onGo={(problem) => editor.current?.go(problem.line, problem.column)}
              />
            )}
          </div>
        </section>
        <Side
          site={site}
          draft={draft}
          current={current}
          sound={shown ? { plan: shown.plan!, words: shown.words!, now: sound } : null}
          check={check}
          changes={changes}
          sameAsInForce={sameAsInForce}
          onFind={find}
          onOpen={type}
          onForget={draftState.forget}
        />
      </div>
      {asking === "publish" ? (
        <Publish site={site} text={draft.text} current={current} onSave={save} onClose={() => setAsking("")} />
      ) : null}
      <Confirm
        open={asking === "discard"}
        title={t("plan.discard_title")}
        text={t("plan.discard_text")}
        action={t("plan.discard")}
        onYes={() => void discard()}
        onNo={() => setAsking("")}
      />
    </div>
  );
}

const EditorLoading = () => (
  <div className="space-y-2.5 p-4">
    {["w-1/3", "w-1/2", "w-2/5", "w-3/5", "w-1/4"].map((width) => (
      <Skeleton key={width} className={`h-4 ${width}`} />
    ))}
  </div>
);

/** The draft of the next plan: its text, its problems, its meaning, what it would have done, and its publication. */
export function EditPlan() {
  const { t } = useWords();
  const { id: site } = useSite();
  const may = useMay("edit_plan");
  if (!may) return <Empty icon={<Lock />} title={t("plan.not_yours")} text={t("plan.not_yours_text")} />;
  return <OpenDraft key={site} site={site} />;
}

function OpenDraft({ site }: { site: string }) {
  const state = useDraft(site);
  const { draft, query } = state;
  if (!draft && query.isError && !isMissing(query.error))
    return <Failed error={query.error} onRetry={() => query.refetch()} />;
  if (!draft) return <SkeletonRows rows={6} height="h-16" />;
  return <Editor draftState={{ ...state, draft }} />;
}
