import type { ReactNode } from "react";
import { cx } from "../lib/cx";

export type Tone = "neutral" | "accent" | "good" | "warn" | "bad" | "note";

const TONES: Record<Tone, string> = {
  neutral: "bg-sunken text-muted",
  accent: "bg-accent-soft text-accent-ink",
  good: "bg-good-soft text-good-ink",
  warn: "bg-warn-soft text-warn-ink",
  bad: "bg-bad-soft text-bad-ink",
  note: "bg-note text-note-ink",
};

interface BadgeProps {
  tone?: Tone;
  children: ReactNode;
  className?: string;
  title?: string;
}

export const Badge = ({ tone = "neutral", children, className, title }: BadgeProps) => (
  <span
    title={title}
    className={cx(
      "inline-flex h-5 max-w-full shrink-0 items-center gap-1 truncate rounded-sm px-1.5 text-xs font-medium whitespace-nowrap",
      TONES[tone],
      className,
    )}
  >
    {children}
  </span>
);

/** A number that wants to be seen. */
export const Count = ({ value, tone = "accent" }: { value: number; tone?: "accent" | "bad" }) => (
  <span
    aria-hidden
    // Drawn by the style sheet: a number in the text would become part of its link's name.
    data-count={value > 99 ? "99+" : value}
    className={cx(
      "after:content-[attr(data-count)] tabular inline-flex h-4.5 min-w-4.5 items-center justify-center rounded-full px-1 text-2xs font-semibold",
      tone === "bad" ? "bg-bad text-on-bad" : "bg-accent text-on-accent",
    )}
  />
);
