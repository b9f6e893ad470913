import { useWords } from "@shared/i18n";
import { Button } from "@shared/ui/button";
import { Empty, Failed, SkeletonRows } from "@shared/ui/feedback";
import { Link } from "@tanstack/react-router";
import { Compass } from "lucide-react";

export const PageLoading = () => <SkeletonRows />;

/** A page broke, or its code could not be fetched after a new version came: loading again mends both. */
export const PageFailed = ({ error }: { error: unknown }) => <Failed error={error} onRetry={() => location.reload()} />;

export function Lost() {
  const { t } = useWords();
  return (
    <Empty
      className="min-h-dvh"
      icon={<Compass />}
      title={t("lost.title")}
      text={t("lost.text")}
      action={
        <Link to="/inbox">
          <Button look="primary" tabIndex={-1}>
            {t("lost.home")}
          </Button>
        </Link>
      }
    />
  );
}
