import { ToggleGroup } from "radix-ui";
import type { ReactNode } from "react";
import { cx } from "../lib/cx";

interface SegmentedProps<V extends string> {
  label: string;
  value: V;
  options: { value: V; text: ReactNode; count?: number | undefined }[];
  onChange: (value: V) => void;
  className?: string;
}

/** A few exclusive choices that are always all in sight. */
export function Segmented<V extends string>({ label, value, options, onChange, className }: SegmentedProps<V>) {
  return (
    <ToggleGroup.Root
      type="single"
      aria-label={label}
      value={value}
      onValueChange={(next) => next && onChange(next as V)}
      className={cx("inline-flex max-w-full gap-0.5 overflow-x-auto rounded-md bg-sunken p-0.5", className)}
    >
      {options.map((option) => (
        <ToggleGroup.Item
          key={option.value}
          value={option.value}
          className={cx(
            "inline-flex h-7 flex-1 items-center justify-center gap-1.5 rounded-[0.375rem] px-2.5 text-sm font-medium whitespace-nowrap text-muted",
            "hover:text-ink data-[state=on]:bg-surface data-[state=on]:text-ink data-[state=on]:shadow-sm data-[state=on]:ring-1 data-[state=on]:ring-line max-md:h-9",
          )}
        >
          {option.text}
          {option.count === undefined ? null : <span className="tabular text-xs text-faint">{option.count}</span>}
        </ToggleGroup.Item>
      ))}
    </ToggleGroup.Root>
  );
}
