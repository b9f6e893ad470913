import { useWords } from "@shared/i18n";
import { notices, wantNotices } from "@shared/lib/notify";
import { muted, setMuted } from "@shared/lib/sound";
import { useStore } from "@shared/lib/store";
import { Card } from "@shared/ui/page";
import { Switch } from "@shared/ui/switch";

interface RowProps {
  id: string;
  title: string;
  text: string;
  on: boolean;
  disabled?: boolean;
  onChange: (on: boolean) => void;
}

const Row = ({ id, title, text, on, disabled = false, onChange }: RowProps) => (
  <div className="flex items-center justify-between gap-6 py-3 first:pt-0 last:pb-0">
    <div className="min-w-0">
      <label htmlFor={id} className="text-base font-medium">
        {title}
      </label>
      <p className="text-sm text-muted text-pretty">{text}</p>
    </div>
    <Switch id={id} checked={on} disabled={disabled} onChange={onChange} />
  </div>
);

/** How one is called to a conversation: in this browser only. */
export function NoticeSettings() {
  const { t } = useWords();
  const quiet = useStore(muted);
  const { wanted, permission } = useStore(notices);
  const barred = permission === "denied" || permission === "impossible";
  return (
    <Card title={t("notify.title")} text={t("profile.scheme_text")}>
      <div className="divide-y">
        <Row
          id="sounds"
          title={t("notify.sound")}
          text={t("notify.sound_text")}
          on={!quiet}
          onChange={(on) => setMuted(!on)}
        />
        <Row
          id="notices"
          title={t("notify.desktop")}
          text={
            permission === "denied"
              ? t("notify.denied")
              : permission === "impossible"
                ? t("notify.impossible")
                : t("notify.desktop_text")
          }
          on={wanted && !barred}
          disabled={barred}
          onChange={(on) => void wantNotices(on)}
        />
      </div>
    </Card>
  );
}
