import { SESSION, useMe } from "@domains/session";
import { changeUser } from "@domains/settings/api";
import { queryClient } from "@shared/http/query";
import { isLanguage, type Language, loadCatalogue, useWords } from "@shared/i18n";
import { chooseScheme, type Scheme, scheme } from "@shared/lib/scheme";
import { useStore } from "@shared/lib/store";
import { Field, Input, Select } from "@shared/ui/field";
import { Card } from "@shared/ui/page";
import { Segmented } from "@shared/ui/segmented";
import { useState } from "react";
import { NoticeSettings } from "./notices";
import { SaveForm, useSaving } from "./saving";

/** The person's own name and language. */
export function ProfileSettings() {
  const { t, language: now } = useWords();
  const me = useMe();
  const saving = useSaving();
  const look = useStore(scheme);
  const [name, setName] = useState(me.name);
  const [language, setLanguage] = useState<Language>(isLanguage(me.language) ? me.language : now);
  const save = () =>
    saving.run(async () => {
      await changeUser(me.id, { name: name.trim(), language });
      await loadCatalogue(language);
      await queryClient.invalidateQueries({ queryKey: SESSION });
    });
  return (
    <>
      <Card title={t("settings.profile")} text={me.email}>
        <SaveForm
          saving={saving}
          fields={["name"]}
          dirty={name.trim() !== me.name || language !== me.language}
          onSave={() => void save()}
        >
          <Field label={t("account.name")} hint={t("account.name_hint")} error={saving.at("name")}>
            {(control) => (
              <Input {...control} required value={name} onChange={(event) => setName(event.target.value)} />
            )}
          </Field>
          <Field label={t("profile.language")}>
            {(control) => (
              <Select
                {...control}
                value={language}
                onChange={(event) => isLanguage(event.target.value) && setLanguage(event.target.value)}
              >
                <option value="en">English</option>
                <option value="fi">Suomi</option>
                <option value="sv">Svenska</option>
              </Select>
            )}
          </Field>
        </SaveForm>
      </Card>
      <NoticeSettings />
      <Card title={t("shell.scheme")} text={t("profile.scheme_text")}>
        <Segmented<Scheme>
          label={t("shell.scheme")}
          value={look}
          onChange={chooseScheme}
          options={[
            { value: "system", text: t("shell.scheme_system") },
            { value: "light", text: t("shell.scheme_light") },
            { value: "dark", text: t("shell.scheme_dark") },
          ]}
        />
      </Card>
    </>
  );
}
