import { AlertDialog } from "radix-ui";
import type { ReactNode } from "react";
import { useWords } from "../i18n";
import { Button } from "./button";

interface ConfirmProps {
  open: boolean;
  title: string;
  text: ReactNode;
  action: string;
  onYes: () => void;
  onNo: () => void;
  busy?: boolean;
}

/** Asks before what cannot be undone. */
export function Confirm({ open, title, text, action, onYes, onNo, busy }: ConfirmProps) {
  const { t } = useWords();
  return (
    <AlertDialog.Root open={open} onOpenChange={(now) => now || onNo()}>
      <AlertDialog.Portal>
        <AlertDialog.Overlay className="fixed inset-0 z-50 bg-scrim animate-fade" />
        <AlertDialog.Content className="fixed top-1/2 left-1/2 z-50 w-[calc(100%-2rem)] max-w-md -translate-x-1/2 -translate-y-1/2 rounded-xl bg-raised p-5 shadow-dialog ring-1 ring-line animate-fade">
          <AlertDialog.Title className="text-lg font-semibold wrap-words">{title}</AlertDialog.Title>
          <AlertDialog.Description asChild>
            <div className="mt-1.5 text-base text-muted wrap-words">{text}</div>
          </AlertDialog.Description>
          <div className="mt-5 flex flex-wrap justify-end gap-2">
            <AlertDialog.Cancel asChild>
              <Button>{t("common.cancel")}</Button>
            </AlertDialog.Cancel>
            <Button look="danger" onClick={onYes} disabled={busy}>
              {action}
            </Button>
          </div>
        </AlertDialog.Content>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}
