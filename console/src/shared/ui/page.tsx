import type { ReactNode } from "react";
import { cx } from "../lib/cx";

interface PageProps {
  title: string;
  text?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
  wide?: boolean;
}

/** A page with a heading that scrolls as a whole. */
export const Page = ({ title, text, actions, children, wide }: PageProps) => (
  // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
  <div className="h-full overflow-y-auto" tabIndex={0}>
    <div className={cx("mx-auto px-4 pt-5 pb-12 md:px-8 md:pt-7", wide ? "max-w-[96rem]" : "max-w-6xl")}>
      <header className="mb-5 flex flex-wrap items-end justify-between gap-x-6 gap-y-3">
        <div className="min-w-0">
          <h1 className="text-xl font-semibold tracking-tight">{title}</h1>
          {text ? <p className="mt-0.5 max-w-2xl text-base text-muted text-pretty">{text}</p> : null}
        </div>
        {actions ? <div className="flex flex-wrap items-center gap-2">{actions}</div> : null}
      </header>
      {children}
    </div>
  </div>
);

interface CardProps {
  title?: ReactNode;
  text?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
  className?: string;
  flush?: boolean;
}

export const Card = ({ title, text, actions, children, className, flush }: CardProps) => (
  <section className={cx("min-w-0 rounded-lg bg-surface ring-1 ring-line", className)}>
    {title ? (
      <header className="flex flex-wrap items-start justify-between gap-x-4 gap-y-2 px-5 pt-4">
        <div className="min-w-0 flex-1 basis-48">
          <h2 className="text-base font-semibold wrap-words">{title}</h2>
          {text ? <p className="mt-0.5 text-sm text-muted text-pretty">{text}</p> : null}
        </div>
        {actions ? <div className="flex flex-wrap items-center gap-2">{actions}</div> : null}
      </header>
    ) : null}
    <div className={flush ? "pt-3" : "px-5 py-4"}>{children}</div>
  </section>
);

/** A word and what it stands for, in a narrow column. */
export const Facts = ({ items }: { items: [ReactNode, ReactNode][] }) => (
  <dl className="grid grid-cols-[minmax(5.5rem,auto)_minmax(0,1fr)] gap-x-4 gap-y-1.5 text-sm">
    {items.map(([term, meaning], index) => (
      // biome-ignore lint/suspicious/noArrayIndexKey: the list is fixed for the life of the component
      <div key={index} className="contents">
        <dt className="text-muted">{term}</dt>
        <dd className="min-w-0 text-ink wrap-words">{meaning}</dd>
      </div>
    ))}
  </dl>
);
