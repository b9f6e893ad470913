import { useWords } from "@shared/i18n";
import { Mark } from "./mark";

export function Splash() {
  const { t } = useWords();
  return (
    <div role="status" className="flex h-dvh items-center justify-center">
      <Mark className="size-10 animate-pulse" />
      <span className="sr-only">{t("common.loading")}</span>
    </div>
  );
}
