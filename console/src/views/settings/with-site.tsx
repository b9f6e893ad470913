import { useSite } from "@domains/session";
import { type SiteSettings, sitesQuery } from "@domains/settings/api";
import { Failed, SkeletonRows } from "@shared/ui/feedback";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";

/** Fetches the settings of the site in view for the parts that edit them. */
export function WithSite({ children }: { children: (site: SiteSettings) => ReactNode }) {
  const { id } = useSite();
  const found = useQuery(sitesQuery);
  if (found.isPending) return <SkeletonRows rows={3} />;
  if (found.isError) return <Failed error={found.error} onRetry={() => found.refetch()} />;
  const site = found.data.items.find((one) => one.id === id);
  return site ? (
    <div key={site.id} className="contents">
      {children(site)}
    </div>
  ) : null;
}
