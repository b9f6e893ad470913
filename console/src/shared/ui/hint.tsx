import { Tooltip } from "radix-ui";
import type { ReactElement, ReactNode } from "react";
import { Keys } from "./keys";

export const HintProvider = ({ children }: { children: ReactNode }) => (
  <Tooltip.Provider delayDuration={450} skipDelayDuration={200}>
    {children}
  </Tooltip.Provider>
);

interface HintProps {
  text: ReactNode;
  keys?: string | undefined;
  side?: "top" | "right" | "bottom" | "left";
  children: ReactElement;
}

export function Hint({ text, keys, side = "top", children }: HintProps) {
  return (
    <Tooltip.Root>
      <Tooltip.Trigger asChild>{children}</Tooltip.Trigger>
      <Tooltip.Portal>
        <Tooltip.Content
          side={side}
          sideOffset={6}
          collisionPadding={8}
          className="z-50 flex max-w-72 items-center gap-2 rounded-md bg-raised px-2.5 py-1.5 text-xs text-ink shadow-raised ring-1 ring-line animate-fade"
        >
          {text}
          {keys ? <Keys text={keys} /> : null}
        </Tooltip.Content>
      </Tooltip.Portal>
    </Tooltip.Root>
  );
}
