import { signIn } from "@domains/session";
import { ApiError } from "@shared/http";
import { isLanguage, LANGUAGES, loadCatalogue, useWords } from "@shared/i18n";
import { Button } from "@shared/ui/button";
import { useErrorText } from "@shared/ui/feedback";
import { Field, Input } from "@shared/ui/field";
import { Link } from "@tanstack/react-router";
import { CircleAlert } from "lucide-react";
import { Dialog } from "radix-ui";
import { type FormEvent, type ReactNode, useEffect, useState } from "react";
import { Mark } from "./mark";

const NAMES: Record<string, string> = { en: "English", fi: "Suomi", sv: "Svenska" };

export function AccountFrame({ title, text, children }: { title: string; text?: ReactNode; children: ReactNode }) {
  const { language, t } = useWords();
  return (
    <main className="flex min-h-dvh flex-col items-center justify-center bg-canvas px-4 py-10">
      <div className="w-full max-w-sm">
        <div className="mb-6 flex items-center gap-3">
          <Mark className="size-9" />
          <span className="text-lg font-semibold tracking-tight">Overture</span>
        </div>
        <div className="rounded-xl bg-surface p-6 shadow-raised ring-1 ring-line sm:p-7">
          <h1 className="text-xl font-semibold tracking-tight">{title}</h1>
          {text ? <p className="mt-1 text-base text-muted text-pretty">{text}</p> : null}
          <div className="mt-5">{children}</div>
        </div>
        <div className="mt-5 flex justify-center">
          <select
            aria-label={t("profile.language")}
            value={language}
            onChange={(event) => isLanguage(event.target.value) && loadCatalogue(event.target.value)}
            className="rounded-md bg-transparent px-2 py-1 text-sm text-muted hover:text-ink"
          >
            {LANGUAGES.map((code) => (
              <option key={code} value={code}>
                {NAMES[code]}
              </option>
            ))}
          </select>
        </div>
      </div>
    </main>
  );
}

export const FormError = ({ text }: { text: string }) => (
  <p role="alert" className="flex items-start gap-2 rounded-md bg-bad-soft px-3 py-2 text-sm text-bad-ink">
    <CircleAlert aria-hidden className="mt-0.5 size-4 shrink-0" />
    {text}
  </p>
);

function useRefusal() {
  const { t } = useWords();
  const say = useErrorText();
  return (error: unknown): string => {
    if (!(error instanceof ApiError)) return say(error);
    if (error.status === 429)
      return t("signin.too_often", { count: Math.max(1, Math.ceil((error.retryAfter || 60) / 60)) });
    if (error.status === 401 || error.status === 403 || error.status === 400) return t("signin.wrong");
    return say(error);
  };
}

/** Sign-in, at whatever address one came to; `again` is the address of the person whose session ended. */
export function SignIn({ again }: { again?: string }) {
  const { t } = useWords();
  const refusal = useRefusal();
  const [email, setEmail] = useState(again ?? "");
  const [password, setPassword] = useState("");
  const [error, setError] = useState("");
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    if (!again) document.title = `${t("signin.title")} · Overture`;
  }, [t, again]);

  async function submit(event: FormEvent) {
    event.preventDefault();
    setBusy(true);
    setError("");
    try {
      await signIn(email.trim(), password);
    } catch (problem) {
      setError(refusal(problem));
      setPassword("");
    } finally {
      setBusy(false);
    }
  }

  const form = (
    <AccountFrame
      title={again ? t("signin.again") : t("signin.title")}
      text={again ? t("signin.again_text") : t("signin.text")}
    >
      <form onSubmit={submit} className="space-y-4">
        {error ? <FormError text={error} /> : null}
        <Field label={t("signin.email")}>
          {(control) => (
            <Input
              {...control}
              type="email"
              name="email"
              autoComplete="username"
              required
              autoFocus={!again}
              value={email}
              onChange={(event) => setEmail(event.target.value)}
            />
          )}
        </Field>
        <Field label={t("signin.password")}>
          {(control) => (
            <Input
              {...control}
              type="password"
              name="password"
              autoComplete="current-password"
              required
              autoFocus={Boolean(again)}
              value={password}
              onChange={(event) => setPassword(event.target.value)}
            />
          )}
        </Field>
        <Button look="primary" type="submit" className="w-full" disabled={busy}>
          {busy ? t("signin.busy") : t("signin.submit")}
        </Button>
        {again ? null : (
          <p className="text-center text-sm">
            <Link to="/forgot" className="text-accent-ink hover:underline">
              {t("signin.forgot")}
            </Link>
          </p>
        )}
      </form>
    </AccountFrame>
  );
  if (!again) return form;
  // A dialog of its own, above one that may be open: what was typed there waits below.
  return (
    <Dialog.Root open modal>
      <Dialog.Portal>
        <Dialog.Content
          aria-label={t("signin.again")}
          aria-describedby={undefined}
          onEscapeKeyDown={(event) => event.preventDefault()}
          onInteractOutside={(event) => event.preventDefault()}
          className="fixed inset-0 z-70 overflow-y-auto bg-canvas"
        >
          <Dialog.Title className="sr-only">{t("signin.again")}</Dialog.Title>
          {form}
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
