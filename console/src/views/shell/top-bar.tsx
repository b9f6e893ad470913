import { useDesk, useDeskClient, useLink } from "@domains/conversations/context";
import { chooseLanguage, chooseSite, signOut, useMe, useSite } from "@domains/session";
import { isLanguage, useWords } from "@shared/i18n";
import { cx } from "@shared/lib/cx";
import { useNow } from "@shared/lib/now";
import { chooseScheme, type Scheme, scheme } from "@shared/lib/scheme";
import { muted, setMuted } from "@shared/lib/sound";
import { useStore } from "@shared/lib/store";
import { cityOf, isElsewhere, pageZone } from "@shared/lib/zone";
import { Avatar } from "@shared/ui/avatar";
import { IconButton } from "@shared/ui/button";
import { useErrorText } from "@shared/ui/feedback";
import { Hint } from "@shared/ui/hint";
import { Menu, MenuChoice, MenuItem, MenuLine } from "@shared/ui/menu";
import { Switch } from "@shared/ui/switch";
import { toast } from "@shared/ui/toast";
import { useNavigate } from "@tanstack/react-router";
import { ChevronsUpDown, Clock, LogOut, UserRound, Volume2, VolumeX } from "lucide-react";
import { teamNames } from "./availability-banner";
import { Board } from "./board";

function SiteSwitch() {
  const { t } = useWords();
  const { sites } = useMe();
  const site = useSite();
  if (sites.length < 2) return <span className="truncate text-base font-semibold">{site.name}</span>;
  return (
    <Menu
      align="start"
      trigger={
        <button
          type="button"
          className="flex min-w-0 items-center gap-1.5 rounded-md px-2 py-1 text-base font-semibold hover:bg-hover"
        >
          <span className="truncate">{site.name}</span>
          <ChevronsUpDown aria-hidden className="size-3.5 shrink-0 text-muted" />
        </button>
      }
    >
      <MenuChoice
        label={t("shell.site")}
        value={site.id}
        options={sites.map((one) => ({ value: one.id, text: one.name }))}
        onChoose={chooseSite}
      />
    </Menu>
  );
}

function AvailableSwitch() {
  const { t } = useWords();
  const client = useDeskClient();
  const available = useDesk((desk) => desk.available);
  const teams = useDesk((desk) => desk.servedTeams);
  const isKnown = useDesk((desk) => desk.welcomed); // before, "off" would be a guess
  const link = useLink();
  return (
    <label htmlFor="available" className="flex items-center gap-2 text-sm font-medium">
      <span className={cx("min-w-0 max-sm:hidden", available ? "text-good-ink" : "text-muted")}>
        {t("shell.available")}
        {teams.length > 0 ? (
          <span className="block max-w-40 truncate text-2xs font-normal text-muted max-lg:hidden">
            {t("available.for", { teams: teamNames(teams) })}
          </span>
        ) : null}
      </span>
      <Switch
        id="available"
        label={t("shell.available")}
        checked={available}
        disabled={!isKnown || link.state !== "open"}
        onChange={(on) => client.setAvailable(on)}
      />
    </label>
  );
}

function PersonMenu() {
  const { t, language } = useWords();
  const me = useMe();
  const navigate = useNavigate();
  const look = useStore(scheme);
  const say = useErrorText();
  const choose = (value: string) => {
    if (isLanguage(value)) chooseLanguage(me.id, value).catch((error: unknown) => toast.failed(say(error)));
  };
  return (
    <Menu
      trigger={
        <button type="button" aria-label={t("shell.account")} className="rounded-full max-md:p-1">
          <Avatar id={me.id} name={me.name || me.email} size="small" />
        </button>
      }
    >
      <div className="px-2.5 py-2">
        <p className="truncate text-base font-medium">{me.name}</p>
        <p className="truncate text-sm text-muted">{me.email}</p>
      </div>
      <MenuLine />
      <MenuItem
        icon={<UserRound className="size-4" />}
        onSelect={() => navigate({ to: "/settings/$part", params: { part: "profile" } })}
      >
        {t("settings.profile")}
      </MenuItem>
      <MenuLine />
      <MenuChoice
        label={t("shell.scheme")}
        value={look}
        options={[
          { value: "system", text: t("shell.scheme_system") },
          { value: "light", text: t("shell.scheme_light") },
          { value: "dark", text: t("shell.scheme_dark") },
        ]}
        onChoose={(value) => chooseScheme(value as Scheme)}
      />
      <MenuChoice
        label={t("profile.language")}
        value={language}
        options={[
          { value: "en", text: "English" },
          { value: "fi", text: "Suomi" },
          { value: "sv", text: "Svenska" },
        ]}
        onChoose={choose}
      />
      <MenuLine />
      <MenuItem icon={<LogOut className="size-4" />} onSelect={() => void signOut()}>
        {t("shell.sign_out")}
      </MenuItem>
    </Menu>
  );
}

/** Whose clock the page shows, for whoever sits in another zone. */
function TimesOf() {
  const { t } = useWords();
  useNow();
  if (!isElsewhere()) return null;
  const city = cityOf(pageZone());
  return (
    <Hint text={t("time.text", { city })} side="bottom">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: the hint is for the keyboard too */}
      <span tabIndex={0} className="flex items-center gap-1.5 text-sm whitespace-nowrap text-muted">
        <Clock aria-hidden className="size-4" />
        <span className="max-lg:sr-only">{t("time.of", { city })}</span>
      </span>
    </Hint>
  );
}

export function TopBar() {
  const { t } = useWords();
  const quiet = useStore(muted);
  return (
    <header className="flex h-13 shrink-0 items-center gap-2.5 border-b bg-canvas px-4 md:gap-4">
      <div className="flex min-w-0 items-center max-md:shrink">
        <SiteSwitch />
      </div>
      <div className="flex flex-1 justify-center max-md:shrink-0 max-md:justify-end">
        <Board />
      </div>
      <TimesOf />
      <AvailableSwitch />
      <IconButton
        label={quiet ? t("shell.unmute") : t("shell.mute")}
        icon={quiet ? <VolumeX className="size-4.5" /> : <Volume2 className="size-4.5" />}
        aria-pressed={quiet}
        className="-mx-1.5"
        onClick={() => setMuted(!quiet)}
      />
      <PersonMenu />
    </header>
  );
}
