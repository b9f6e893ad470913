import { answersIn } from "@domains/plan/teaser";
import { cx } from "@shared/lib/cx";
import { inkOn } from "../settings/look";

interface TeaserProps {
  text: string;
  language: string;
  who: string;
  colour: string;
  show: "teaser" | "badge";
  dark: boolean;
}

const FONT = "15px/1.4 BlinkMacSystemFont, 'Segoe UI', Roboto, Arial, sans-serif";

/** A picture of what the widget shows, in its own measures (widget/loader/src/style.css). Nothing in it can be used. */
export function Teaser({ text, language, who, colour, show, dark }: TeaserProps) {
  const answers = answersIn(language);
  const paint = { background: colour, color: inkOn(colour) };
  return (
    <div
      className="flex flex-col items-end gap-3.5 rounded-lg border p-4"
      style={{ colorScheme: dark ? "dark" : "light", background: dark ? "#2b2b2f" : "#eceef2", font: FONT }}
    >
      {show === "teaser" ? (
        <div
          lang={language}
          className="grid w-full max-w-80 grid-cols-[auto_1fr] gap-3 rounded-2xl border border-[#8886] p-4 wrap-words"
          style={{ background: "Canvas", color: "CanvasText", boxShadow: "0 4px 28px #0003" }}
        >
          <span aria-hidden className="grid size-10 place-items-center rounded-full" style={paint}>
            {[...who][0] ?? "?"}
          </span>
          <span className="min-w-0">
            <b className="block text-[13px] opacity-75">{who}</b>
            {text}
          </span>
          <span aria-hidden className="col-start-2 flex flex-wrap gap-2 font-semibold">
            <span className="rounded-[10px] px-4 py-2" style={paint}>
              {answers.reply}
            </span>
            <span className="rounded-[10px] border border-[#8888] px-4 py-2">{answers.no}</span>
          </span>
        </div>
      ) : null}
      <span
        className="relative grid size-14 place-items-center rounded-full"
        style={{ ...paint, boxShadow: "0 4px 28px #0003" }}
      >
        <svg aria-hidden viewBox="0 0 24 24" className="w-7 fill-none stroke-current stroke-2" strokeLinejoin="round">
          <path d="M6 4h12a3 3 0 0 1 3 3v7a3 3 0 0 1-3 3h-5l-5 4v-4H6a3 3 0 0 1-3-3V7a3 3 0 0 1 3-3Z" />
        </svg>
        <span
          aria-hidden
          className={cx(
            "absolute -top-1 -right-1 rounded-full bg-[#c81e1e] px-[7px] text-[13px] leading-[22px] font-semibold text-[#fff]",
            show === "teaser" && "hidden",
          )}
        >
          1
        </span>
      </span>
      {show === "badge" ? (
        <p lang={language} className="self-stretch text-right text-[13px]" style={{ color: "CanvasText" }}>
          “{text}”
        </p>
      ) : null}
    </div>
  );
}
