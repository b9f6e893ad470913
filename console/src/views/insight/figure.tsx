import { useWords } from "@shared/i18n";
import { Info } from "lucide-react";
import { Popover } from "radix-ui";

interface MeaningProps {
  label: string;
  text: string;
}

/** What exactly a number counts, one press away. */
export function Definition({ label, text }: MeaningProps) {
  const { t } = useWords();
  return (
    <Popover.Root>
      <Popover.Trigger
        aria-label={t("insight.what_is", { name: label })}
        className="-m-1.5 inline-flex rounded-md p-1.5 text-faint hover:text-ink"
      >
        <Info aria-hidden className="size-3.5" />
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          sideOffset={4}
          collisionPadding={12}
          className="z-50 max-w-72 rounded-lg bg-raised px-3.5 py-3 text-sm text-pretty shadow-raised ring-1 ring-line animate-fade"
        >
          <p className="font-semibold">{label}</p>
          <p className="mt-0.5 text-muted">{text}</p>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}

interface FigureProps {
  label: string;
  value: string;
  meaning: string;
  note?: string;
  /** Of how many it is a part: the share is told only where it says something. */
  of?: number;
  part?: number;
}

export function Figure({ label, value, meaning, note = "", of = 0, part = 0 }: FigureProps) {
  const { t, fmt } = useWords();
  const share = of > 0 ? t("insight.share", { share: fmt.percent(part / of), count: of }) : "";
  return (
    <div className="rounded-lg bg-surface px-4 py-3.5 ring-1 ring-line">
      <p className="flex items-center gap-1.5 text-sm text-muted">
        {label}
        <Definition label={label} text={meaning} />
      </p>
      <p className="tabular mt-1 text-2xl font-semibold tracking-tight">{value}</p>
      <p className="tabular min-h-5 text-sm text-muted">{note || share}</p>
    </div>
  );
}
