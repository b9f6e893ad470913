import type { Plan } from "@domains/direction/api";
import { useSite } from "@domains/session";
import { sitesQuery } from "@domains/settings/api";
import { type Key, useWords } from "@shared/i18n";
import { useMedia } from "@shared/lib/media";
import { spoken } from "@shared/lib/names";
import { scheme } from "@shared/lib/scheme";
import { useStore } from "@shared/lib/store";
import { Badge } from "@shared/ui/badge";
import { Segmented } from "@shared/ui/segmented";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Teaser } from "../teaser";

interface TeasersPaneProps {
  plan: Plan;
  onFind: (section: string, name: string) => void;
}

/** Each trigger's words as visitors see them. */
export function TeasersPane({ plan, onFind }: TeasersPaneProps) {
  const { t, language: mine } = useWords();
  const { id, name } = useSite();
  const sites = useQuery(sitesQuery);
  const site = sites.data?.items.find((one) => one.id === id);
  const chosen = useStore(scheme);
  const system = useMedia("(prefers-color-scheme: dark)");
  const [shade, setShade] = useState<"light" | "dark">(
    (chosen === "system" ? system : chosen === "dark") ? "dark" : "light",
  );
  const [language, setLanguage] = useState(plan.languages.includes(mine) ? mine : (plan.languages[0] ?? "en"));
  const shown = plan.languages.includes(language) ? language : (plan.languages[0] ?? "en");
  const colour = /^#[0-9a-f]{6}$/i.test(site?.look.colour ?? "") ? site!.look.colour : "#1f5eff";
  if (plan.triggers.length === 0) return <p className="text-base text-muted">{t("direction.no_triggers")}</p>;
  return (
    <div>
      <div className="mb-4 flex flex-wrap gap-2">
        <Segmented
          label={t("plan.teaser_language")}
          value={shown}
          onChange={setLanguage}
          options={plan.languages.map((code) => ({ value: code, text: code.toUpperCase() }))}
        />
        <Segmented<"light" | "dark">
          label={t("plan.teaser_shade")}
          value={shade}
          onChange={setShade}
          options={[
            { value: "light", text: t("shell.scheme_light") },
            { value: "dark", text: t("shell.scheme_dark") },
          ]}
        />
      </div>
      <ul className="space-y-6">
        {plan.triggers.map((trigger) => (
          <li key={trigger.name}>
            <div className="mb-2 flex items-center justify-between gap-2">
              <button
                type="button"
                className="min-w-0 truncate text-base font-semibold hover:underline"
                onClick={() => onFind("triggers", trigger.name)}
              >
                {spoken(trigger.name)}
              </button>
              <Badge>{t(`show.${trigger.show}` as Key)}</Badge>
            </div>
            <ul className="space-y-2">
              {trigger.say.map((variant) => (
                <li key={variant.name}>
                  {trigger.say.length > 1 ? (
                    <p className="mb-1 text-xs text-muted">{t("plan.variant", { name: variant.name.toUpperCase() })}</p>
                  ) : null}
                  <Teaser
                    text={variant.text[shown] ?? ""}
                    language={shown}
                    who={site?.look.name || name}
                    colour={colour}
                    show={trigger.show}
                    dark={shade === "dark"}
                  />
                </li>
              ))}
            </ul>
          </li>
        ))}
      </ul>
    </div>
  );
}
