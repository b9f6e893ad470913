import { planQuery } from "@domains/direction/api";
import { adoptPlaybook, type Playbook, playbooksQuery } from "@domains/plan/api";
import { namesIn, triggerNames } from "@domains/plan/language";
import { meet, saveNow, settleDraft, useDraft } from "@domains/plan/use-draft";
import { useMay, useSite } from "@domains/session";
import { ApiError } from "@shared/http";
import { type Key, useWords } from "@shared/i18n";
import { spoken } from "@shared/lib/names";
import { Badge } from "@shared/ui/badge";
import { Button } from "@shared/ui/button";
import { Empty, Failed, SkeletonRows, useErrorText } from "@shared/ui/feedback";
import { Menu, MenuItem } from "@shared/ui/menu";
import { Facts, Page } from "@shared/ui/page";
import { Segmented } from "@shared/ui/segmented";
import { toast } from "@shared/ui/toast";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { ChevronDown, Lock, Plus } from "lucide-react";
import { useState } from "react";
import { DirectionNav } from "../nav";

type Which = "all" | "sales" | "service";
const LANGUAGES = ["fi", "en", "sv"];

interface CardProps {
  book: Playbook;
  language: string;
  adopted: boolean;
  busy: boolean;
  /** The teams it would suit; with several the lead says which. */
  teams: string[];
  onAdopt: (team: string) => void;
}

/** One press where one team fits, a choice where several do. */
function Adopt({ book, adopted, busy, teams, onAdopt }: Omit<CardProps, "language">) {
  const { t } = useWords();
  const several = teams.length > 1;
  const button = (
    <Button
      size="small"
      look={adopted ? "plain" : "primary"}
      icon={<Plus className="size-3.5" />}
      disabled={busy}
      aria-label={t("plan.adopt_this", { name: book.title })}
      onClick={several ? undefined : () => onAdopt(teams[0] ?? "")}
    >
      {t("plan.adopt")}
      {several ? <ChevronDown aria-hidden className="size-3.5" /> : null}
    </Button>
  );
  if (!several) return button;
  return (
    <Menu trigger={button}>
      <p className="px-2.5 pt-2 pb-1 text-xs font-medium text-faint">{t("plan.adopt_for")}</p>
      {teams.map((team) => (
        <MenuItem key={team} onSelect={() => onAdopt(team)}>
          {spoken(team)}
        </MenuItem>
      ))}
    </Menu>
  );
}

function PlaybookCard({ language, ...adopting }: CardProps) {
  const { book, adopted } = adopting;
  const { t } = useWords();
  return (
    <article className="flex min-w-0 flex-col rounded-lg bg-surface ring-1 ring-line">
      <div className="flex-1 px-5 pt-4 pb-3">
        <div className="mb-1.5 flex items-start justify-between gap-3">
          <h2 lang="en" className="text-lg font-semibold tracking-tight text-balance">
            {book.title}
          </h2>
          <Badge tone={book.aim === "sales" ? "accent" : "good"} className="mt-1">
            {t(`aim.${book.aim}` as Key)}
          </Badge>
        </div>
        <p lang="en" className="text-base text-pretty text-muted">
          {book.about}
        </p>
        <ul className="mt-4 space-y-1.5">
          {Object.entries(book.say).map(([variant, texts]) => (
            <li
              key={variant}
              lang={texts[language] ? language : "en"}
              className="w-fit max-w-full rounded-xl rounded-bl-sm bg-sunken px-3.5 py-2 text-base wrap-words"
            >
              {texts[language] ?? texts["en"]}
            </li>
          ))}
        </ul>
        <h3 className="mt-4 mb-1 text-xs font-semibold text-muted">{t("plan.book_needs")}</h3>
        <ul lang="en" className="list-disc space-y-0.5 pl-4 text-sm marker:text-faint">
          {book.needs.map((need) => (
            <li key={need} className="wrap-words">
              {need}
            </li>
          ))}
        </ul>
        <details className="group mt-3">
          <summary className="flex w-fit list-none items-center gap-1 rounded-sm text-sm font-medium text-accent-ink">
            {t("plan.book_more")}
            <ChevronDown aria-hidden className="size-4 transition-transform group-open:rotate-180" />
          </summary>
          <div lang="en" className="mt-3">
            <Facts
              items={[
                [t("plan.book_audience"), book.audience],
                [t("plan.book_when"), book.meaning],
                [t("plan.book_goal"), book.conversation_goal],
                [t("plan.book_next"), book.next_step],
                [t("plan.book_measure"), book.measure],
              ]}
            />
          </div>
        </details>
      </div>
      <footer className="flex items-center justify-between gap-3 border-t px-5 py-3">
        <span className="text-sm text-muted">{adopted ? t("plan.book_adopted") : ""}</span>
        <Adopt {...adopting} />
      </footer>
    </article>
  );
}

function Books() {
  const { t, language: mine } = useWords();
  const { id: site } = useSite();
  const navigate = useNavigate();
  const say = useErrorText();
  const books = useQuery(playbooksQuery);
  const plan = useQuery(planQuery(site));
  const { draft } = useDraft(site);
  const [which, setWhich] = useState<Which>("all");
  const [language, setLanguage] = useState<string>(LANGUAGES.includes(mine) ? mine : "en");
  const [busy, setBusy] = useState("");
  const taken = new Set(draft ? triggerNames(draft.text) : []);
  async function adopt(book: Playbook, team: string) {
    setBusy(book.name);
    try {
      // What stands unsaved in the editor comes first: the playbook is put into the draft as it is there.
      const saved = await saveNow(site);
      if (!saved) {
        toast.failed(t("plan.adopt_conflict"));
        await navigate({ to: "/direction/edit" });
        return;
      }
      const before = new Set(triggerNames(saved.text));
      const adopted = await adoptPlaybook(site, book.name, saved.revision, team);
      await settleDraft(site, adopted);
      const trigger = triggerNames(adopted.text).find((name) => !before.has(name));
      toast.done(t("plan.adopted", { name: book.title }));
      await navigate({ to: "/direction/edit", search: { trigger } });
    } catch (error) {
      if (error instanceof ApiError && error.code === "draft_changed") {
        const { text, revision, base_version } = error.details as {
          text: string;
          revision: number;
          base_version: number;
        };
        meet(site, { text, revision, base_version });
      }
      toast.failed(say(error));
    } finally {
      setBusy("");
    }
  }
  if (books.isPending || !draft) return <SkeletonRows rows={4} height="h-40" />;
  if (books.isError) return <Failed error={books.error} onRetry={() => books.refetch()} />;
  const shown = books.data.filter((book) => which === "all" || book.aim === which);
  const aims = new Set((plan.data?.plan?.teams ?? []).map((team) => team.aim));
  const teams = namesIn(draft.text, "teams");
  // A team that is new in the draft has no aim here yet: it may be the one that is meant.
  const aimOf = new Map((plan.data?.plan?.teams ?? []).map((team) => [team.name, team.aim]));
  const teamsFor = (book: Playbook) => {
    const fitting = teams.filter((name) => (aimOf.get(name) ?? book.aim) === book.aim);
    return fitting.length > 0 ? fitting : teams;
  };
  return (
    <>
      <div className="mb-4 flex flex-wrap items-center justify-between gap-3">
        <Segmented<Which>
          label={t("plan.book_aim")}
          value={which}
          onChange={setWhich}
          options={(["all", "sales", "service"] as const).map((value) => ({
            value,
            text: value === "all" ? t("plan.book_all") : t(`aim.${value}`),
            count: books.data.filter((book) => value === "all" || book.aim === value).length,
          }))}
        />
        <Segmented
          label={t("plan.teaser_language")}
          value={language}
          onChange={setLanguage}
          options={LANGUAGES.map((code) => ({ value: code, text: code.toUpperCase() }))}
        />
      </div>
      {teams.length === 0 ? (
        <p role="status" className="mb-4 rounded-lg bg-note px-4 py-2.5 text-base text-note-ink">
          {t("plan.book_no_plan")}{" "}
          <Link to="/direction/edit" className="font-medium underline underline-offset-2">
            {t("direction.write_first")}
          </Link>
        </p>
      ) : null}
      {plan.data && which !== "all" && !aims.has(which) && teams[0] ? (
        <p role="status" className="mb-4 rounded-lg bg-note px-4 py-2.5 text-base text-note-ink">
          {t("plan.book_no_team", { aim: t(`aim.${which}`), team: spoken(teams[0]) })}
        </p>
      ) : null}
      <div className="grid gap-4 md:grid-cols-2">
        {shown.map((book) => (
          <PlaybookCard
            key={book.name}
            book={book}
            language={language}
            adopted={taken.has(book.name)}
            busy={busy !== "" || teams.length === 0}
            teams={teamsFor(book)}
            onAdopt={(team) => void adopt(book, team)}
          />
        ))}
      </div>
    </>
  );
}

/** Plan fragments that have been thought through, to be taken into the draft. */
export function Playbooks() {
  const { t } = useWords();
  const { id } = useSite();
  const may = useMay("edit_plan");
  return (
    <Page title={t("nav.direction")} text={t("plan.book_text")}>
      <DirectionNav />
      {may ? <Books key={id} /> : <Empty icon={<Lock />} title={t("plan.not_yours")} text={t("plan.not_yours_text")} />}
    </Page>
  );
}
