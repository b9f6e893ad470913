import { changeSite, type SiteSettings as Site } from "@domains/settings/api";
import { useWords } from "@shared/i18n";
import { Check, Field, Input, Select, Textarea } from "@shared/ui/field";
import { Card } from "@shared/ui/page";
import { useState } from "react";
import { SaveForm, useSaving } from "./saving";
import { WithSite } from "./with-site";

function SiteForm({ site }: { site: Site }) {
  const { t } = useWords();
  const saving = useSaving();
  const [name, setName] = useState(site.name);
  const [origins, setOrigins] = useState(site.origins.join("\n"));
  const [consent, setConsent] = useState(site.consent);
  const [signals, setSignals] = useState(site.signals);
  const [days, setDays] = useState(site.retention_days);
  const change = {
    name: name.trim(),
    origins: origins.split(/[\s,]+/).filter(Boolean),
    consent,
    signals,
    retention_days: days,
  };
  const before = {
    name: site.name,
    origins: site.origins,
    consent: site.consent,
    signals: site.signals,
    retention_days: site.retention_days,
  };
  const dirty = JSON.stringify(change) !== JSON.stringify(before);
  return (
    <Card title={t("settings.site")} text={t("site.text")}>
      <SaveForm
        saving={saving}
        fields={["name", "origins", "retention_days"]}
        dirty={dirty}
        onSave={() => void saving.run(() => changeSite(site.id, change))}
      >
        <Field label={t("site.name")} error={saving.at("name")}>
          {(control) => <Input {...control} value={name} required onChange={(event) => setName(event.target.value)} />}
        </Field>
        <Field label={t("site.origins")} hint={t("site.origins_hint")} error={saving.at("origins")}>
          {(control) => (
            <Textarea
              {...control}
              rows={Math.max(2, change.origins.length)}
              className="font-mono"
              spellCheck={false}
              value={origins}
              onChange={(event) => setOrigins(event.target.value)}
            />
          )}
        </Field>
        <Field label={t("site.consent")} hint={t(`site.consent_${consent}_hint`)}>
          {(control) => (
            <Select
              {...control}
              value={consent}
              onChange={(event) => setConsent(event.target.value as Site["consent"])}
            >
              <option value="none">{t("site.consent_none")}</option>
              <option value="required">{t("site.consent_required")}</option>
            </Select>
          )}
        </Field>
        <Field label={t("site.signals")} hint={t(`site.signals_${signals}_hint`)}>
          {(control) => (
            <Select
              {...control}
              value={signals}
              onChange={(event) => setSignals(event.target.value as Site["signals"])}
            >
              <option value="gpc">{t("site.signals_gpc")}</option>
              <option value="gpc_dnt">{t("site.signals_gpc_dnt")}</option>
              <option value="ignored">{t("site.signals_ignored")}</option>
            </Select>
          )}
        </Field>
        <div>
          <Check
            label={t("site.retention_on")}
            checked={days !== null}
            onChange={(event) => setDays(event.target.checked ? 365 : null)}
          />
          {days === null ? null : (
            <Field
              label={t("site.retention")}
              hint={t("site.retention_hint")}
              error={saving.at("retention_days")}
              className="mt-3"
            >
              {(control) => (
                <Input
                  {...control}
                  type="number"
                  min={1}
                  max={3650}
                  className="max-w-32"
                  value={days}
                  onChange={(event) => setDays(event.target.value === "" ? 1 : event.target.valueAsNumber)}
                />
              )}
            </Field>
          )}
        </div>
      </SaveForm>
    </Card>
  );
}

export const SiteSettings = () => <WithSite>{(site) => <SiteForm site={site} />}</WithSite>;
