import { expired, signOut, useSession } from "@domains/session";
import { whenUnauthorised } from "@shared/http";
import { useWords } from "@shared/i18n";
import { useStore } from "@shared/lib/store";
import { Button } from "@shared/ui/button";
import { CopyField } from "@shared/ui/copy";
import { Empty, Failed } from "@shared/ui/feedback";
import { Building2 } from "lucide-react";
import { lazy, Suspense, useEffect } from "react";
import { SignIn } from "./sign-in";
import { Splash } from "./splash";

const Shell = lazy(() => import("./shell/index").then((part) => ({ default: part.Shell })));

/** An admin of a fresh house is told how to add its first site; anybody else, whom to ask. */
function NoSite({ isAdmin }: { isAdmin: boolean }) {
  const { t } = useWords();
  return (
    <Empty
      className="min-h-dvh"
      icon={<Building2 />}
      title={isAdmin ? t("shell.first_site") : t("shell.no_site")}
      text={isAdmin ? t("shell.first_site_text") : t("shell.no_site_text")}
      action={
        <div className="flex max-w-[calc(100vw-3rem)] flex-col items-center gap-4">
          {isAdmin ? (
            <CopyField text="overture site add my-shop --origin https://shop.example" label={t("shell.command")} />
          ) : null}
          <div className="flex flex-wrap justify-center gap-2">
            <Button look="primary" onClick={() => location.reload()}>
              {t("shell.look_again")}
            </Button>
            <Button onClick={() => void signOut()}>{t("shell.sign_out")}</Button>
          </div>
        </div>
      }
    />
  );
}

/** Lets in who is signed in. When a session ends, the page stays as it is below the sign-in, with all that was typed. */
export function Gate() {
  const session = useSession();
  const over = useStore(expired);
  useEffect(() => whenUnauthorised(() => expired.set(true)), []);
  if (session.isPending) return <Splash />;
  if (session.isError) return <Failed className="min-h-dvh" error={session.error} onRetry={() => session.refetch()} />;
  if (!session.data) return <SignIn />;
  if (session.data.user.sites.length === 0) {
    return <NoSite isAdmin={session.data.user.role === "admin"} />;
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
