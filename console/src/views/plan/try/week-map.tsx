import { useWords } from "@shared/i18n";
import { Fragment } from "react";

const HOURS = Array.from({ length: 24 }, (_, hour) => hour);
const DAYS = [0, 1, 2, 3, 4, 5, 6];

interface WeekMapProps {
  week: number[];
  /** The deepest colour; the same for maps that are compared. */
  most: number;
  label: string;
  /** An hour's figure in words. */
  say: (value: number) => string;
}

/** A figure for each hour of the week, Monday first. */
export function WeekMap({ week, most, label, say }: WeekMapProps) {
  const { fmt } = useWords();
  return (
    <div role="img" aria-label={label} className="grid grid-cols-[2.25rem_repeat(24,minmax(0,1fr))] gap-px md:gap-0.5">
      {DAYS.map((day) => (
        <Fragment key={day}>
          <span aria-hidden className="self-center text-2xs text-muted">
            {fmt.weekday(day)}
          </span>
          {HOURS.map((hour) => {
            const value = week[day * 24 + hour] ?? 0;
            return (
              <span
                key={hour}
                title={`${fmt.weekday(day, "long")} ${hour}:00 · ${say(value)}`}
                className="h-4 w-full rounded-[2px] md:rounded-[3px]"
                style={{
                  background:
                    value > 0
                      ? `color-mix(in oklab, var(--color-accent) ${14 + (86 * value) / Math.max(most, value)}%, var(--color-surface))`
                      : "var(--color-sunken)",
                }}
              />
            );
          })}
        </Fragment>
      ))}
      <span aria-hidden />
      {HOURS.map((hour) => (
        <span key={hour} aria-hidden className="overflow-visible text-2xs whitespace-nowrap text-faint">
          {hour % 6 === 0 ? hour : ""}
        </span>
      ))}
    </div>
  );
}
