import { autocompletion, type CompletionContext, closeBrackets, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { yaml } from "@codemirror/lang-yaml";
import { bracketMatching, HighlightStyle, indentOnInput, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { type Diagnostic, lintGutter } from "@codemirror/lint";
import { highlightSelectionMatches, search, searchKeymap } from "@codemirror/search";
import { EditorState, type Extension } from "@codemirror/state";
import {
  Decoration,
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  hoverTooltip,
  keymap,
  lineNumbers,
  MatchDecorator,
  ViewPlugin,
} from "@codemirror/view";
import type { Problem } from "@domains/plan/api";
import { completionAt, meaningAt, type Language as PlanLanguage } from "@domains/plan/language";
import { rangeOf } from "@domains/plan/places";
import { tags } from "@lezer/highlight";

const colour = (name: string) => `var(--color-${name})`;

/** The console's tokens carry both schemes, so one theme is enough. */
export const look = EditorView.theme({
  "&": { height: "100%", backgroundColor: colour("surface"), color: colour("ink"), fontSize: "0.8125rem" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "var(--font-mono)", lineHeight: "1.55", overscrollBehavior: "contain" },
  ".cm-content": { padding: "0.625rem 0 2rem", caretColor: colour("ink") },
  ".cm-line": { padding: "0 1rem 0 0.5rem" },
  ".cm-cursor": { borderLeftColor: colour("ink"), borderLeftWidth: "2px" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": {
    backgroundColor: "color-mix(in oklab, var(--color-accent) 24%, transparent)",
  },
  ".cm-activeLine": { backgroundColor: "color-mix(in oklab, var(--color-accent) 5%, transparent)" },
  ".cm-gutters": { backgroundColor: colour("surface"), color: colour("faint"), border: "none", paddingLeft: "0.25rem" },
  ".cm-activeLineGutter": { backgroundColor: "transparent", color: colour("ink") },
  ".cm-lineNumbers .cm-gutterElement": { minWidth: "2rem", fontVariantNumeric: "tabular-nums" },
  ".cm-matchingBracket, &.cm-focused .cm-matchingBracket": {
    backgroundColor: colour("accent-soft"),
    outline: `1px solid ${colour("line-strong")}`,
  },
  ".cm-selectionMatch": { backgroundColor: colour("note") },
  ".cm-searchMatch": { backgroundColor: colour("note"), outline: `1px solid ${colour("note-line")}` },
  ".cm-searchMatch-selected": { backgroundColor: colour("accent-soft") },
  ".cm-fact": { color: colour("good-ink") },
  ".cm-lintRange-error": {
    backgroundImage: "none",
    textDecoration: `underline wavy ${colour("bad")} 1.5px`,
    textUnderlineOffset: "3px",
    textDecorationSkipInk: "none",
  },
  ".cm-lintRange-warning": {
    backgroundImage: "none",
    textDecoration: `underline wavy ${colour("warn")} 1.5px`,
    textUnderlineOffset: "3px",
    textDecorationSkipInk: "none",
  },
  ".cm-lint-marker": {
    width: "0.5rem",
    height: "0.5rem",
    margin: "0.4rem 0 0 0.2rem",
    borderRadius: "50%",
    content: "none",
  },
  ".cm-lint-marker-error": { backgroundColor: colour("bad"), content: '""' },
  ".cm-lint-marker-warning": { backgroundColor: colour("warn"), content: '""' },
  ".cm-gutter-lint": { width: "0.875rem" },
  ".cm-tooltip": {
    backgroundColor: colour("raised"),
    color: colour("ink"),
    border: `1px solid ${colour("line")}`,
    borderRadius: "var(--radius-md)",
    boxShadow: "var(--shadow-raised)",
    overflow: "hidden",
    maxWidth: "min(26rem, 90vw)",
    fontFamily: "var(--font-sans)",
  },
  ".cm-tooltip.cm-tooltip-autocomplete > ul": {
    fontFamily: "var(--font-mono)",
    fontSize: "0.8125rem",
    maxHeight: "16rem",
  },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li": {
    padding: "0.25rem 0.625rem",
    display: "flex",
    gap: "1rem",
    justifyContent: "space-between",
  },
  ".cm-tooltip-autocomplete ul li[aria-selected]": { backgroundColor: colour("selected"), color: colour("ink") },
  ".cm-completionDetail": {
    color: colour("muted"),
    fontStyle: "normal",
    fontFamily: "var(--font-sans)",
    fontSize: "0.75rem",
    overflow: "hidden",
    textOverflow: "ellipsis",
    maxWidth: "12rem",
  },
  ".cm-completionMatchedText": { textDecoration: "none", fontWeight: "600", color: colour("accent-ink") },
  ".cm-tooltip.cm-completionInfo": {
    padding: "0.5rem 0.75rem",
    fontSize: "0.8125rem",
    lineHeight: "1.45",
    maxWidth: "18rem",
    overflow: "visible",
  },
  ".cm-diagnostic": { padding: "0.5rem 0.75rem", borderLeftWidth: "3px", marginLeft: "0" },
  ".cm-diagnostic-error": { borderLeftColor: colour("bad") },
  ".cm-diagnostic-warning": { borderLeftColor: colour("warn") },
  ".cm-panels": { backgroundColor: colour("sunken"), color: colour("ink"), fontFamily: "var(--font-sans)" },
  ".cm-panels.cm-panels-top": { borderBottom: `1px solid ${colour("line")}` },
  ".cm-panel.cm-search": { padding: "0.5rem 0.75rem", fontSize: "0.8125rem" },
  ".cm-panel.cm-search label": { fontSize: "0.75rem" },
  ".cm-textfield": {
    backgroundColor: colour("surface"),
    border: `1px solid ${colour("field")}`,
    borderRadius: "var(--radius-sm)",
    fontSize: "0.8125rem",
  },
  ".cm-button": {
    backgroundImage: "none",
    backgroundColor: colour("surface"),
    border: `1px solid ${colour("line-strong")}`,
    borderRadius: "var(--radius-sm)",
    color: colour("ink"),
    fontSize: "0.75rem",
  },
  "@media (max-width: 55.99rem)": { ".cm-content": { fontSize: "16px" }, ".cm-scroller": { lineHeight: "1.45" } },
});

const tones = HighlightStyle.define([
  { tag: [tags.definition(tags.propertyName), tags.propertyName], color: colour("accent-ink") },
  { tag: [tags.string, tags.special(tags.string)], color: colour("ink") },
  { tag: [tags.lineComment, tags.comment], color: colour("faint"), fontStyle: "italic" },
  { tag: [tags.punctuation, tags.separator, tags.squareBracket, tags.brace], color: colour("muted") },
  { tag: [tags.keyword, tags.labelName, tags.typeName, tags.meta], color: colour("warn-ink") },
]);

/** Facts stand out in their conditions. */
const factMarks = new MatchDecorator({
  regexp: /\b(?:page|visit|visitor|cart|chat|team|now|audience)\.[A-Za-z_][\w-]*/g,
  decoration: Decoration.mark({ class: "cm-fact" }),
});
const facts = ViewPlugin.define(
  (view) => {
    const plugin = { marks: factMarks.createDeco(view), update: () => {} };
    return Object.assign(plugin, {
      update(update: Parameters<typeof factMarks.updateDeco>[0]) {
        plugin.marks = factMarks.updateDeco(update, plugin.marks);
      },
    });
  },
  { decorations: (plugin) => plugin.marks },
);

const completions = (language: () => PlanLanguage | undefined) => (context: CompletionContext) => {
  const known = language();
  if (!known) return null;
  const found = completionAt(context.state.doc.toString(), context.pos, known);
  if (
    !found ||
    (!context.explicit &&
      found.from === context.pos &&
      !/[.{]$/.test(context.state.sliceDoc(context.pos - 1, context.pos)))
  )
    return null;
  return {
    from: found.from,
    options: found.options.map(({ label, apply, type, detail, info }) => ({
      label,
      apply,
      type,
      detail,
      info: info || undefined!,
    })),
    validFor: /^[\w.-]*$/,
  };
};

function element(tag: string, className: string, text: string): HTMLElement {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = text;
  return made;
}

const meanings = (language: () => PlanLanguage | undefined) =>
  hoverTooltip((view, at) => {
    const known = language();
    const found = known && meaningAt(view.state.doc.toString(), at, known);
    if (!found) return null;
    return {
      pos: found.from,
      end: found.to,
      above: true,
      create: () => {
        const dom = element("div", "px-3 py-2 text-sm", "");
        dom.lang = "en";
        dom.append(element("div", "font-mono text-xs text-muted", found.title), element("div", "mt-0.5", found.text));
        return { dom };
      },
    };
  });

/** Problems as the editor marks them: what is wrong, the way out, the code. */
export function diagnostics(problems: Problem[], text: string): Diagnostic[] {
  return problems
    .map(
      (problem): Diagnostic => ({
        ...rangeOf(text, problem.line, problem.column),
        severity: problem.severity,
        message: `${problem.message}. ${problem.hint}`,
        renderMessage: () => {
          const dom = element("div", "text-sm", "");
          dom.lang = "en";
          dom.append(
            element("div", "font-medium", problem.message),
            element("div", "mt-0.5 text-muted", problem.hint),
            element("div", "mt-1 font-mono text-2xs text-faint", problem.code),
          );
          return dom;
        },
      }),
    )
    .sort((a, b) => a.from - b.from);
}

const LEAVE_WITHIN = 3000;

export interface SetupOptions {
  label: string;
  describedBy: string;
  phrases: Record<string, string>;
  language: () => PlanLanguage | undefined;
  onChange: (text: string) => void;
  onSave: () => void;
}

/** Everything but the text. Tab indents; Escape first lets Tab leave. */
export const setup = ({ label, describedBy, phrases, language, onChange, onSave }: SetupOptions): Extension => [
  lineNumbers(),
  lintGutter(),
  highlightActiveLineGutter(),
  highlightActiveLine(),
  history(),
  drawSelection(),
  indentOnInput(),
  indentUnit.of("  "),
  EditorState.tabSize.of(2),
  bracketMatching(),
  closeBrackets(),
  highlightSelectionMatches(),
  search({ top: true }),
  yaml(),
  syntaxHighlighting(tones),
  facts,
  meanings(language),
  autocompletion({ override: [completions(language)], icons: false }),
  EditorView.lineWrapping,
  EditorState.phrases.of(phrases),
  EditorView.contentAttributes.of({
    "aria-label": label,
    "aria-describedby": describedBy,
    spellcheck: "false",
    autocapitalize: "off",
    tabindex: "0",
  }),
  keymap.of([
    {
      key: "Mod-s",
      preventDefault: true,
      run: () => {
        onSave();
        return true;
      },
    },
    ...completionKeymap,
    ...searchKeymap,
    ...historyKeymap,
    ...defaultKeymap,
    indentWithTab,
  ]),
  // Whatever else Escape did, the next Tab leaves.
  EditorView.domEventObservers({
    keydown: (event, view) => {
      if (event.key === "Escape") view.setTabFocusMode(LEAVE_WITHIN);
    },
  }),
  EditorView.updateListener.of((update) => {
    if (update.docChanged) onChange(update.state.doc.toString());
  }),
  look,
];
