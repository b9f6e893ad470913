import { type CannedReply, cannedQuery } from "@domains/conversations/api";
import { leads, useMe, useSite } from "@domains/session";
import { addCanned, changeCanned, deleteCanned } from "@domains/settings/api";
import { teamsQuery } from "@domains/staffing/api";
import { LANGUAGES, useWords } from "@shared/i18n";
import { spoken } from "@shared/lib/names";
import { Badge } from "@shared/ui/badge";
import { Button, IconButton } from "@shared/ui/button";
import { Confirm } from "@shared/ui/confirm";
import { Dialog } from "@shared/ui/dialog";
import { Empty, Failed, SkeletonRows } from "@shared/ui/feedback";
import { Field, Input, Select, Textarea } from "@shared/ui/field";
import { Card } from "@shared/ui/page";
import { useQuery } from "@tanstack/react-query";
import { MessageSquareText, Pencil, Plus, Trash2 } from "lucide-react";
import { type FormEvent, useId, useState } from "react";
import { FormError } from "../sign-in";
import { useSaving } from "./saving";

/** Teams this person may write replies for; leads also for all teams. */
function useOwnTeams() {
  const me = useMe();
  const site = useSite();
  const all = useQuery(teamsQuery(site.id)).data?.map((team) => team.name) ?? [];
  return { everybody: leads(me.role), teams: leads(me.role) ? all : site.teams };
}

function Editor({ reply, onClose }: { reply: CannedReply | null; onClose: () => void }) {
  const { t, fmt } = useWords();
  const { id: site } = useSite();
  const id = useId();
  const saving = useSaving();
  const { everybody, teams } = useOwnTeams();
  const [shortcut, setShortcut] = useState(reply?.shortcut ?? "");
  const [team, setTeam] = useState(reply?.team ?? (everybody ? "" : (teams[0] ?? "")));
  const [text, setText] = useState<Record<string, string>>(reply?.text ?? {});
  async function save(event: FormEvent) {
    event.preventDefault();
    const words = Object.fromEntries(Object.entries(text).filter(([, value]) => value.trim()));
    const draft = { shortcut: shortcut.trim(), team: team || null, text: words };
    const done = await saving.run(() => (reply ? changeCanned(site, reply.id, draft) : addCanned(site, draft)));
    if (done) onClose();
  }
  return (
    <Dialog
      open
      onClose={onClose}
      title={reply ? t("canned.edit") : t("canned.new")}
      footer={
        <>
          <Button onClick={onClose}>{t("common.cancel")}</Button>
          <Button look="primary" type="submit" form={id} disabled={saving.busy}>
            {t("common.save")}
          </Button>
        </>
      }
    >
      <form id={id} onSubmit={save} className="space-y-4">
        {saving.error && saving.field !== "shortcut" ? <FormError text={saving.error} /> : null}
        <div className="grid gap-4 sm:grid-cols-2">
          <Field label={t("canned.shortcut")} hint={t("canned.shortcut_hint")} error={saving.at("shortcut")}>
            {(control) => (
              <Input {...control} required value={shortcut} onChange={(event) => setShortcut(event.target.value)} />
            )}
          </Field>
          <Field label={t("hand_over.team")}>
            {(control) => (
              <Select {...control} value={team} onChange={(event) => setTeam(event.target.value)}>
                {everybody ? <option value="">{t("canned.everybody")}</option> : null}
                {teams.map((name) => (
                  <option key={name} value={name}>
                    {spoken(name)}
                  </option>
                ))}
              </Select>
            )}
          </Field>
        </div>
        {LANGUAGES.map((code) => (
          <Field key={code} label={t("canned.text", { language: fmt.language(code) })}>
            {(control) => (
              <Textarea
                {...control}
                lang={code}
                rows={2}
                value={text[code] ?? ""}
                onChange={(event) => setText((now) => ({ ...now, [code]: event.target.value }))}
              />
            )}
          </Field>
        ))}
      </form>
    </Dialog>
  );
}

function Reply({ reply, editable, onEdit }: { reply: CannedReply; editable: boolean; onEdit: () => void }) {
  const { t } = useWords();
  const { id: site } = useSite();
  const saving = useSaving();
  const [asking, setAsking] = useState(false);
  return (
    <li className="flex items-start gap-4 px-5 py-3.5">
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap items-center gap-2 text-base font-semibold">
          /{reply.shortcut}
          <Badge>{reply.team ? spoken(reply.team) : t("canned.everybody")}</Badge>
          {Object.keys(reply.text).map((code) => (
            <span key={code} className="text-xs font-normal text-faint uppercase">
              {code}
            </span>
          ))}
        </p>
        <p className="mt-0.5 line-clamp-2 text-sm text-muted wrap-words">
          {reply.text.en ?? Object.values(reply.text)[0]}
        </p>
        {saving.error ? <p className="text-sm text-bad-ink">{saving.error}</p> : null}
      </div>
      {editable ? (
        <span className="flex">
          <IconButton
            label={t("canned.edit_named", { name: reply.shortcut })}
            icon={<Pencil className="size-4" />}
            onClick={onEdit}
          />
          <IconButton
            label={t("canned.delete_named", { name: reply.shortcut })}
            icon={<Trash2 className="size-4" />}
            onClick={() => setAsking(true)}
          />
        </span>
      ) : null}
      <Confirm
        open={asking}
        title={t("canned.delete_title", { name: reply.shortcut })}
        text={t("canned.delete_text")}
        action={t("common.delete")}
        busy={saving.busy}
        onNo={() => setAsking(false)}
        onYes={() =>
          void saving.run(() => deleteCanned(site, reply.id), t("canned.deleted")).then(() => setAsking(false))
        }
      />
    </li>
  );
}

/** Ready answers, called with a slash while writing. */
export function CannedSettings() {
  const { t } = useWords();
  const { id } = useSite();
  const found = useQuery(cannedQuery(id));
  const { everybody, teams } = useOwnTeams();
  const [over, setOver] = useState<"" | "new" | CannedReply>("");
  const mayAdd = everybody || teams.length > 0;
  return (
    <Card
      title={t("settings.canned")}
      text={t("canned.text_about")}
      flush
      actions={
        mayAdd ? (
          <Button look="primary" icon={<Plus className="size-4" />} onClick={() => setOver("new")}>
            {t("canned.new")}
          </Button>
        ) : null
      }
    >
      {found.isPending ? <SkeletonRows rows={4} /> : null}
      {found.isError ? <Failed error={found.error} onRetry={() => found.refetch()} /> : null}
      {found.data?.items.length === 0 ? (
        <Empty icon={<MessageSquareText />} title={t("canned.empty")} text={t("canned.empty_text")} />
      ) : null}
      <ul className="divide-y border-t">
        {found.data?.items.map((reply) => (
          <Reply
            key={reply.id}
            reply={reply}
            editable={everybody || (reply.team !== null && teams.includes(reply.team))}
            onEdit={() => setOver(reply)}
          />
        ))}
      </ul>
      {over === "" ? null : <Editor reply={over === "new" ? null : over} onClose={() => setOver("")} />}
    </Card>
  );
}
