/** Line drawings, 24x24, passed by by assistive technology. */

const PATHS = {
  close: 'M5 9l7 7 7-7',
  send: 'M12 19V5M6 11l6-6 6 6',
  end: 'M10 4H5v16h5M15 8l4 4-4 4M19 12H9',
  down: 'M12 5v14M6 13l6 6 6-6',
};

type IconName = keyof typeof PATHS;

export function Icon({ name }: { name: IconName }) {
  return <Drawing path={PATHS[name]} />;
}

export function Drawing({ path }: { path: string }) {
  return (
    <svg viewBox="0 0 24 24" aria-hidden="true">
      <path d={path} />
    </svg>
  );
}
