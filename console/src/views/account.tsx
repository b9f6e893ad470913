import { acceptInvite, acceptReset, askReset, readInvite, SESSION } from "@domains/session";
import { ApiError } from "@shared/http";
import { queryClient } from "@shared/http/query";
import { useWords } from "@shared/i18n";
import { Button } from "@shared/ui/button";
import { useErrorText } from "@shared/ui/feedback";
import { Field, Input } from "@shared/ui/field";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { AccountFrame, FormError } from "./sign-in";

/** The server refuses shorter ones; telling at the field is kinder. */
const SHORTEST_PASSWORD = 10;

function usePassword() {
  const { t } = useWords();
  const [password, setPassword] = useState("");
  const [touched, setTouched] = useState(false);
  const problem = password.length < SHORTEST_PASSWORD ? t("account.password_short", { count: SHORTEST_PASSWORD }) : "";
  const field = (
    <Field
      label={t("account.new_password")}
      hint={t("account.password_hint", { count: SHORTEST_PASSWORD })}
      error={touched ? problem : undefined}
    >
      {(control) => (
        <Input
          {...control}
          type="password"
          autoComplete="new-password"
          value={password}
          onChange={(event) => setPassword(event.target.value)}
          onBlur={() => setTouched(password !== "")}
        />
      )}
    </Field>
  );
  return { password, field, valid: !problem, show: () => setTouched(true) };
}

function useSubmit(action: () => Promise<unknown>) {
  const { t } = useWords();
  const say = useErrorText();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState("");
  async function submit(event: FormEvent) {
    event.preventDefault();
    setBusy(true);
    setError("");
    try {
      await action();
    } catch (problem) {
      const spent = problem instanceof ApiError && [400, 401, 403, 404, 410].includes(problem.status);
      setError(spent && /token|link|invite|reset/.test(problem.code) ? t("account.link_spent") : say(problem));
    } finally {
      setBusy(false);
    }
  }
  return { busy, error, submit };
}

const BackToSignIn = () => {
  const { t } = useWords();
  return (
    <p className="text-center text-sm">
      <Link to="/inbox" className="text-accent-ink hover:underline">
        {t("account.back")}
      </Link>
    </p>
  );
};

export function AcceptInvite() {
  const { t, language } = useWords();
  const { token = "" } = useSearch({ from: "/invite" });
  const navigate = useNavigate();
  const invite = useQuery({
    queryKey: ["invite", token],
    queryFn: () => readInvite(token),
    enabled: token !== "",
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const [typed, setName] = useState<string>();
  const name = typed ?? invite.data?.name ?? "";
  const isSpent = token === "" || (invite.isError && !(invite.error instanceof ApiError && invite.error.passing));
  const { password, field, valid, show } = usePassword();
  const { busy, error, submit } = useSubmit(async () => {
    if (!valid) return show();
    await acceptInvite(token, name.trim(), password, language);
    await queryClient.invalidateQueries({ queryKey: SESSION });
    await navigate({ to: "/inbox" });
  });
  return (
    <AccountFrame title={t("account.invite_title")} text={t("account.invite_text")}>
      <form onSubmit={submit} className="space-y-4">
        {error || isSpent ? <FormError text={error || t("account.link_spent")} /> : null}
        {invite.data ? <p className="text-sm text-muted wrap-words">{invite.data.email}</p> : null}
        <Field label={t("account.name")} hint={t("account.name_hint")}>
          {(control) => (
            <Input
              {...control}
              autoComplete="name"
              required
              value={name}
              onChange={(event) => setName(event.target.value)}
            />
          )}
        </Field>
        {field}
        <Button look="primary" type="submit" className="w-full" disabled={busy || isSpent}>
          {t("account.join")}
        </Button>
        <BackToSignIn />
      </form>
    </AccountFrame>
  );
}

export function ResetPassword() {
  const { t } = useWords();
  const { token = "" } = useSearch({ from: "/reset" });
  const navigate = useNavigate();
  const { password, field, valid, show } = usePassword();
  const { busy, error, submit } = useSubmit(async () => {
    if (!valid) return show();
    await acceptReset(token, password);
    await queryClient.invalidateQueries({ queryKey: SESSION });
    await navigate({ to: "/inbox" });
  });
  return (
    <AccountFrame title={t("account.reset_title")}>
      <form onSubmit={submit} className="space-y-4">
        {error || !token ? <FormError text={error || t("account.link_spent")} /> : null}
        {field}
        <Button look="primary" type="submit" className="w-full" disabled={busy || !token}>
          {t("account.save_password")}
        </Button>
        <BackToSignIn />
      </form>
    </AccountFrame>
  );
}

export function ForgotPassword() {
  const { t } = useWords();
  const [email, setEmail] = useState("");
  const [sent, setSent] = useState(false);
  const { busy, error, submit } = useSubmit(async () => {
    await askReset(email.trim());
    setSent(true);
  });
  return (
    <AccountFrame title={t("account.forgot_title")} text={sent ? undefined : t("account.forgot_text")}>
      {sent ? (
        <div role="status" className="space-y-4">
          <p className="text-base text-pretty">{t("account.forgot_sent", { email: email.trim() })}</p>
          <BackToSignIn />
        </div>
      ) : (
        <form onSubmit={submit} className="space-y-4">
          {error ? <FormError text={error} /> : null}
          <Field label={t("signin.email")}>
            {(control) => (
              <Input
                {...control}
                type="email"
                autoComplete="username"
                required
                value={email}
                onChange={(event) => setEmail(event.target.value)}
              />
            )}
          </Field>
          <Button look="primary" type="submit" className="w-full" disabled={busy}>
            {t("account.send_link")}
          </Button>
          <BackToSignIn />
        </form>
      )}
    </AccountFrame>
  );
}
