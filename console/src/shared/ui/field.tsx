import { ChevronDown, CircleAlert } from "lucide-react";
import { type ComponentProps, forwardRef, type ReactNode, useId } from "react";
import { cx } from "../lib/cx";

const BOX =
  "w-full min-w-0 rounded-md bg-surface text-ink ring-1 ring-inset ring-field transition-shadow placeholder:text-faint field-text " +
  "hover:ring-muted focus:outline-none focus:ring-2 focus:ring-accent disabled:bg-sunken disabled:text-muted disabled:ring-line " +
  "aria-invalid:ring-bad aria-invalid:focus:ring-2";

export const Input = forwardRef<HTMLInputElement, ComponentProps<"input">>(function Input({ className, ...rest }, ref) {
  return <input ref={ref} className={cx(BOX, "h-9 px-3 max-md:h-10", className)} {...rest} />;
});

export const Textarea = forwardRef<HTMLTextAreaElement, ComponentProps<"textarea">>(function Textarea(
  { className, ...rest },
  ref,
) {
  return <textarea ref={ref} className={cx(BOX, "px-3 py-2 leading-snug", className)} {...rest} />;
});

export const Select = forwardRef<HTMLSelectElement, ComponentProps<"select">>(function Select(
  { className, children, ...rest },
  ref,
) {
  return (
    <span className={cx("relative block", className)}>
      <select ref={ref} className={cx(BOX, "h-9 appearance-none truncate pr-9 pl-3 max-md:h-10")} {...rest}>
        {children}
      </select>
      <ChevronDown
        aria-hidden
        className="pointer-events-none absolute top-1/2 right-3 size-4 -translate-y-1/2 text-muted"
      />
    </span>
  );
});

interface ControlProps {
  id: string;
  "aria-describedby"?: string;
  "aria-invalid"?: true;
}

interface FieldProps {
  label: ReactNode;
  hint?: ReactNode;
  error?: string | undefined;
  className?: string;
  children: (control: ControlProps) => ReactNode;
}

/** A label, its control, a hint and the error at the field, tied together for assistive technology. */
export function Field({ label, hint, error, className, children }: FieldProps) {
  const id = useId();
  const described = [hint ? `${id}-hint` : "", error ? `${id}-error` : ""].filter(Boolean).join(" ");
  const control: ControlProps = { id };
  if (described) control["aria-describedby"] = described;
  if (error) control["aria-invalid"] = true;
  return (
    <div className={cx("min-w-0", className)}>
      <label htmlFor={id} className="mb-1.5 block text-sm font-medium text-ink">
        {label}
      </label>
      {children(control)}
      {error ? (
        <p id={`${id}-error`} className="mt-1.5 flex items-start gap-1.5 text-sm text-bad-ink">
          <CircleAlert aria-hidden className="mt-0.5 size-3.5 shrink-0" />
          {error}
        </p>
      ) : null}
      {hint ? (
        <p id={`${id}-hint`} className="mt-1.5 text-sm text-muted">
          {hint}
        </p>
      ) : null}
    </div>
  );
}

interface CheckProps extends Omit<ComponentProps<"input">, "type"> {
  label: ReactNode;
}

export function Check({ label, className, ...rest }: CheckProps) {
  return (
    <label className={cx("flex min-h-6 items-start gap-2.5 text-base", className)}>
      <input type="checkbox" className="mt-1 size-4 shrink-0 accent-accent" {...rest} />
      <span className="min-w-0">{label}</span>
    </label>
  );
}
