import { type Key, useWords } from "@shared/i18n";
import { Dialog } from "@shared/ui/dialog";
import { Keys } from "@shared/ui/keys";
import { PLACES } from "./places";

const INBOX: [keys: string, what: Key][] = [
  ["j", "keys.next"],
  ["k", "keys.previous"],
  ["Enter", "keys.open"],
  ["r", "keys.reply"],
  ["n", "keys.note"],
  ["/", "keys.canned"],
  ["t", "keys.take"],
  ["h", "keys.hand_over"],
  ["w", "keys.wrap_up"],
  ["Shift w", "keys.wrap_up_usual"],
  ["Ctrl Enter", "keys.confirm"],
  ["?", "keys.help"],
];

const Lines = ({ title, lines }: { title: string; lines: [string, string][] }) => (
  <section>
    <h3 className="mb-2 text-sm font-semibold text-muted">{title}</h3>
    <dl className="space-y-1.5">
      {lines.map(([keys, what]) => (
        <div key={keys} className="flex items-center justify-between gap-4">
          <dt className="text-base">{what}</dt>
          <dd>
            <Keys text={keys} />
          </dd>
        </div>
      ))}
    </dl>
  </section>
);

export function ShortcutHelp({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { t } = useWords();
  return (
    <Dialog open={open} onClose={onClose} title={t("keys.title")} description={t("keys.text")} size="wide">
      <div className="grid gap-8 sm:grid-cols-2">
        <Lines title={t("nav.inbox")} lines={INBOX.map(([keys, what]) => [keys, t(what)])} />
        <Lines title={t("keys.go")} lines={PLACES.map((place) => [`g ${place.key}`, t(place.name)])} />
      </div>
    </Dialog>
  );
}
