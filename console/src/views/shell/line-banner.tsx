import { useDeskClient, useLink, useOutbox } from "@domains/conversations/context";
import { useWords } from "@shared/i18n";
import { useNow } from "@shared/lib/now";
import { useStore } from "@shared/lib/store";
import { CloudOff } from "lucide-react";
import { useEffect, useState } from "react";

/** A blink of the line is nobody's business. */
const PATIENCE = 1500;

/** Says that the line is down, what that means for what was written, and when the next try comes. */
export function LineBanner() {
  const { t } = useWords();
  const { state, next } = useLink();
  const client = useDeskClient();
  const outdated = useStore(client.outdated);
  const unsent = useOutbox().filter((item) => item.state !== "failed").length;
  const now = useNow();
  const down = state === "waiting" || state === "connecting";
  const [shown, setShown] = useState(false);
  useEffect(() => {
    if (!down) return setShown(false);
    const timer = setTimeout(() => setShown(true), PATIENCE);
    return () => clearTimeout(timer);
  }, [down]);
  if (outdated) {
    return (
      <div role="status" className="flex items-center gap-3 bg-accent-soft px-4 py-2 text-sm text-accent-ink">
        <span className="min-w-0 flex-1">{t("shell.new_version")}</span>
        <button type="button" className="font-medium underline underline-offset-2" onClick={() => location.reload()}>
          {t("shell.reload")}
        </button>
      </div>
    );
  }
  if (!shown) return null;
  const seconds = Math.max(0, Math.ceil((next - now) / 1000));
  return (
    <div
      role="status"
      className="flex flex-wrap items-center gap-x-3 gap-y-1 bg-warn-soft px-4 py-2 text-sm text-warn-ink"
    >
      <CloudOff aria-hidden className="size-4 shrink-0" />
      <span className="min-w-0 flex-1">
        {t("line.down")} {unsent > 0 ? t("line.unsent", { count: unsent }) : t("line.safe")}
      </span>
      <button type="button" className="font-medium underline underline-offset-2" onClick={client.retryNow}>
        {state === "connecting" || seconds === 0 ? t("line.trying") : t("line.try_now", { count: seconds })}
      </button>
    </div>
  );
}
