/** The product's sign. */
export const Mark = ({ className }: { className?: string }) => (
  <svg viewBox="0 0 32 32" className={className} aria-hidden="true">
    <rect width="32" height="32" rx="8" className="fill-accent" />
    <path
      d="M16 7.5a8.5 8.5 0 0 0-7.6 12.3L7.3 24l4.4-1a8.5 8.5 0 1 0 4.3-15.5Zm0 4.2a4.3 4.3 0 1 1 0 8.6 4.3 4.3 0 0 1 0-8.6Z"
      className="fill-on-accent"
    />
  </svg>
);
