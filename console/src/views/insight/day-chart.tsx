import type { DayCounts } from "@domains/insight/api";
import * as Plot from "@observablehq/plot";
import { useWords } from "@shared/i18n";
import { useEffect, useRef, useState } from "react";

type Measure = "conversations" | "decisions" | "orders";
const MEASURES: Measure[] = ["conversations", "decisions", "orders"];

const colour = (name: string) => `var(--color-${name})`;

function useWidth() {
  const box = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  useEffect(() => {
    if (!box.current) return;
    const watch = new ResizeObserver(([entry]) => setWidth(Math.floor(entry?.contentRect.width ?? 0)));
    watch.observe(box.current);
    return () => watch.disconnect();
  }, []);
  return { box, width };
}

/** One small bar chart per measure, each on its own scale: their heights are not to be compared. */
function Bars({ days, measure }: { days: DayCounts[]; measure: Measure }) {
  const { t, fmt } = useWords();
  const { box, width } = useWidth();
  const name = t(`insight.measure_${measure}`);
  const total = days.reduce((sum, day) => sum + day[measure], 0);
  useEffect(() => {
    if (!box.current || width === 0) return;
    const data = days.map((day) => ({ date: new Date(`${day.day}T00:00`), value: day[measure] }));
    const chart = Plot.plot({
      width,
      height: 150,
      marginLeft: 30,
      marginBottom: 26,
      marginTop: 12,
      style: { background: "transparent", color: colour("faint"), fontSize: "11px", fontFamily: "inherit" },
      x: {
        type: "band",
        tickFormat: (date: Date) => fmt.dateOnly(date).replace(/ ?\d{4}$/, ""),
        ticks: 4,
        label: null,
      },
      y: { ticks: 3, label: null, nice: true, domain: [0, Math.max(1, ...data.map((one) => one.value))] },
      marks: [
        Plot.gridY({ stroke: colour("line"), strokeOpacity: 1, ticks: 3 }),
        Plot.barY(data, { x: "date", y: "value", fill: colour("accent"), insetLeft: 1, insetRight: 1, rx1: 2, rx2: 2 }),
        Plot.axisX(
          data.map((one) => one.date).filter((_date, index) => index % Math.ceil(data.length / 4) === 0),
          { tickSize: 0, tickFormat: (date: Date) => fmt.dateOnly(date).replace(/,? ?\d{4}$/, ""), label: null },
        ),
        Plot.tip(
          data,
          Plot.pointerX({
            x: "date",
            y: "value",
            title: (one: { date: Date; value: number }) => `${fmt.shortDate(one.date)}: ${fmt.number(one.value)}`,
            fill: colour("raised"),
            stroke: colour("line-strong"),
          }),
        ),
      ],
    });
    chart.setAttribute("aria-hidden", "true");
    box.current.replaceChildren(chart);
    return () => chart.remove();
  }, [box, days, measure, width, fmt]);
  return (
    <figure className="min-w-0">
      <figcaption className="mb-1 text-sm">
        <span className="font-medium">{name}</span> <span className="tabular text-muted">{fmt.number(total)}</span>
      </figcaption>
      <div
        ref={box}
        role="img"
        aria-label={t("insight.chart", { name, count: total, days: days.length })}
        className="h-[150px] text-ink"
      />
    </figure>
  );
}

export const DayChart = ({ days }: { days: DayCounts[] }) => (
  <div className="grid gap-6 lg:grid-cols-3">
    {MEASURES.map((measure) => (
      <Bars key={measure} days={days} measure={measure} />
    ))}
  </div>
);
