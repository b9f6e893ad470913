import type { Draft, SavedDraft } from "@domains/plan/draft";
import { useWords } from "@shared/i18n";
import { useNow } from "@shared/lib/now";
import { Button } from "@shared/ui/button";
import { CopyButton } from "@shared/ui/copy";
import { Dialog } from "@shared/ui/dialog";
import { Skeleton } from "@shared/ui/feedback";
import { UsersRound } from "lucide-react";
import { lazy, Suspense, useState } from "react";

const Merge = lazy(() => import("./merge").then((part) => ({ default: part.Merge })));

interface ConflictProps {
  draft: Draft;
  theirs: SavedDraft;
  onTheirs: () => void;
  onMine: () => void;
}

/** Somebody else saved meanwhile: who, when, both texts, and the choice. Until it is made nothing can be saved. */
export function Conflict({ draft, theirs, onTheirs, onMine }: ConflictProps) {
  const { t, fmt } = useWords();
  const now = useNow();
  const [open, setOpen] = useState(false);
  const who = theirs.saved_by_name || t("plan.somebody");
  const when = theirs.saved_at ? fmt.relative(theirs.saved_at, now) : "";
  const text =
    theirs.revision === 0
      ? t("plan.conflict_gone", { version: theirs.base_version })
      : t("plan.conflict_text", { who, when });
  const choose = (how: () => void) => () => {
    setOpen(false);
    how();
  };
  return (
    <div
      role="alert"
      className="flex flex-wrap items-center gap-x-4 gap-y-2 rounded-lg bg-warn-soft px-4 py-3 text-base text-warn-ink"
    >
      <UsersRound aria-hidden className="size-5 shrink-0" />
      <p className="min-w-0 flex-1 basis-64 text-pretty">
        {text} {t("plan.conflict_kept")}
      </p>
      <Button onClick={() => setOpen(true)}>{t("plan.conflict_compare")}</Button>
      <Dialog
        open={open}
        onClose={() => setOpen(false)}
        title={t("plan.conflict_title")}
        description={t("plan.conflict_help")}
        size="wide"
        footer={
          <>
            <Button onClick={choose(onTheirs)}>{t("plan.take_theirs")}</Button>
            <Button look="primary" onClick={choose(onMine)}>
              {t("plan.keep_mine")}
            </Button>
          </>
        }
      >
        <div className="mb-2 grid grid-cols-2 gap-3 text-sm">
          <div className="flex flex-wrap items-center justify-between gap-2">
            <span className="font-medium">
              {theirs.revision === 0 ? t("plan.in_force_text") : t("plan.theirs", { who })}
            </span>
            <CopyButton text={theirs.text} label={t("plan.copy_theirs")} />
          </div>
          <div className="flex flex-wrap items-center justify-between gap-2">
            <span className="font-medium">{t("plan.mine")}</span>
            <CopyButton text={draft.text} label={t("plan.copy_mine")} />
          </div>
        </div>
        <Suspense fallback={<Skeleton className="h-64" />}>
          <Merge
            mine={draft.text}
            theirs={theirs.text}
            mineLabel={t("plan.mine")}
            theirsLabel={t("plan.theirs", { who })}
          />
        </Suspense>
      </Dialog>
    </div>
  );
}
