import { DropdownMenu } from "radix-ui";
import type { ReactElement, ReactNode } from "react";
import { cx } from "../lib/cx";

interface MenuProps {
  trigger: ReactElement;
  children: ReactNode;
  align?: "start" | "end";
  side?: "top" | "bottom" | "right";
}

export const Menu = ({ trigger, children, align = "end", side = "bottom" }: MenuProps) => (
  <DropdownMenu.Root>
    <DropdownMenu.Trigger asChild>{trigger}</DropdownMenu.Trigger>
    <DropdownMenu.Portal>
      <DropdownMenu.Content
        align={align}
        side={side}
        sideOffset={6}
        collisionPadding={8}
        className="z-50 max-h-(--radix-dropdown-menu-content-available-height) min-w-52 overflow-y-auto rounded-lg bg-raised p-1 shadow-raised ring-1 ring-line animate-fade"
      >
        {children}
      </DropdownMenu.Content>
    </DropdownMenu.Portal>
  </DropdownMenu.Root>
);

const ITEM =
  "flex min-h-8 w-full items-center gap-2.5 rounded-md px-2.5 py-1.5 text-base outline-none select-none data-[highlighted]:bg-hover max-md:min-h-11";

interface ItemProps {
  icon?: ReactNode;
  onSelect: () => void;
  danger?: boolean;
  disabled?: boolean;
  children: ReactNode;
}

export const MenuItem = ({ icon, onSelect, danger, disabled = false, children }: ItemProps) => (
  <DropdownMenu.Item
    disabled={disabled}
    onSelect={onSelect}
    className={cx(ITEM, "cursor-pointer data-[disabled]:opacity-50", danger ? "text-bad-ink" : "text-ink")}
  >
    {icon ? <span className="text-muted">{icon}</span> : null}
    {children}
  </DropdownMenu.Item>
);

interface ChoiceProps {
  label: string;
  value: string;
  options: { value: string; text: string }[];
  onChoose: (value: string) => void;
}

export const MenuChoice = ({ label, value, options, onChoose }: ChoiceProps) => (
  <>
    <DropdownMenu.Label className="px-2.5 pt-2 pb-1 text-xs font-medium text-faint">{label}</DropdownMenu.Label>
    <DropdownMenu.RadioGroup value={value} onValueChange={onChoose}>
      {options.map((option) => (
        <DropdownMenu.RadioItem
          key={option.value}
          value={option.value}
          className={cx(ITEM, "cursor-pointer justify-between")}
        >
          {option.text}
          <DropdownMenu.ItemIndicator className="size-2 rounded-full bg-accent" />
        </DropdownMenu.RadioItem>
      ))}
    </DropdownMenu.RadioGroup>
  </>
);

export const MenuLine = () => <DropdownMenu.Separator className="my-1 h-px bg-line" />;
