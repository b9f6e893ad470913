import { CircleAlert, RefreshCw } from "lucide-react";
import type { ReactNode } from "react";
import { ApiError } from "../http";
import { useWords } from "../i18n";
import { cx } from "../lib/cx";
import { Button } from "./button";

interface EmptyProps {
  icon: ReactNode;
  title: string;
  text?: ReactNode;
  action?: ReactNode;
  className?: string;
}

/** Nothing is here: what would be, and what to do about it. */
export const Empty = ({ icon, title, text, action, className }: EmptyProps) => (
  <div className={cx("flex flex-col items-center justify-center px-6 py-12 text-center", className)}>
    <span className="mb-4 flex size-12 items-center justify-center rounded-full bg-sunken text-muted [&_svg]:size-5.5">
      {icon}
    </span>
    <h2 className="text-lg font-semibold">{title}</h2>
    {text ? <p className="mt-1 max-w-sm text-base text-muted text-pretty">{text}</p> : null}
    {action ? <div className="mt-4">{action}</div> : null}
  </div>
);

/** What to tell of an error: the server's own sentence, or that it could not be reached. */
export function useErrorText() {
  const { t } = useWords();
  return (error: unknown): string => {
    if (!(error instanceof ApiError)) return t("error.unknown");
    if (error.code === "not_sent") return error.message;
    if (error.code === "network") return t("error.network");
    if (error.status === 401) return t("error.signed_out");
    if (error.status === 403) return t("error.forbidden");
    if (error.status === 429 || error.status === 503) return t("error.busy", { count: error.retryAfter || 10 });
    if (error.status >= 500) return t("error.server");
    return error.message || t("error.unknown");
  };
}

export function Failed({ error, onRetry, className }: { error: unknown; onRetry?: () => void; className?: string }) {
  const { t } = useWords();
  const say = useErrorText();
  return (
    <div role="alert" className={cx("flex flex-col items-center px-6 py-12 text-center", className)}>
      <span className="mb-4 flex size-12 items-center justify-center rounded-full bg-bad-soft text-bad-ink">
        <CircleAlert aria-hidden className="size-5.5" />
      </span>
      <p className="text-lg font-semibold">{t("error.title")}</p>
      <p className="mt-1 max-w-sm text-base text-muted">{say(error)}</p>
      {onRetry ? (
        <Button className="mt-4" icon={<RefreshCw className="size-4" />} onClick={onRetry}>
          {t("common.try_again")}
        </Button>
      ) : null}
    </div>
  );
}

export const Skeleton = ({ className }: { className?: string }) => (
  <span aria-hidden className={cx("block animate-pulse rounded-md bg-sunken", className)} />
);

/** Lines where a list will be. */
export function SkeletonRows({ rows = 6, height = "h-14" }: { rows?: number; height?: string }) {
  const { t } = useWords();
  return (
    <div role="status" className="space-y-2 p-4">
      <span className="sr-only">{t("common.loading")}</span>
      {Array.from({ length: rows }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the rows are all alike
        <Skeleton key={row} className={height} />
      ))}
    </div>
  );
}
