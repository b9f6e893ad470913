import { historyQuery, type PlanVersion } from "@domains/direction/api";
import { rollBack, versionQuery } from "@domains/plan/api";
import type { Aside } from "@domains/plan/draft";
import { queryClient } from "@shared/http/query";
import { useWords } from "@shared/i18n";
import { Badge } from "@shared/ui/badge";
import { Button } from "@shared/ui/button";
import { CopyButton } from "@shared/ui/copy";
import { Dialog } from "@shared/ui/dialog";
import { Failed, SkeletonRows, useErrorText } from "@shared/ui/feedback";
import { Field, Input } from "@shared/ui/field";
import { toast } from "@shared/ui/toast";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";

interface VersionsPaneProps {
  site: string;
  current: number;
  asides: Aside[];
  onOpen: (text: string) => void;
  onForget: (aside: Aside) => void;
}

function RollBack({ site, version, onClose }: { site: string; version: PlanVersion; onClose: () => void }) {
  const { t } = useWords();
  const say = useErrorText();
  const [note, setNote] = useState("");
  const [busy, setBusy] = useState(false);
  async function go() {
    setBusy(true);
    try {
      const made = await rollBack(site, version.version, note.trim());
      toast.done(t("plan.rolled_back", { n: version.version, version: made.version }));
      onClose();
    } catch (error) {
      toast.failed(say(error));
      setBusy(false);
    }
  }
  return (
    <Dialog
      open
      onClose={onClose}
      title={t("plan.roll_back_title", { n: version.version })}
      description={t("plan.roll_back_text")}
      footer={
        <>
          <Button onClick={onClose}>{t("common.cancel")}</Button>
          <Button look="danger" disabled={busy} onClick={() => void go()}>
            {t("plan.roll_back")}
          </Button>
        </>
      }
    >
      <Field label={t("plan.note")}>
        {(control) => (
          <Input {...control} maxLength={500} value={note} onChange={(event) => setNote(event.target.value)} />
        )}
      </Field>
    </Dialog>
  );
}

/** Versions that were in force, to go back to or to begin from; and texts that were put aside. */
export function VersionsPane({ site, current, asides, onOpen, onForget }: VersionsPaneProps) {
  const { t, fmt } = useWords();
  const say = useErrorText();
  const [back, setBack] = useState<PlanVersion | null>(null);
  const found = useInfiniteQuery(historyQuery(site));
  const open = async (version: number) => {
    try {
      onOpen((await queryClient.fetchQuery(versionQuery(site, version))).text);
    } catch (error) {
      toast.failed(say(error));
    }
  };
  return (
    <div className="space-y-6">
      {asides.length > 0 ? (
        <section>
          <h3 className="mb-1.5 text-xs font-semibold text-muted">{t("plan.asides")}</h3>
          <ul className="divide-y rounded-lg ring-1 ring-line">
            {asides.map((aside) => (
              <li key={aside.at + aside.by} className="flex flex-wrap items-center gap-2 px-3.5 py-2.5">
                <span className="min-w-0 flex-1 basis-32 text-sm wrap-words">
                  {aside.by}
                  <span className="block text-xs text-muted">{fmt.moment(aside.at)}</span>
                </span>
                <CopyButton text={aside.text} />
                <Button size="small" onClick={() => onOpen(aside.text)}>
                  {t("plan.open_in_editor")}
                </Button>
                <Button size="small" look="quiet" onClick={() => onForget(aside)}>
                  {t("plan.forget")}
                </Button>
              </li>
            ))}
          </ul>
        </section>
      ) : null}
      <section>
        <h3 className="mb-1.5 text-xs font-semibold text-muted">{t("direction.history")}</h3>
        {found.isPending ? <SkeletonRows rows={3} /> : null}
        {found.isError ? <Failed error={found.error} onRetry={() => found.refetch()} /> : null}
        <ol className="divide-y">
          {found.data?.pages
            .flatMap((page) => page.items)
            .map((version) => (
              <li key={version.version} className="py-3">
                <div className="flex items-center gap-2">
                  <span className="tabular text-base font-semibold">
                    {t("direction.version_nth", { n: version.version })}
                  </span>
                  {version.version === current ? <Badge tone="good">{t("direction.in_force")}</Badge> : null}
                </div>
                <p className="text-sm wrap-words">
                  {version.note || (version.restores ? t("direction.restores", { n: version.restores }) : "")}
                  <span className="block text-muted">
                    {version.published_by_name || version.published_by} · {fmt.moment(version.published_at)}
                  </span>
                </p>
                <div className="mt-2 flex flex-wrap gap-2">
                  <Button size="small" onClick={() => void open(version.version)}>
                    {t("plan.open_in_editor")}
                  </Button>
                  {version.version === current ? null : (
                    <Button size="small" onClick={() => setBack(version)}>
                      {t("plan.roll_back")}
                    </Button>
                  )}
                </div>
              </li>
            ))}
        </ol>
        {found.hasNextPage ? (
          <Button size="small" onClick={() => found.fetchNextPage()} disabled={found.isFetchingNextPage}>
            {t("common.more")}
          </Button>
        ) : null}
      </section>
      {back ? <RollBack site={site} version={back} onClose={() => setBack(null)} /> : null}
    </div>
  );
}
