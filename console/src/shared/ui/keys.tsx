/** Keys to press, one cap each: "g i" is g, then i. */
export const Keys = ({ text }: { text: string }) => (
  <span className="inline-flex gap-1">
    {text.split(" ").map((key) => (
      <kbd
        key={key}
        className="min-w-5 rounded-sm bg-sunken px-1 py-px text-center font-sans text-2xs font-medium text-muted ring-1 ring-inset ring-line"
      >
        {key}
      </kbd>
    ))}
  </span>
);
