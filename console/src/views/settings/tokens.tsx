import { useSite } from "@domains/session";
import { type ApiToken, addToken, deleteToken, SCOPES, type TokenScope, tokensQuery } from "@domains/settings/api";
import { type Key, useWords } from "@shared/i18n";
import { Badge } from "@shared/ui/badge";
import { Button, IconButton } from "@shared/ui/button";
import { Confirm } from "@shared/ui/confirm";
import { Dialog } from "@shared/ui/dialog";
import { Empty, Failed, SkeletonRows } from "@shared/ui/feedback";
import { Check, Field, Input, Select } from "@shared/ui/field";
import { Card } from "@shared/ui/page";
import { useQuery } from "@tanstack/react-query";
import { KeyRound, Plus, Trash2 } from "lucide-react";
import { type FormEvent, useId, useState } from "react";
import { FormError } from "../sign-in";
import { useSaving } from "./saving";
import { type Link, LinkDialog } from "./users";

/** `messages:write` as a key of the catalogue. */
const scopeKey = (scope: TokenScope, tail = ""): Key => `tokens.scope_${scope.replace(":", "_")}${tail}` as Key;

function NewToken({ onClose, onMade }: { onClose: () => void; onMade: (link: Link) => void }) {
  const { t } = useWords();
  const site = useSite();
  const id = useId();
  const saving = useSaving();
  const [name, setName] = useState("");
  const [scope, setScope] = useState<TokenScope>("read");
  const [confined, setConfined] = useState(true);
  function make(event: FormEvent) {
    event.preventDefault();
    void saving.run(async () => {
      const { token } = await addToken(name.trim(), scope, confined ? site.id : "");
      onClose();
      onMade({ title: t("tokens.made"), text: t("tokens.made_text"), url: token });
    }, "");
  }
  return (
    <Dialog
      open
      onClose={onClose}
      title={t("tokens.new")}
      footer={
        <>
          <Button onClick={onClose}>{t("common.cancel")}</Button>
          <Button look="primary" type="submit" form={id} disabled={saving.busy}>
            {t("tokens.make")}
          </Button>
        </>
      }
    >
      <form id={id} onSubmit={make} className="space-y-4">
        {saving.error ? <FormError text={saving.error} /> : null}
        <Field label={t("tokens.name")} hint={t("tokens.name_hint")}>
          {(control) => <Input {...control} required value={name} onChange={(event) => setName(event.target.value)} />}
        </Field>
        <Field label={t("tokens.scope")} hint={t(scopeKey(scope, "_may"))}>
          {(control) => (
            <Select {...control} value={scope} onChange={(event) => setScope(event.target.value as TokenScope)}>
              {SCOPES.map((one) => (
                <option key={one} value={one}>
                  {t(scopeKey(one))}
                </option>
              ))}
            </Select>
          )}
        </Field>
        <Check
          label={t("tokens.only_site", { name: site.name })}
          checked={confined}
          onChange={(event) => setConfined(event.target.checked)}
        />
      </form>
    </Dialog>
  );
}

function TokenRow({ token }: { token: ApiToken }) {
  const { t, fmt } = useWords();
  const saving = useSaving();
  const [asking, setAsking] = useState(false);
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-1 px-5 py-3.5">
      <div className="min-w-0 flex-1 basis-52">
        <p className="flex flex-wrap items-center gap-2 text-base font-medium wrap-words">
          {token.name} <Badge>{t(scopeKey(token.scope))}</Badge>
        </p>
        <p className="text-sm text-muted">
          {token.site || t("tokens.all_sites")} · {fmt.moment(token.created_at)}
        </p>
        {saving.error ? <p className="text-sm text-bad-ink">{saving.error}</p> : null}
      </div>
      <IconButton
        label={t("tokens.revoke_named", { name: token.name })}
        icon={<Trash2 className="size-4" />}
        onClick={() => setAsking(true)}
      />
      <Confirm
        open={asking}
        title={t("tokens.revoke_named", { name: token.name })}
        text={t("tokens.revoke_text")}
        action={t("users.revoke")}
        busy={saving.busy}
        onNo={() => setAsking(false)}
        onYes={() => void saving.run(() => deleteToken(token.id), t("tokens.revoked")).then(() => setAsking(false))}
      />
    </li>
  );
}

export function TokenSettings() {
  const { t } = useWords();
  const found = useQuery(tokensQuery);
  const [making, setMaking] = useState(false);
  const [made, setMade] = useState<Link>();
  return (
    <Card
      title={t("settings.tokens")}
      text={t("tokens.text")}
      flush
      actions={
        <Button look="primary" icon={<Plus className="size-4" />} onClick={() => setMaking(true)}>
          {t("tokens.new")}
        </Button>
      }
    >
      {found.isPending ? <SkeletonRows rows={3} /> : null}
      {found.isError ? <Failed error={found.error} onRetry={() => found.refetch()} /> : null}
      {found.data?.items.length === 0 ? (
        <Empty icon={<KeyRound />} title={t("tokens.none")} text={t("tokens.none_text")} />
      ) : null}
      <ul className="divide-y border-t">
        {found.data?.items.map((token) => (
          <TokenRow key={token.id} token={token} />
        ))}
      </ul>
      {making ? <NewToken onClose={() => setMaking(false)} onMade={setMade} /> : null}
      {made ? <LinkDialog link={made} onClose={() => setMade(undefined)} /> : null}
    </Card>
  );
}
