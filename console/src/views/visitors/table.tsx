import type { VisitorFacts } from "@domains/conversations/api";
import { visitorName } from "@domains/conversations/words";
import { pageSince } from "@domains/visitors/order";
import { cameFrom, sourceText } from "@domains/visitors/words";
import { useWords } from "@shared/i18n";
import { cx } from "@shared/lib/cx";
import { spoken } from "@shared/lib/names";
import { Avatar } from "@shared/ui/avatar";
import { Badge } from "@shared/ui/badge";
import {
  createColumnHelper,
  createSortedRowModel,
  rowSortingFeature,
  sortFns,
  tableFeatures,
  useTable,
} from "@tanstack/react-table";
import { ChevronRight } from "lucide-react";
import { Fragment, useMemo, useState } from "react";
import { PageHistory } from "../inbox/context-panel";
import { Basket, Invitation, Marks, OnPage } from "./parts";

const features = tableFeatures({ rowSortingFeature, sortedRowModel: createSortedRowModel(), sortFns });
const column = createColumnHelper<typeof features, VisitorFacts>();

const opener = (name: string, expanded: boolean, onToggle: () => void) => (
  <button
    type="button"
    aria-expanded={expanded}
    aria-label={name}
    onClick={(event) => {
      event.stopPropagation();
      onToggle();
    }}
    className="-ml-1 flex size-6 shrink-0 items-center justify-center rounded-md text-muted hover:bg-line"
  >
    <ChevronRight aria-hidden className={cx("size-4 transition-transform", expanded && "rotate-90")} />
  </button>
);

function useColumns(expanded: Set<string>, toggle: (visit: string) => void, onOpen: (id: string) => void) {
  const { t, fmt } = useWords();
  return useMemo(
    () =>
      column.columns([
        column.accessor((one) => visitorName(t, one.name, one.visitor), {
          id: "name",
          header: t("visitors.visitor"),
          cell: ({ row, getValue }) => (
            <span className="flex min-w-0 items-center gap-2.5">
              {opener(t("visitors.history_of", { name: getValue() }), expanded.has(row.original.visit), () =>
                toggle(row.original.visit),
              )}
              <Avatar id={row.original.visitor} name={getValue()} size="small" />
              <span className="min-w-0">
                <button
                  type="button"
                  title={getValue()}
                  className="block max-w-44 truncate text-left font-medium hover:underline xl:max-w-64"
                  onClick={(event) => {
                    event.stopPropagation();
                    onOpen(row.original.visitor);
                  }}
                >
                  {getValue()}
                </button>
                <span className="flex items-center gap-1.5 text-xs whitespace-nowrap text-muted">
                  <span>
                    <span className="uppercase">{row.original.language.slice(0, 2)}</span>
                    {row.original.device ? ` · ${t(`device.${row.original.device}` as "device.desktop")}` : ""}
                  </span>
                  <Marks visitor={row.original} />
                </span>
              </span>
            </span>
          ),
        }),
        column.accessor((one) => one.page?.path ?? "", {
          id: "page",
          header: t("visitors.page"),
          cell: ({ row }) => (
            <span className="block max-w-52 min-w-0 xl:max-w-80">
              <span className="block truncate font-medium" title={row.original.page?.title}>
                {row.original.page?.title || row.original.page?.path || "–"}
              </span>
              <span className="block truncate text-xs text-muted" title={row.original.page?.url}>
                {row.original.page?.path}
              </span>
            </span>
          ),
        }),
        column.accessor((one) => -Date.parse(pageSince(one)), {
          id: "time",
          header: t("visitors.on_page"),
          cell: ({ row }) => <OnPage visitor={row.original} />,
        }),
        column.accessor((one) => one.cart?.value ?? 0, {
          id: "basket",
          header: t("visitor.basket"),
          cell: ({ row }) => <Basket visitor={row.original} />,
        }),
        column.accessor("stage", {
          header: t("visitor.stage"),
          cell: ({ getValue }) => (getValue() ? <Badge>{spoken(getValue())}</Badge> : "–"),
        }),
        column.accessor((one) => sourceText(one, t), {
          id: "source",
          header: t("visitor.source"),
          cell: ({ row, getValue }) => (
            <span className="block max-w-40 xl:max-w-56" title={getValue()}>
              <span className="block truncate text-sm">{cameFrom(row.original, t)}</span>
              {row.original.campaign ? (
                <span className="block truncate text-xs text-muted">{row.original.campaign}</span>
              ) : null}
            </span>
          ),
        }),
        column.accessor("visits", {
          header: t("visitor.visits"),
          cell: ({ row }) => <span className="tabular">{fmt.number(row.original.visits)}</span>,
        }),
        column.accessor((one) => one.invitation?.trigger ?? "", {
          id: "invitation",
          header: t("visitor.invitation"),
          cell: ({ row }) => <Invitation visitor={row.original} />,
        }),
      ]),
    [t, fmt, expanded, toggle, onOpen],
  );
}

interface ListProps {
  visitors: VisitorFacts[];
  onOpen: (visitor: string) => void;
}

const SIGNS = { asc: " ↑", desc: " ↓" };

export function VisitorTable({ visitors, onOpen }: ListProps) {
  const { t } = useWords();
  const [expanded, setExpanded] = useState<Set<string>>(new Set());
  const toggle = useMemo(
    () => (visit: string) =>
      setExpanded((now) => {
        const next = new Set(now);
        if (!next.delete(visit)) next.add(visit);
        return next;
      }),
    [],
  );
  const columns = useColumns(expanded, toggle, onOpen);
  const table = useTable({ features, columns, data: visitors, getRowId: (one) => one.visit });
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
    <div className="overflow-x-auto rounded-lg bg-surface ring-1 ring-line" tabIndex={0}>
      <table className="w-full text-left text-base">
        <caption className="sr-only">{t("visitors.text")}</caption>
        <thead>
          {table.getHeaderGroups().map((group) => (
            <tr key={group.id} className="border-b">
              {group.headers.map((header) => {
                const sorted = header.column.getIsSorted();
                return (
                  <th
                    key={header.id}
                    aria-sort={sorted ? (sorted === "asc" ? "ascending" : "descending") : "none"}
                    className="h-10 px-3 text-xs font-medium whitespace-nowrap text-muted first:pl-4"
                  >
                    <button type="button" className="hover:text-ink" onClick={header.column.getToggleSortingHandler()}>
                      <table.FlexRender header={header} />
                      <span aria-hidden>{sorted ? SIGNS[sorted] : ""}</span>
                    </button>
                  </th>
                );
              })}
            </tr>
          ))}
        </thead>
        <tbody>
          {table.getRowModel().rows.map((row) => (
            <Fragment key={row.id}>
              <tr
                className="h-14 cursor-pointer border-b align-middle last:border-b-0 hover:bg-hover"
                onClick={() => onOpen(row.original.visitor)}
              >
                {row.getAllCells().map((cell) => (
                  <td key={cell.id} className="px-3 py-2 first:pl-4">
                    <table.FlexRender cell={cell} />
                  </td>
                ))}
              </tr>
              {expanded.has(row.original.visit) ? (
                <tr className="border-b bg-canvas">
                  <td colSpan={row.getAllCells().length} className="px-14 py-4">
                    <div className="max-w-xl">
                      <PageHistory pages={row.original.pages} />
                    </div>
                  </td>
                </tr>
              ) : null}
            </Fragment>
          ))}
        </tbody>
      </table>
    </div>
  );
}
