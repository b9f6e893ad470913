import { pieces } from "../lib/links";

/** What somebody wrote, as text: line breaks kept, links made safely, never HTML. */
export const WrittenText = ({ text }: { text: string }) => (
  <span dir="auto" className="block whitespace-pre-wrap wrap-words">
    {pieces(text).map((piece, index) =>
      piece.href ? (
        <a
          // biome-ignore lint/suspicious/noArrayIndexKey: a text does not change
          key={index}
          href={piece.href}
          target="_blank"
          rel="noopener noreferrer nofollow ugc"
          className="underline underline-offset-2 hover:no-underline"
        >
          {piece.text}
        </a>
      ) : (
        piece.text
      ),
    )}
  </span>
);
