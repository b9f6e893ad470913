import { useSite } from "@domains/session";
import { liveQuery } from "@domains/visitors/api";
import { fits, inPlace } from "@domains/visitors/order";
import { useWords } from "@shared/i18n";
import { useWide } from "@shared/lib/media";
import { spoken } from "@shared/lib/names";
import { Empty, Failed, SkeletonRows } from "@shared/ui/feedback";
import { Input, Select } from "@shared/ui/field";
import { Page } from "@shared/ui/page";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { Search, Users } from "lucide-react";
import { useMemo } from "react";
import { VisitorCards } from "./cards";
import { VisitorDrawer } from "./drawer";
import { VisitorTable } from "./table";

/** Who is on the site now. It refreshes itself, and nothing moves that has not changed. */
export function Visitors() {
  const { t } = useWords();
  const site = useSite();
  const wide = useWide();
  const navigate = useNavigate({ from: "/visitors" });
  const { visitor, stage = "", q = "" } = useSearch({ from: "/inside/visitors" });
  const live = useQuery(liveQuery(site.id));
  const own = live.data?.of_talks === true;
  const all = useMemo(() => inPlace(live.data?.items ?? []), [live.data]);
  const shown = useMemo(() => all.filter((one) => fits(one, stage, q)), [all, stage, q]);
  const stages = useMemo(() => [...new Set(all.map((one) => one.stage).filter(Boolean))].sort(), [all]);
  const search = (change: { visitor?: string; stage?: string; q?: string }) =>
    void navigate({ search: (now) => ({ ...now, ...change }), replace: !("visitor" in change) });
  const open = (id: string) => search({ visitor: id });
  const List = wide ? VisitorTable : VisitorCards;
  return (
    <Page
      wide
      title={t("nav.visitors")}
      text={live.data ? t(own ? "visitors.count_own" : "visitors.count", { count: live.data.total }) : undefined}
      actions={
        <>
          <div className="relative max-sm:w-full">
            <Search aria-hidden className="absolute top-1/2 left-3 size-4 -translate-y-1/2 text-faint" />
            <Input
              type="search"
              aria-label={t("visitors.search")}
              placeholder={t("visitors.search")}
              className="pl-9 sm:w-64"
              value={q}
              onChange={(event) => search({ q: event.target.value })}
            />
          </div>
          <Select
            aria-label={t("visitor.stage")}
            className="max-sm:w-full sm:w-44"
            value={stage}
            onChange={(event) => search({ stage: event.target.value })}
          >
            <option value="">{t("visitors.all_stages")}</option>
            {[...new Set([...stages, stage])].filter(Boolean).map((name) => (
              <option key={name} value={name}>
                {spoken(name)}
              </option>
            ))}
          </Select>
        </>
      }
    >
      {live.isPending ? <SkeletonRows rows={8} /> : null}
      {live.isError && !live.data ? <Failed error={live.error} onRetry={() => live.refetch()} /> : null}
      {live.data && shown.length === 0 ? (
        <Empty
          icon={<Users />}
          title={t(all.length > 0 ? "visitors.nobody_fits" : own ? "visitors.nobody_own" : "visitors.nobody")}
          text={all.length > 0 || own ? undefined : t("visitors.nobody_text")}
        />
      ) : null}
      {shown.length > 0 ? <List visitors={shown} onOpen={open} /> : null}
      {visitor ? <VisitorDrawer id={visitor} onClose={() => search({ visitor: "" })} /> : null}
    </Page>
  );
}
