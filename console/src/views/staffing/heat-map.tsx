import { openByHour } from "@domains/staffing/hours";
import { useWords } from "@shared/i18n";
import { cx } from "@shared/lib/cx";
import { Fragment, useMemo } from "react";

const HOURS = Array.from({ length: 24 }, (_, hour) => hour);
const DAYS = [0, 1, 2, 3, 4, 5, 6];

interface HeatMapProps {
  week: number[];
  hours: string;
  name: string;
}

/** When conversations begin, by hour of week, against the hours the team is open. */
export function HeatMap({ week, hours, name }: HeatMapProps) {
  const { t, fmt } = useWords();
  const open = useMemo(() => openByHour(hours), [hours]);
  const most = Math.max(1, ...week);
  const total = week.reduce((sum, count) => sum + count, 0);
  const outside = open ? week.reduce((sum, count, at) => sum + (open[at] ? 0 : count), 0) : 0;
  const cell = (day: number, hour: number) => {
    const at = day * 24 + hour;
    const count = week[at] ?? 0;
    return {
      count,
      closed: open !== null && !open[at],
      title: t("staffing.cell", { day: fmt.weekday(day, "long"), hour: `${hour}:00`, count }),
    };
  };
  if (total === 0) {
    return (
      <div>
        <h3 className="text-sm font-semibold">{t("staffing.when")}</h3>
        <p className="mt-1 text-sm text-muted text-pretty">{t("staffing.when_empty")}</p>
      </div>
    );
  }
  return (
    <figure className="min-w-0">
      <figcaption className="mb-2.5">
        <span className="block text-sm font-semibold">{t("staffing.when")}</span>
        <span className="block text-sm text-muted">
          {t("staffing.when_text", { count: total })}{" "}
          {outside > 0 ? t("staffing.outside", { share: fmt.percent(outside / total) }) : null}
        </span>
      </figcaption>
      <div
        role="img"
        aria-label={t("staffing.map", { name, count: total })}
        className="grid grid-cols-[2.25rem_repeat(24,minmax(0,1fr))] gap-px md:gap-0.5"
      >
        {DAYS.map((day) => (
          <Fragment key={day}>
            <span aria-hidden className="self-center text-2xs text-muted">
              {fmt.weekday(day)}
            </span>
            {HOURS.map((hour) => {
              const { count, closed, title } = cell(day, hour);
              return (
                <span
                  key={hour}
                  title={title}
                  className={cx(
                    "aspect-square max-h-7 w-full rounded-[2px] md:rounded-[3px]",
                    closed && "ring-1 ring-line-strong/70 ring-inset",
                  )}
                  style={{
                    background:
                      count > 0
                        ? `color-mix(in oklab, var(--color-${closed ? "warn" : "accent"}) ${14 + (86 * count) / most}%, var(--color-surface))`
                        : closed
                          ? "transparent"
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
      <p className="mt-2 flex flex-wrap items-center gap-x-4 gap-y-1 text-xs text-muted">
        <span className="flex items-center gap-1.5">
          <span aria-hidden className="size-3 rounded-[3px] bg-accent" />
          {t("staffing.legend_open")}
        </span>
        {open ? (
          <span className="flex items-center gap-1.5">
            <span aria-hidden className="size-3 rounded-[3px] bg-warn" />
            {t("staffing.legend_outside")}
          </span>
        ) : (
          <span>{t("staffing.hours_unread")}</span>
        )}
      </p>
    </figure>
  );
}
