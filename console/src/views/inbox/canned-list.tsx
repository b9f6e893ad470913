import type { CannedReply } from "@domains/conversations/api";
import { cannedText } from "@domains/conversations/canned";
import { useWords } from "@shared/i18n";
import { cx } from "@shared/lib/cx";
import { Keys } from "@shared/ui/keys";
import { useEffect, useRef } from "react";

interface CannedListProps {
  id: string;
  replies: CannedReply[];
  active: number;
  loading: boolean;
  language: string;
  onChoose: (reply: CannedReply) => void;
}

/** Above the field while it begins with a slash. The field keeps the focus and says which line is meant. */
export function CannedList({ id, replies, active, loading, language, onChoose }: CannedListProps) {
  const { t } = useWords();
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    list.current?.querySelector(`[id="${id}-${active}"]`)?.scrollIntoView({ block: "nearest" });
  }, [id, active]);
  return (
    <div className="absolute inset-x-0 bottom-full z-20 mb-2 overflow-hidden rounded-lg bg-raised shadow-raised ring-1 ring-line animate-rise">
      <div
        ref={list}
        id={id}
        role="listbox"
        aria-label={t("canned.title")}
        tabIndex={0}
        className="max-h-72 overflow-y-auto rounded-t-lg p-1 focus-visible:-outline-offset-2"
      >
        {replies.map((reply, index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the field above has the keys
          // biome-ignore lint/a11y/useFocusableInteractive: the field above keeps the focus
          <div
            key={reply.id}
            id={`${id}-${index}`}
            role="option"
            aria-selected={index === active}
            // Before the field loses the focus to the list.
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => onChoose(reply)}
            className={cx("cursor-pointer rounded-md px-3 py-2", index === active ? "bg-selected" : "hover:bg-hover")}
          >
            <p className="text-sm font-semibold">/{reply.shortcut}</p>
            <p className="line-clamp-2 text-sm text-muted">{cannedText(reply, language)}</p>
          </div>
        ))}
        {replies.length === 0 ? (
          <p className="px-3 py-3 text-sm text-muted">{loading ? t("common.loading") : t("canned.none")}</p>
        ) : null}
      </div>
      <p className="flex items-center gap-3 border-t px-3 py-1.5 text-xs text-muted max-md:hidden">
        <span className="flex items-center gap-1.5">
          <Keys text="↑ ↓" /> {t("canned.choose")}
        </span>
        <span className="flex items-center gap-1.5">
          <Keys text="Enter" /> {t("canned.insert")}
        </span>
        <span className="flex items-center gap-1.5">
          <Keys text="Esc" /> {t("common.close")}
        </span>
      </p>
    </div>
  );
}
