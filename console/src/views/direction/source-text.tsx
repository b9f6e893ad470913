import { useWords } from "@shared/i18n";
import { CopyButton } from "@shared/ui/copy";
import { Card } from "@shared/ui/page";

/** A line of YAML in three tones: comment, key, the rest. */
function Tinted({ line }: { line: string }) {
  const comment = /(^|\s)#.*$/.exec(line);
  const code = comment ? line.slice(0, comment.index) : line;
  const key = /^(\s*-?\s*)([\w-]+)(:)(.*)$/.exec(code);
  return (
    <>
      {key ? (
        <>
          {key[1]}
          <span className="text-accent-ink">{key[2]}</span>
          {key[3]}
          {key[4]}
        </>
      ) : (
        code
      )}
      {comment ? <span className="text-faint">{comment[0]}</span> : null}
    </>
  );
}

/** The plan's text as it was published, with line numbers, read only. */
export function SourceText({ text }: { text: string }) {
  const { t } = useWords();
  const lines = text.replace(/\n$/, "").split("\n");
  return (
    <Card title={t("direction.source")} text={t("direction.source_text")} actions={<CopyButton text={text} />} flush>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
      <div className="overflow-x-auto border-t py-3" tabIndex={0}>
        <ol className="w-max min-w-full font-mono text-xs leading-5">
          {lines.map((line, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a line is its number
            <li key={index} id={`line-${index + 1}`} className="flex hover:bg-hover">
              <span aria-hidden className="tabular w-12 shrink-0 pr-4 text-right text-faint select-none">
                {index + 1}
              </span>
              <code className="pr-5 whitespace-pre">
                <Tinted line={line} />
              </code>
            </li>
          ))}
        </ol>
      </div>
    </Card>
  );
}
