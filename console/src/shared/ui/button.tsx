import { type ComponentProps, forwardRef, type ReactNode } from "react";
import { cx } from "../lib/cx";
import { Hint } from "./hint";

type Look = "primary" | "plain" | "quiet" | "danger" | "note";

const LOOKS: Record<Look, string> = {
  primary: "bg-accent text-on-accent hover:bg-accent-strong",
  plain: "bg-surface text-ink ring-1 ring-inset ring-line-strong hover:bg-hover",
  quiet: "text-muted hover:bg-hover hover:text-ink",
  danger: "bg-bad text-on-bad hover:opacity-90",
  note: "bg-note text-note-ink ring-1 ring-inset ring-note-line hover:opacity-90",
};

interface ButtonProps extends ComponentProps<"button"> {
  look?: Look;
  size?: "small" | "normal";
  icon?: ReactNode;
}

export const Button = forwardRef<HTMLButtonElement, ButtonProps>(function Button(
  { look = "plain", size = "normal", icon, className, children, type = "button", ...rest },
  ref,
) {
  return (
    <button
      ref={ref}
      type={type}
      className={cx(
        "inline-flex shrink-0 items-center justify-center gap-1.5 rounded-md font-medium whitespace-nowrap transition-colors",
        "disabled:cursor-not-allowed disabled:opacity-50 aria-disabled:opacity-50",
        size === "small" ? "h-7 px-2.5 text-sm max-md:h-9" : "h-9 px-3.5 text-base max-md:h-10",
        LOOKS[look],
        className,
      )}
      {...rest}
    >
      {icon}
      {children}
    </button>
  );
});

interface IconButtonProps extends Omit<ComponentProps<"button">, "children"> {
  label: string;
  icon: ReactNode;
  keys?: string;
  side?: "top" | "right" | "bottom" | "left";
}

/** A button that is a picture: its name is said to screen readers and shown on hover. */
export const IconButton = forwardRef<HTMLButtonElement, IconButtonProps>(function IconButton(
  { label, icon, keys, side = "bottom", className, type = "button", ...rest },
  ref,
) {
  return (
    <Hint text={label} keys={keys} side={side}>
      <button
        ref={ref}
        type={type}
        aria-label={label}
        className={cx(
          "inline-flex size-8 shrink-0 items-center justify-center rounded-md text-muted transition-colors max-md:size-10",
          "hover:bg-hover hover:text-ink disabled:opacity-40 data-[state=open]:bg-hover data-[state=open]:text-ink",
          className,
        )}
        {...rest}
      >
        {icon}
      </button>
    </Hint>
  );
});
