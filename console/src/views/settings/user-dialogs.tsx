import { type Role, useMay, useSite } from "@domains/session";
import { addUser, changeUser, type Membership, type Person } from "@domains/settings/api";
import { teamsQuery } from "@domains/staffing/api";
import { type Key, useWords } from "@shared/i18n";
import { spoken } from "@shared/lib/names";
import { Button } from "@shared/ui/button";
import { Dialog } from "@shared/ui/dialog";
import { Check, Field, Input, Select } from "@shared/ui/field";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useId, useState } from "react";
import { FormError } from "../sign-in";
import { type Saving, useSaving } from "./saving";
import type { Link } from "./users";

const ROLES: Role[] = ["admin", "manager", "agent", "partner_agent"];

function RoleField({ role, onRole }: { role: Role; onRole: (role: Role) => void }) {
  const { t } = useWords();
  const admins = useMay("manage_admins");
  const roles = ROLES.filter((one) => admins || one !== "admin" || role === "admin");
  return (
    <Field label={t("users.role")} hint={t(`role.${role}_may` as Key)}>
      {(control) => (
        <Select {...control} value={role} onChange={(event) => onRole(event.target.value as Role)}>
          {roles.map((one) => (
            <option key={one} value={one}>
              {t(`role.${one}` as Key)}
            </option>
          ))}
        </Select>
      )}
    </Field>
  );
}

/** The teams of the site in view; memberships of other sites stay as they are. */
function TeamsField({ teams, onTeams }: { teams: Membership[]; onTeams: (teams: Membership[]) => void }) {
  const { t } = useWords();
  const { id: site } = useSite();
  const found = useQuery(teamsQuery(site));
  const has = (team: string) => teams.some((one) => one.site === site && one.team === team);
  const toggle = (team: string, on: boolean) =>
    onTeams(on ? [...teams, { site, team }] : teams.filter((one) => one.site !== site || one.team !== team));
  return (
    <fieldset>
      <legend className="mb-1.5 text-sm font-medium">{t("settings.teams")}</legend>
      <div className="space-y-1.5">
        {found.data?.map((team) => (
          <Check
            key={team.name}
            label={spoken(team.name)}
            checked={has(team.name)}
            onChange={(event) => toggle(team.name, event.target.checked)}
          />
        ))}
        {found.data?.length === 0 ? <p className="text-sm text-muted">{t("teams.none")}</p> : null}
      </div>
    </fieldset>
  );
}

interface FrameProps {
  title: string;
  action: string;
  saving: Saving;
  onClose: () => void;
  onSubmit: () => void;
  children: React.ReactNode;
}

function Frame({ title, action, saving, onClose, onSubmit, children }: FrameProps) {
  const { t } = useWords();
  const id = useId();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onSubmit();
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title={title}
      footer={
        <>
          <Button onClick={onClose}>{t("common.cancel")}</Button>
          <Button look="primary" type="submit" form={id} disabled={saving.busy}>
            {action}
          </Button>
        </>
      }
    >
      <form id={id} onSubmit={submit} className="space-y-4">
        {saving.error && saving.field !== "email" ? <FormError text={saving.error} /> : null}
        {children}
      </form>
    </Dialog>
  );
}

interface InviteProps {
  onClose: () => void;
  onLink: (link: Link) => void;
}

export function InviteUser({ onClose, onLink }: InviteProps) {
  const { t, language } = useWords(); // the invite is written in the language of who invites
  const saving = useSaving();
  const [email, setEmail] = useState("");
  const [name, setName] = useState("");
  const [role, setRole] = useState<Role>("agent");
  const [teams, setTeams] = useState<Membership[]>([]);
  const invite = () =>
    saving.run(async () => {
      const { invite_url: url } = await addUser({ email: email.trim(), name: name.trim(), role, teams, language });
      onClose();
      onLink({ title: t("users.invite_link"), text: t("users.invite_link_text", { name: email.trim() }), url });
    }, "");
  return (
    <Frame
      title={t("users.invite")}
      action={t("users.make_link")}
      saving={saving}
      onClose={onClose}
      onSubmit={() => void invite()}
    >
      <Field label={t("users.email")} error={saving.at("email")}>
        {(control) => (
          <Input {...control} type="email" required value={email} onChange={(event) => setEmail(event.target.value)} />
        )}
      </Field>
      <Field label={`${t("users.name")} (${t("common.optional")})`}>
        {(control) => <Input {...control} value={name} onChange={(event) => setName(event.target.value)} />}
      </Field>
      <RoleField role={role} onRole={setRole} />
      <TeamsField teams={teams} onTeams={setTeams} />
    </Frame>
  );
}

export function EditUser({ person, onClose }: { person: Person; onClose: () => void }) {
  const { t } = useWords();
  const saving = useSaving();
  const [name, setName] = useState(person.name);
  const [role, setRole] = useState(person.role);
  const [capacity, setCapacity] = useState(person.capacity);
  const [teams, setTeams] = useState(person.teams);
  const save = async () => {
    if (await saving.run(() => changeUser(person.id, { name: name.trim(), role, capacity, teams }))) onClose();
  };
  return (
    <Frame
      title={person.name || person.email}
      action={t("common.save")}
      saving={saving}
      onClose={onClose}
      onSubmit={() => void save()}
    >
      <Field label={t("users.name")}>
        {(control) => <Input {...control} required value={name} onChange={(event) => setName(event.target.value)} />}
      </Field>
      <RoleField role={role} onRole={setRole} />
      <Field label={t("users.capacity")} hint={t("users.capacity_hint")}>
        {(control) => (
          <Input
            {...control}
            type="number"
            min={0}
            max={50}
            className="max-w-28"
            placeholder={t("users.capacity_team")}
            value={capacity ?? ""}
            onChange={(event) => setCapacity(event.target.value === "" ? null : event.target.valueAsNumber)}
          />
        )}
      </Field>
      <TeamsField teams={teams} onTeams={setTeams} />
    </Frame>
  );
}
