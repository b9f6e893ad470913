import { Switch as Radix } from "radix-ui";
import { cx } from "../lib/cx";

interface SwitchProps {
  checked: boolean;
  onChange: (on: boolean) => void;
  disabled?: boolean;
  id?: string;
  label?: string;
}

export const Switch = ({ checked, onChange, disabled = false, id, label }: SwitchProps) => (
  <Radix.Root
    id={id}
    aria-label={label}
    checked={checked}
    onCheckedChange={onChange}
    disabled={disabled}
    className={cx(
      "relative h-5 w-9 shrink-0 rounded-full transition-colors disabled:opacity-50",
      // The target is larger than the picture, for fingers.
      "after:absolute after:-inset-2.5 after:content-['']",
      checked ? "bg-good" : "bg-field",
    )}
  >
    <Radix.Thumb className="block size-4 translate-x-0.5 rounded-full bg-[#fff] shadow-sm transition-transform data-[state=checked]:translate-x-[1.125rem]" />
  </Radix.Root>
);
