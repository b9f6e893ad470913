import { yaml } from "@codemirror/lang-yaml";
import { MergeView } from "@codemirror/merge";
import { EditorState } from "@codemirror/state";
import { EditorView, lineNumbers } from "@codemirror/view";
import { useEffect, useRef } from "react";
import { look } from "./code-setup";

interface MergeProps {
  mine: string;
  theirs: string;
  mineLabel: string;
  theirsLabel: string;
}

/** Two texts side by side with what differs; both only to be read. */
export function Merge({ mine, theirs, mineLabel, theirsLabel }: MergeProps) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const side = (doc: string, label: string) => ({
      doc,
      extensions: [
        lineNumbers(),
        yaml(),
        EditorView.lineWrapping,
        EditorState.readOnly.of(true),
        EditorView.contentAttributes.of({ "aria-label": label }),
        look,
      ],
    });
    const view = new MergeView({
      parent: box.current!,
      a: side(theirs, theirsLabel),
      b: side(mine, mineLabel),
      collapseUnchanged: { margin: 2, minSize: 4 },
      gutter: true,
    });
    return () => view.destroy();
  }, [mine, theirs, mineLabel, theirsLabel]);
  return <div ref={box} className="max-h-[55dvh] overflow-y-auto rounded-md ring-1 ring-line" />;
}
