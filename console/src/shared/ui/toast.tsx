import { CircleAlert, CircleCheck, X } from "lucide-react";
import { Toast as Radix } from "radix-ui";
import { useWords } from "../i18n";
import { store, useStore } from "../lib/store";

interface Note {
  id: number;
  text: string;
  bad: boolean;
}

const notes = store<Note[]>([]);
let last = 0;

const add = (text: string, bad: boolean) => {
  last += 1;
  const note = { id: last, text, bad };
  notes.set((now) => [...now.slice(-2), note]);
};
const remove = (id: number) => notes.set((now) => now.filter((note) => note.id !== id));

/** Says shortly that something was done, or was not. */
export const toast = { done: (text: string) => add(text, false), failed: (text: string) => add(text, true) };

export function Toasts() {
  const { t } = useWords();
  return (
    <Radix.Provider label={t("common.notice")} swipeDirection="right" duration={5000}>
      {useStore(notes).map((note) => (
        <Radix.Root
          key={note.id}
          type={note.bad ? "foreground" : "background"}
          duration={note.bad ? 9000 : 5000}
          onOpenChange={(open) => open || remove(note.id)}
          className="flex items-start gap-2.5 rounded-lg bg-raised py-3 pr-2 pl-3.5 text-base shadow-dialog ring-1 ring-line animate-rise"
        >
          {note.bad ? (
            <CircleAlert aria-hidden className="mt-0.5 size-4.5 shrink-0 text-bad" />
          ) : (
            <CircleCheck aria-hidden className="mt-0.5 size-4.5 shrink-0 text-good" />
          )}
          <Radix.Description className="min-w-0 flex-1 wrap-words">{note.text}</Radix.Description>
          <Radix.Close aria-label={t("common.close")} className="rounded-md p-1 text-faint hover:text-ink">
            <X className="size-3.5" />
          </Radix.Close>
        </Radix.Root>
      ))}
      <Radix.Viewport
        label={t("common.notices")}
        // Under the top bar, away from where people write.
        className="pointer-events-none fixed inset-x-3 top-15 z-60 flex flex-col gap-2 *:pointer-events-auto md:left-auto md:right-4 md:w-88"
      />
    </Radix.Provider>
  );
}
