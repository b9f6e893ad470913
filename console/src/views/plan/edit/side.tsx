import type { Plan } from "@domains/direction/api";
import type { Change, PlanWords, Reading } from "@domains/plan/api";
import type { Draft } from "@domains/plan/draft";
import type { Latest } from "@domains/plan/latest";
import { useWords } from "@shared/i18n";
import { Empty, Failed, SkeletonRows } from "@shared/ui/feedback";
import { Segmented } from "@shared/ui/segmented";
import { MessageSquareText } from "lucide-react";
import { type ReactNode, useState } from "react";
import { Changes } from "./changes";
import { MeaningPane } from "./meaning-pane";
import { TeasersPane } from "./teasers-pane";
import { VersionsPane } from "./versions-pane";

type Pane = "meaning" | "teasers" | "changes" | "versions";

interface SideProps {
  site: string;
  draft: Draft;
  current: number;
  /** The newest text that was a sound plan, and whether it is the one in the editor. */
  sound: { plan: Plan; words: PlanWords; now: boolean } | null;
  check: Latest<string, Reading>;
  changes: Latest<string, Change[]>;
  sameAsInForce: boolean;
  onFind: (section: string, name: string) => void;
  onOpen: (text: string) => void;
  onForget: (aside: Draft["asides"][number]) => void;
}

/** What is shown is that of an older text, and says so. */
const Older = ({ old, text, children }: { old: boolean; text: string; children: ReactNode }) => (
  <>
    {old ? (
      <p role="status" className="mb-3 rounded-md bg-note px-3 py-2 text-sm text-note-ink">
        {text}
      </p>
    ) : null}
    {children}
  </>
);

/** Beside the text: what it means, how it looks, what it changes, what was before. */
export function Side({
  site,
  draft,
  current,
  sound,
  check,
  changes,
  sameAsInForce,
  onFind,
  onOpen,
  onForget,
}: SideProps) {
  const { t } = useWords();
  const [pane, setPane] = useState<Pane>("meaning");
  const fresh = changes.state === "done";
  const count = sameAsInForce ? 0 : fresh ? changes.answer?.value.length : undefined;
  const none =
    check.state === "failed" ? (
      <Failed error={check.error} />
    ) : check.state === "done" ? (
      <Empty icon={<MessageSquareText />} title={t("plan.no_meaning")} text={t("plan.no_meaning_text")} />
    ) : (
      <SkeletonRows rows={4} />
    );
  const old = sound !== null && !sound.now;
  const oldText = check.state === "done" ? t("plan.meaning_old") : t("plan.meaning_updating");
  return (
    <section aria-label={t("plan.side")} className="flex min-h-0 flex-col rounded-lg bg-surface ring-1 ring-line">
      <div className="border-b p-2">
        <Segmented<Pane>
          label={t("plan.side")}
          value={pane}
          onChange={setPane}
          className="w-full"
          options={[
            { value: "meaning", text: t("plan.meaning") },
            { value: "teasers", text: t("plan.teasers") },
            { value: "changes", text: t("plan.changes"), count },
            { value: "versions", text: t("plan.versions") },
          ]}
        />
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
      <div className="min-h-0 flex-1 overflow-y-auto px-4 py-4 md:px-5" tabIndex={0}>
        {pane === "meaning" ? (
          sound ? (
            <Older old={old && check.state === "done"} text={oldText}>
              <MeaningPane plan={sound.plan} words={sound.words} onFind={onFind} />
            </Older>
          ) : (
            none
          )
        ) : null}
        {pane === "teasers" ? (
          sound ? (
            <Older old={old && check.state === "done"} text={oldText}>
              <TeasersPane plan={sound.plan} onFind={onFind} />
            </Older>
          ) : (
            none
          )
        ) : null}
        {pane === "changes" ? (
          current === 0 ? (
            <p className="text-base text-muted">{t("plan.first_version")}</p>
          ) : sameAsInForce ? (
            <Changes changes={[]} />
          ) : changes.answer ? (
            <Older old={!fresh} text={sound?.now ? t("plan.meaning_updating") : t("plan.meaning_old")}>
              <h3 className="mb-3 text-xs font-semibold text-muted">{t("plan.changes_against", { n: current })}</h3>
              <Changes changes={changes.answer.value} />
            </Older>
          ) : sound?.now ? (
            <SkeletonRows rows={2} />
          ) : (
            none
          )
        ) : null}
        {pane === "versions" ? (
          <VersionsPane site={site} current={current} asides={draft.asides} onOpen={onOpen} onForget={onForget} />
        ) : null}
      </div>
    </section>
  );
}
