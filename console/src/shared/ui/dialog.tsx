import { X } from "lucide-react";
import { Dialog as Radix } from "radix-ui";
import type { ReactNode } from "react";
import { useWords } from "../i18n";
import { cx } from "../lib/cx";
import { IconButton } from "./button";

interface FrameProps {
  open: boolean;
  onClose: () => void;
  title: string;
  description?: ReactNode;
  children: ReactNode;
  footer?: ReactNode;
}

function Head({ title, description }: Pick<FrameProps, "title" | "description">) {
  const { t } = useWords();
  return (
    <header className="flex items-start gap-3 border-b px-5 py-4">
      <div className="min-w-0 flex-1">
        <Radix.Title className="text-lg font-semibold wrap-words">{title}</Radix.Title>
        {description ? (
          <Radix.Description asChild>
            <div className="mt-0.5 text-sm text-muted">{description}</div>
          </Radix.Description>
        ) : null}
      </div>
      <Radix.Close asChild>
        <IconButton label={t("common.close")} icon={<X className="size-4" />} className="-mt-1 -mr-2" />
      </Radix.Close>
    </header>
  );
}

/** A dialog begins at its first field; without one at itself, so that the way out is not the first thing offered. */
function focusFirstField(event: Event) {
  const content = event.currentTarget as HTMLElement;
  event.preventDefault();
  const field = content.querySelector<HTMLElement>("input:not([type=checkbox]), select, textarea");
  (field ?? content).focus();
}

const Scrim = () => <Radix.Overlay className="fixed inset-0 z-40 bg-scrim animate-fade" />;
const withoutDescription = (description: ReactNode) => (description ? {} : { "aria-describedby": undefined });

type Size = "normal" | "middle" | "wide";

interface DialogProps extends FrameProps {
  size?: Size;
}

const SIZES: Record<Size, string> = { normal: "md:max-w-lg", middle: "md:max-w-xl", wide: "md:max-w-3xl" };

/** In the middle of the page; on a phone from the bottom, as wide as it is. */
export function Dialog({ open, onClose, title, description, children, footer, size = "normal" }: DialogProps) {
  return (
    <Radix.Root open={open} onOpenChange={(now) => now || onClose()}>
      <Radix.Portal>
        <Scrim />
        <Radix.Content
          {...withoutDescription(description)}
          onOpenAutoFocus={focusFirstField}
          className={cx(
            "fixed z-40 flex flex-col bg-raised shadow-dialog ring-1 ring-line animate-rise focus:outline-none",
            "inset-x-0 bottom-0 max-h-[92dvh] rounded-t-xl",
            "md:inset-x-auto md:bottom-auto md:top-1/2 md:left-1/2 md:max-h-[88dvh] md:w-full md:-translate-x-1/2 md:-translate-y-1/2 md:rounded-xl",
            SIZES[size],
          )}
        >
          <Head title={title} description={description} />
          <div className="min-h-0 flex-1 overflow-y-auto px-5 py-4">{children}</div>
          {footer ? (
            <footer className="flex flex-wrap items-center justify-end gap-2 border-t px-5 py-3 pb-[max(0.75rem,env(safe-area-inset-bottom))]">
              {footer}
            </footer>
          ) : null}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

/** From the right edge: details beside the list they belong to. */
export function Drawer({ open, onClose, title, description, children, footer }: FrameProps) {
  return (
    <Radix.Root open={open} onOpenChange={(now) => now || onClose()}>
      <Radix.Portal>
        <Scrim />
        <Radix.Content
          {...withoutDescription(description)}
          onOpenAutoFocus={focusFirstField}
          className="fixed inset-y-0 right-0 z-40 flex w-full flex-col bg-raised shadow-dialog ring-1 ring-line animate-slide focus:outline-none sm:max-w-md"
        >
          <Head title={title} description={description} />
          <div className="min-h-0 flex-1 overflow-y-auto">{children}</div>
          {footer ? <footer className="flex flex-wrap gap-2 border-t px-5 py-3">{footer}</footer> : null}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
