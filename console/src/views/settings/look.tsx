import { changeSite, type Look, type SiteSettings } from "@domains/settings/api";
import { LANGUAGES, type Language, useWords } from "@shared/i18n";
import { cx } from "@shared/lib/cx";
import { Field, Input, Select } from "@shared/ui/field";
import { Card } from "@shared/ui/page";
import { Segmented } from "@shared/ui/segmented";
import { MessageCircle, SendHorizontal } from "lucide-react";
import { useState } from "react";
import { SaveForm, useSaving } from "./saving";
import { WithSite } from "./with-site";

/** Black or white, whichever is easier to read on the colour (WCAG relative luminance). */
export function inkOn(colour: string): string {
  const part = (at: number) => {
    const value = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  const light = 0.2126 * part(1) + 0.7152 * part(3) + 0.0722 * part(5);
  return light > 0.179 ? "#111111" : "#ffffff";
}

const COLOUR = /^#[0-9a-f]{6}$/i;

function Preview({ look, language }: { look: Look; language: Language }) {
  const { t } = useWords();
  const colour = COLOUR.test(look.colour) ? look.colour : "#1f5eff";
  const ink = inkOn(colour);
  return (
    <div className="relative h-96 overflow-hidden rounded-lg bg-sunken p-4 ring-1 ring-line" aria-hidden>
      <div className="space-y-2.5 opacity-60">
        <div className="h-4 w-2/5 rounded-md bg-line" />
        <div className="h-24 rounded-md bg-line" />
        <div className="h-3 w-4/5 rounded-md bg-line" />
        <div className="h-3 w-3/5 rounded-md bg-line" />
      </div>
      <div
        className={cx(
          "absolute bottom-4 flex flex-col gap-3",
          look.position === "left" ? "left-4 items-start" : "right-4 items-end",
        )}
      >
        <div className="w-60 overflow-hidden rounded-xl bg-raised shadow-raised ring-1 ring-line">
          <div className="px-4 py-3 text-base font-semibold" style={{ background: colour, color: ink }}>
            <span className="block truncate">{look.name || "–"}</span>
          </div>
          <div className="h-40 p-3.5">
            <p
              lang={language}
              className="w-fit max-w-[90%] rounded-xl rounded-bl-sm bg-sunken px-3 py-2 text-sm wrap-words"
            >
              {look.greeting[language] || t("look.no_greeting")}
            </p>
          </div>
          <div className="flex items-center justify-between border-t px-3.5 py-2.5 text-sm text-faint">
            {t("look.sample")}
            <SendHorizontal className="size-4" />
          </div>
        </div>
        <span
          className="flex size-12 items-center justify-center rounded-full shadow-raised"
          style={{ background: colour, color: ink }}
        >
          <MessageCircle className="size-6" />
        </span>
      </div>
    </div>
  );
}

function LookForm({ site }: { site: SiteSettings }) {
  const { t, fmt } = useWords();
  const saving = useSaving();
  const [look, setLook] = useState(site.look);
  const [language, setLanguage] = useState<Language>("en");
  const set = (change: Partial<Look>) => setLook((now) => ({ ...now, ...change }));
  return (
    <Card title={t("settings.look")} text={t("look.text")}>
      <div className="grid gap-8 lg:grid-cols-[minmax(0,1fr)_20rem]">
        <SaveForm
          saving={saving}
          fields={["look", "colour"]}
          dirty={JSON.stringify(look) !== JSON.stringify(site.look)}
          onSave={() => void saving.run(() => changeSite(site.id, { look }))}
        >
          <Field label={t("look.name")} hint={t("look.name_hint")}>
            {(control) => (
              <Input
                {...control}
                value={look.name}
                maxLength={60}
                onChange={(event) => set({ name: event.target.value })}
              />
            )}
          </Field>
          <Field label={t("look.colour")} error={saving.at("look") ?? saving.at("colour")}>
            {(control) => (
              <div className="flex items-center gap-2">
                <input
                  type="color"
                  aria-label={t("look.pick_colour")}
                  className="h-9 w-12 shrink-0 cursor-pointer rounded-md bg-surface p-1 ring-1 ring-field ring-inset"
                  value={COLOUR.test(look.colour) ? look.colour : "#1f5eff"}
                  onChange={(event) => set({ colour: event.target.value })}
                />
                <Input
                  {...control}
                  className="max-w-32 font-mono"
                  value={look.colour}
                  onChange={(event) => set({ colour: event.target.value })}
                />
              </div>
            )}
          </Field>
          <Field label={t("look.position")}>
            {(control) => (
              <Select
                {...control}
                value={look.position}
                onChange={(event) => set({ position: event.target.value as Look["position"] })}
              >
                <option value="right">{t("look.right")}</option>
                <option value="left">{t("look.left")}</option>
              </Select>
            )}
          </Field>
          {LANGUAGES.map((code) => (
            <Field key={code} label={t("look.greeting", { language: fmt.language(code) })}>
              {(control) => (
                <Input
                  {...control}
                  lang={code}
                  value={look.greeting[code] ?? ""}
                  onFocus={() => setLanguage(code)}
                  onChange={(event) => set({ greeting: { ...look.greeting, [code]: event.target.value } })}
                />
              )}
            </Field>
          ))}
        </SaveForm>
        <div>
          <div className="mb-2.5 flex items-center justify-between gap-3">
            <span className="text-sm font-medium">{t("look.preview")}</span>
            <Segmented<Language>
              label={t("profile.language")}
              value={language}
              onChange={setLanguage}
              options={LANGUAGES.map((code) => ({ value: code, text: code.toUpperCase() }))}
            />
          </div>
          <Preview look={look} language={language} />
        </div>
      </div>
    </Card>
  );
}

export const LookSettings = () => <WithSite>{(site) => <LookForm site={site} />}</WithSite>;
