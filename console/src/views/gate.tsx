import { expired, useSession } from "@domains/session";
import { whenUnauthorised } from "@shared/http";
import { useWords } from "@shared/i18n";
import { useStore } from "@shared/lib/store";
import { Empty, Failed } from "@shared/ui/feedback";
import { Building2 } from "lucide-react";
import { lazy, Suspense, useEffect } from "react";
import { SignIn } from "./sign-in";
import { Splash } from "./splash";

const Shell = lazy(() => import("./shell/index").then((part) => ({ default: part.Shell })));

/** Lets in who is signed in. When a session ends, the page stays as it is below the sign-in, with all that was typed. */
export function Gate() {
  const { t } = useWords();
  const session = useSession();
  const over = useStore(expired);
  useEffect(() => whenUnauthorised(() => expired.set(true)), []);
  if (session.isPending) return <Splash />;
  if (session.isError) return <Failed className="min-h-dvh" error={session.error} onRetry={() => session.refetch()} />;
  if (!session.data) return <SignIn />;
  if (session.data.user.sites.length === 0) {
    return (
      <Empty className="min-h-dvh" icon={<Building2 />} title={t("shell.no_site")} text={t("shell.no_site_text")} />
    );
  }
  return (
    <>
      <div className="contents" inert={over}>
        <Suspense fallback={<Splash />}>
          <Shell />
        </Suspense>
      </div>
      {over ? <SignIn again={session.data.user.email} /> : null}
    </>
  );
}
