import { Check, Copy } from "lucide-react";
import { useEffect, useState } from "react";
import { useWords } from "../i18n";
import { Button } from "./button";

/** Puts text on the clipboard and says so. */
export function CopyButton({ text, label }: { text: string; label?: string }) {
  const { t } = useWords();
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 2500);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = () => navigator.clipboard.writeText(text).then(() => setCopied(true));
  return (
    <Button size="small" icon={copied ? <Check className="size-3.5" /> : <Copy className="size-3.5" />} onClick={copy}>
      <span aria-live="polite">{copied ? t("common.copied") : (label ?? t("common.copy"))}</span>
    </Button>
  );
}

/** One line (or block) to take along, with its button. */
export const CopyField = ({ text, label }: { text: string; label: string }) => (
  <div className="flex items-start gap-2 rounded-md bg-sunken p-2 pl-3 ring-1 ring-inset ring-line">
    <code role="group" aria-label={label} className="min-w-0 flex-1 py-1 font-mono text-xs break-all select-all">
      {text}
    </code>
    <CopyButton text={text} />
  </div>
);
