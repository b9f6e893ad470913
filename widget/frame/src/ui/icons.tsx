/** Line drawings, 24x24, passed by by assistive technology. */

const PATHS = {
  close: 'M5 9l7 7 7-7',
  send: 'M12 19V5M6 11l6-6 6 6',
  end: 'M10 4H5v16h5M15 8l4 4-4 4M19 12H9',
  down: 'M12 5v14M6 13l6 6 6-6',
  phone: 'M5 4h4l2 5-2.5 1.5a11 11 0 0 0 5 5L15 13l5 2v4a1 1 0 0 1-1 1A15 15 0 0 1 4 5a1 1 0 0 1 1-1Z',
  email: 'M4 6h16v12H4zM4 7l8 6 8-6',
  check: 'M5 12.5 10 17 19 7',
};

export type IconName = keyof typeof PATHS;

export function Icon({ name }: { name: IconName }) {
  return (
    <svg viewBox="0 0 24 24" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}
