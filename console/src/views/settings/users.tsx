import { type Role, useMay, useMe } from "@domains/session";
import {
  inviteAgain,
  type Person,
  resetPassword,
  restoreUser,
  revokeUser,
  sendAgain,
  type UnsentLetter,
  unsentQuery,
  usersQuery,
} from "@domains/settings/api";
import { ApiError } from "@shared/http";
import { type Key, useWords } from "@shared/i18n";
import { spoken } from "@shared/lib/names";
import { Avatar } from "@shared/ui/avatar";
import { Badge, type Tone } from "@shared/ui/badge";
import { Button, IconButton } from "@shared/ui/button";
import { Confirm } from "@shared/ui/confirm";
import { CopyField } from "@shared/ui/copy";
import { Dialog } from "@shared/ui/dialog";
import { Failed, SkeletonRows } from "@shared/ui/feedback";
import { Menu, MenuItem } from "@shared/ui/menu";
import { Card } from "@shared/ui/page";
import { useQuery } from "@tanstack/react-query";
import { Ellipsis, UserPlus } from "lucide-react";
import { useState } from "react";
import { useSaving } from "./saving";
import { EditUser, InviteUser } from "./user-dialogs";

const STATE_TONES: Record<Person["state"], Tone> = { invited: "warn", active: "good", revoked: "neutral" };

export const roleName = (role: Role): Key => `role.${role}` as Key;

export interface Link {
  title: string;
  text: string;
  url: string;
}

/** A link to hand over: it is told once, so it stays until it is closed. */
export function LinkDialog({ link, onClose }: { link: Link; onClose: () => void }) {
  const { t } = useWords();
  return (
    <Dialog
      open
      onClose={onClose}
      title={link.title}
      description={link.text}
      footer={
        <Button look="primary" onClick={onClose}>
          {t("common.close")}
        </Button>
      }
    >
      <CopyField text={link.url} label={link.title} />
    </Dialog>
  );
}

interface RowProps {
  person: Person;
  manage: boolean;
  onEdit: () => void;
  onLink: (link: Link) => void;
}

function useDeeds(person: Person, onLink: (link: Link) => void) {
  const { t } = useWords();
  const saving = useSaving();
  const invite = () =>
    saving.run(async () => {
      const { invite_url: url } = await inviteAgain(person.id);
      onLink({ title: t("users.invite_link"), text: t("users.invite_link_text", { name: person.email }), url });
    }, "");
  const reset = () =>
    saving.run(async () => {
      const { reset_url: url } = await resetPassword(person.id);
      onLink({ title: t("users.reset_link"), text: t("users.reset_link_text", { name: person.name }), url });
    }, "");
  return { saving, invite, reset };
}

function Row({ person, manage, onEdit, onLink }: RowProps) {
  const { t, fmt } = useWords();
  const me = useMe();
  const admins = useMay("manage_admins");
  const { saving, invite, reset } = useDeeds(person, onLink);
  const [asking, setAsking] = useState(false);
  const teams = [...new Set(person.teams.map((one) => spoken(one.team)))].join(", ");
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 px-5 py-3.5">
      <Avatar id={person.id} name={person.name || person.email} />
      <div className="min-w-0 flex-1 basis-40 sm:basis-56">
        <p className="flex flex-wrap items-center gap-2 text-base font-medium">
          <span className="wrap-words">{person.name}</span>
          {person.state === "active" ? null : (
            <Badge tone={STATE_TONES[person.state]}>{t(`users.${person.state}` as Key)}</Badge>
          )}
        </p>
        <p className="text-sm text-muted wrap-words">{person.email}</p>
        {saving.error ? <p className="text-sm text-bad-ink">{saving.error}</p> : null}
      </div>
      <div className="order-3 min-w-0 basis-44 text-sm max-sm:basis-full">
        <p>
          {t(roleName(person.role))}
          {person.capacity === null ? "" : ` · ${t("users.capacity_value", { count: person.capacity })}`}
        </p>
        <p className="text-muted wrap-words">{teams || t("users.no_team")}</p>
      </div>
      <p className="order-3 basis-28 text-sm text-faint max-sm:basis-full">
        {person.last_seen_at ? t("users.seen", { when: fmt.relative(person.last_seen_at) }) : t("users.never_seen")}
      </p>
      {manage && (admins || person.role !== "admin") ? (
        <span className="order-2 sm:order-4">
          <Menu
            trigger={
              <IconButton
                label={t("users.actions", { name: person.name || person.email })}
                icon={<Ellipsis className="size-4.5" />}
              />
            }
          >
            <MenuItem onSelect={onEdit}>{t("common.edit")}</MenuItem>
            {person.state === "invited" ? (
              <MenuItem onSelect={() => void invite()}>{t("users.invite_again")}</MenuItem>
            ) : null}
            {person.state === "active" ? <MenuItem onSelect={() => void reset()}>{t("users.reset")}</MenuItem> : null}
            {person.state === "revoked" ? (
              <MenuItem onSelect={() => void saving.run(() => restoreUser(person.id))}>{t("users.restore")}</MenuItem>
            ) : (
              <MenuItem danger disabled={person.id === me.id} onSelect={() => setAsking(true)}>
                {t("users.revoke")}
              </MenuItem>
            )}
          </Menu>
        </span>
      ) : null}
      <Confirm
        open={asking}
        title={t("users.revoke_title", { name: person.name || person.email })}
        text={t("users.revoke_text")}
        action={t("users.revoke")}
        busy={saving.busy}
        onNo={() => setAsking(false)}
        onYes={() => void saving.run(() => revokeUser(person.id)).then(() => setAsking(false))}
      />
    </li>
  );
}

/** A letter that did not go out: why, and what can be done about it here. */
function Unsent({ letter, person, onLink }: { letter: UnsentLetter; person: Person; onLink: (link: Link) => void }) {
  const { t, fmt } = useWords();
  const saving = useSaving();
  const name = person.name || person.email;
  const again = (show: boolean) =>
    saving.run(
      async () => {
        const { url, reason } = await sendAgain(letter);
        if (show) onLink({ title: t(`letters.${letter.kind}`), text: t("letters.link_text", { name }), url });
        else if (reason) throw new ApiError(0, "not_sent", t("letters.failed_again", { reason }));
      },
      show ? "" : t("letters.sent", { name: person.email }),
    );
  return (
    <li className="rounded-md bg-warn-soft px-4 py-3 text-sm text-warn-ink">
      <p className="font-medium wrap-words">
        {letter.kind === "invite"
          ? t("letters.no_invite", { name: person.email })
          : t("letters.no_reset", { name: person.email })}
      </p>
      <p className="wrap-words">
        {fmt.moment(letter.at)} · {letter.reason}
      </p>
      <div className="mt-2 flex flex-wrap gap-2">
        <Button size="small" disabled={saving.busy} onClick={() => void again(false)}>
          {t("letters.send_again")}
        </Button>
        <Button size="small" disabled={saving.busy} onClick={() => void again(true)}>
          {t("letters.show_link")}
        </Button>
      </div>
      {saving.error ? (
        <p role="alert" className="mt-2 text-bad-ink wrap-words">
          {saving.error}
        </p>
      ) : null}
    </li>
  );
}

function UnsentLetters({ people, onLink }: { people: Person[]; onLink: (link: Link) => void }) {
  const letters = useQuery(unsentQuery).data?.items ?? [];
  const known = new Map(people.map((person) => [person.id, person]));
  const shown = letters.filter((letter) => known.has(letter.user));
  if (shown.length === 0) return null;
  return (
    <ul className="space-y-2 px-5 pb-4">
      {shown.map((letter) => (
        <Unsent
          key={`${letter.user} ${letter.kind}`}
          letter={letter}
          person={known.get(letter.user)!}
          onLink={onLink}
        />
      ))}
    </ul>
  );
}

/** Who works here, and what they may do. */
export function UserSettings() {
  const { t } = useWords();
  const manage = useMay("manage_users");
  const found = useQuery(usersQuery);
  const [over, setOver] = useState<"" | "invite" | Person>("");
  const [link, setLink] = useState<Link>();
  return (
    <Card
      title={t("settings.users")}
      text={t("users.text")}
      flush
      actions={
        manage ? (
          <Button look="primary" icon={<UserPlus className="size-4" />} onClick={() => setOver("invite")}>
            {t("users.invite")}
          </Button>
        ) : null
      }
    >
      {found.isPending ? <SkeletonRows rows={4} /> : null}
      {found.isError ? <Failed error={found.error} onRetry={() => found.refetch()} /> : null}
      {manage && found.data ? <UnsentLetters people={found.data.items} onLink={setLink} /> : null}
      <ul className="divide-y border-t">
        {found.data?.items.map((person) => (
          <Row key={person.id} person={person} manage={manage} onEdit={() => setOver(person)} onLink={setLink} />
        ))}
      </ul>
      {over === "invite" ? <InviteUser onClose={() => setOver("")} onLink={setLink} /> : null}
      {over !== "" && over !== "invite" ? <EditUser person={over} onClose={() => setOver("")} /> : null}
      {link ? <LinkDialog link={link} onClose={() => setLink(undefined)} /> : null}
    </Card>
  );
}
