import { cx } from "../lib/cx";

/** Pairs that keep 4.5:1 in both schemes; which one is taken follows from the id and never changes. */
const HUES = [258, 200, 165, 120, 75, 35, 10, 330, 295];

const hueOf = (id: string): number => {
  let sum = 0;
  for (const char of id) sum = (sum * 31 + char.charCodeAt(0)) >>> 0;
  return HUES[sum % HUES.length]!;
};

const initials = (name: string): string => {
  const words = name
    .trim()
    .split(/\s+/)
    .filter((word) => /^[\p{L}\p{N}]/u.test(word));
  const letters = words.length > 1 ? [words[0], words.at(-1)] : words;
  // The first character as people see it: a letter with its marks, an emoji of several.
  const first = (word = "") => new Intl.Segmenter().segment(word).containing(0)?.segment ?? "";
  return letters.map((word) => first(word).toUpperCase()).join("");
};

interface AvatarProps {
  id: string;
  name: string;
  size?: "small" | "normal" | "large";
  online?: boolean;
}

const SIZES = { small: "size-6 text-2xs", normal: "size-9 text-xs", large: "size-12 text-lg" };

export function Avatar({ id, name, size = "normal", online }: AvatarProps) {
  const hue = hueOf(id || name);
  return (
    <span aria-hidden className="relative inline-flex shrink-0">
      <span
        // Drawn by the style sheet: a picture's letters are no part of its button's name.
        data-initials={initials(name) || "?"}
        className={cx(
          "flex items-center justify-center rounded-full font-semibold after:content-[attr(data-initials)]",
          SIZES[size],
        )}
        style={{
          background: `light-dark(oklch(0.93 0.04 ${hue}), oklch(0.33 0.06 ${hue}))`,
          color: `light-dark(oklch(0.42 0.1 ${hue}), oklch(0.87 0.07 ${hue}))`,
        }}
      />
      {online === undefined ? null : (
        <span
          className={cx(
            "absolute -right-0.5 -bottom-0.5 rounded-full border-2 border-surface",
            size === "small" ? "size-2.5" : "size-3",
            online ? "bg-good" : "bg-line-strong",
          )}
        />
      )}
    </span>
  );
}
