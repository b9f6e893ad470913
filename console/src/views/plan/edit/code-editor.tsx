import { setDiagnostics } from "@codemirror/lint";
import { EditorState } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import type { Problem } from "@domains/plan/api";
import type { Language } from "@domains/plan/language";
import { rangeOf } from "@domains/plan/places";
import { useWords } from "@shared/i18n";
import { type Ref, useEffect, useId, useImperativeHandle, useLayoutEffect, useRef } from "react";
import { diagnostics, setup } from "./code-setup";

export interface EditorHandle {
  /** Put the cursor at a place (both from 1) and show it. */
  go(line: number, column?: number): void;
}

interface CodeEditorProps {
  text: string;
  /** The problems of `checked`; they are marked while the text is that one. */
  problems: Problem[];
  checked: string | undefined;
  language: Language | undefined;
  onChange: (text: string) => void;
  onSave: () => void;
  handle: Ref<EditorHandle>;
}

/** The smallest change from one text to another, so that the cursor stays where it was. */
function replacement(before: string, after: string): { from: number; to: number; insert: string } {
  let start = 0;
  const most = Math.min(before.length, after.length);
  while (start < most && before[start] === after[start]) start += 1;
  let end = 0;
  while (end < most - start && before[before.length - 1 - end] === after[after.length - 1 - end]) end += 1;
  return { from: start, to: before.length - end, insert: after.slice(start, after.length - end) };
}

/** The plan's text, with completion and its problems where they are. */
export function CodeEditor({ text, problems, checked, language, onChange, onSave, handle }: CodeEditorProps) {
  const { t } = useWords();
  const hint = useId();
  const box = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(null);
  const latest = useRef({ text, language, onChange, onSave });
  useEffect(() => {
    latest.current = { text, language, onChange, onSave };
  });
  // In the layout phase: whoever holds the handle finds the editor behind it.
  useLayoutEffect(() => {
    const made = new EditorView({
      parent: box.current!,
      state: EditorState.create({
        doc: latest.current.text,
        extensions: setup({
          label: t("plan.text"),
          describedBy: hint,
          phrases: {
            Find: t("plan.find"),
            Replace: t("plan.replace"),
            next: t("plan.find_next"),
            previous: t("plan.find_previous"),
            all: t("plan.find_all"),
            "match case": t("plan.find_case"),
            regexp: t("plan.find_pattern"),
            "by word": t("plan.find_word"),
            replace: t("plan.replace_this"),
            "replace all": t("plan.replace_all"),
            close: t("common.close"),
          },
          language: () => latest.current.language,
          onChange: (next) => latest.current.onChange(next),
          onSave: () => latest.current.onSave(),
        }),
      }),
    });
    view.current = made;
    // The list of problems grows into the editor: what one is typing stays in sight.
    const watch = new ResizeObserver(() => {
      if (!made.hasFocus) return;
      made.dispatch({ effects: EditorView.scrollIntoView(made.state.selection.main.head, { y: "nearest" }) });
    });
    watch.observe(made.dom);
    return () => {
      watch.disconnect();
      made.destroy();
    };
  }, [t, hint]);
  useEffect(() => {
    const now = view.current?.state.doc.toString();
    if (view.current && now !== undefined && now !== text) view.current.dispatch({ changes: replacement(now, text) });
  }, [text]);
  useEffect(() => {
    const now = view.current;
    if (!now || checked === undefined || checked !== now.state.doc.toString()) return;
    now.dispatch(setDiagnostics(now.state, diagnostics(problems, checked)));
  }, [problems, checked]);
  useImperativeHandle(
    handle,
    () => ({
      go(line, column = 1) {
        const now = view.current;
        if (!now) return;
        const at = rangeOf(now.state.doc.toString(), line, column).from;
        now.dispatch({ selection: { anchor: at }, effects: EditorView.scrollIntoView(at, { y: "center" }) });
        now.focus();
      },
    }),
    [],
  );
  return (
    <>
      <p id={hint} className="sr-only">
        {t("plan.leave_hint")}
      </p>
      <div ref={box} className="h-full min-h-0 overflow-hidden" />
    </>
  );
}
