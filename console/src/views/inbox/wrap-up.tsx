import { type ConversationContext, contextQuery, wrapUp } from "@domains/conversations/api";
import type { Channel, ConversationHead, StepOwner } from "@domains/conversations/model";
import { promiseText, type Wording, wordingFor } from "@domains/conversations/promise-text";
import { headName } from "@domains/conversations/words";
import {
  bookingChoices,
  isReachable,
  localInput,
  type Problems,
  problemsOf,
  quickChoices,
  startForm,
  stepOf,
  suggestedResult,
  type WrapUpForm,
  withResult,
  wrapUpOf,
} from "@domains/conversations/wrap-up";
import { useMe, useSite } from "@domains/session";
import { teamsQuery } from "@domains/staffing/api";
import { ApiError } from "@shared/http";
import { useWords } from "@shared/i18n";
import { spoken } from "@shared/lib/names";
import { useNow } from "@shared/lib/now";
import { isComposing } from "@shared/lib/text";
import { cityOf, isElsewhere, pageZone } from "@shared/lib/zone";
import { Button } from "@shared/ui/button";
import { Dialog } from "@shared/ui/dialog";
import { useErrorText } from "@shared/ui/feedback";
import { Check, Field, Input, Select, Textarea } from "@shared/ui/field";
import { Keys } from "@shared/ui/keys";
import { Segmented } from "@shared/ui/segmented";
import { toast } from "@shared/ui/toast";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { MessageSquareQuote } from "lucide-react";
import { type FormEvent, type KeyboardEvent, useEffect, useId, useMemo, useRef, useState } from "react";
import { FormError } from "../sign-in";

const CHANNELS: Channel[] = ["phone", "email", "chat", "visit", "none"];

/** What the server refused: where it stands, and its words. `button`: beside the button that was pressed. */
interface Refused {
  at: "result" | "what" | "who" | "other" | "due" | "kind" | "phone" | "email" | "button" | "";
  text: string;
}

const PLACES: Record<string, Refused["at"]> = {
  result: "result",
  what: "what",
  who: "who",
  who_name: "other",
  agent_id: "other",
  team: "other",
  due_at: "due",
  booking: "kind",
  phone: "phone",
  email: "email",
};

/** At its field, if that is on the page; else beside the button. */
function placeOf(field: string, form: WrapUpForm, context: ConversationContext | undefined): Refused["at"] {
  const at = PLACES[field.split(".").at(-1) ?? ""] ?? "button";
  if (at === "result") return at;
  if (form.nothing) return "button";
  if (at === "kind") return form.booking ? at : "button";
  if (at === "what") return form.booking ? "button" : at;
  if (at === "other") return form.who === "other" ? at : "who";
  if (at === "phone" || at === "email") {
    return form.channel === at && form.who !== "visitor" && !form.booking && !isReachable(at, context) ? at : "button";
  }
  return at;
}

interface PartProps {
  form: WrapUpForm;
  set: (change: Partial<WrapUpForm>) => void;
  problems: Problems;
  wrong: Refused;
}

/** What stands at a field: what is missing, or why the server refused it. */
function useFieldError({ problems, wrong }: Pick<PartProps, "problems" | "wrong">) {
  const { t } = useWords();
  return (at: Refused["at"]): string | undefined => {
    const missing = problems[at as keyof Problems];
    return missing ? t(missing) : wrong.at === at ? wrong.text : undefined;
  };
}

/** Everybody a step can be handed to: colleagues of the site's teams, and the teams. */
function usePeople(site: string) {
  const me = useMe();
  const { data } = useQuery(teamsQuery(site));
  return useMemo(() => {
    const teams = data ?? [];
    const all = new Map(teams.flatMap((team) => team.members).map((person) => [person.id, person]));
    all.delete(me.id);
    return { teams: teams.map((team) => team.name), people: [...all.values()] };
  }, [data, me.id]);
}

function Who({ form, set, problems, wrong, site }: PartProps & { site: string }) {
  const { t } = useWords();
  const errorAt = useFieldError({ problems, wrong });
  const me = useMe();
  const { teams, people } = usePeople(site);
  return (
    <>
      <Field label={t("wrap_up.who")} error={errorAt("who")}>
        {(control) => (
          <Select
            {...control}
            value={form.booking && form.who === "visitor" ? "agent" : form.who}
            onChange={(event) => set({ who: event.target.value as StepOwner })}
          >
            <option value="agent">{t("wrap_up.who_me", { name: me.name })}</option>
            {form.booking ? null : <option value="visitor">{t("wrap_up.who_visitor")}</option>}
            <option value="other">{t("wrap_up.who_else")}</option>
          </Select>
        )}
      </Field>
      {form.who === "other" ? (
        <Field label={t("wrap_up.other")} error={errorAt("other")} className="sm:col-start-1">
          {(control) => (
            <>
              <Select {...control} value={form.other} onChange={(event) => set({ other: event.target.value })}>
                <option value="">{t("wrap_up.choose")}</option>
                <optgroup label={t("wrap_up.colleagues")}>
                  {people.map((person) => (
                    <option key={person.id} value={`agent:${person.id}`}>
                      {person.name}
                    </option>
                  ))}
                </optgroup>
                <optgroup label={t("wrap_up.teams")}>
                  {teams.map((team) => (
                    <option key={team} value={`team:${team}`}>
                      {spoken(team)}
                    </option>
                  ))}
                </optgroup>
                <option value="name">{t("wrap_up.outsider")}</option>
              </Select>
              {form.other === "name" ? (
                <Input
                  aria-label={t("wrap_up.outsider_name")}
                  placeholder={t("wrap_up.outsider_name")}
                  className="mt-2"
                  value={form.otherName}
                  onChange={(event) => set({ otherName: event.target.value })}
                />
              ) : null}
            </>
          )}
        </Field>
      ) : null}
    </>
  );
}

function When({ form, set, problems, wrong }: PartProps) {
  const { t } = useWords();
  const errorAt = useFieldError({ problems, wrong });
  const now = new Date(useNow());
  const choices = form.booking ? bookingChoices(now) : quickChoices(now);
  return (
    <Field
      label={form.booking ? t("wrap_up.begins") : t("wrap_up.when")}
      error={errorAt("due")}
      hint={isElsewhere() ? t("time.of", { city: cityOf(pageZone()) }) : undefined}
      className="sm:col-span-2"
    >
      {(control) => (
        <div className="flex flex-wrap items-center gap-2">
          <Input
            {...control}
            type="datetime-local"
            className="date-time"
            value={form.due}
            onChange={(event) => set({ due: event.target.value })}
          />
          {choices.map((choice) => (
            <Button key={choice.key} size="small" onClick={() => set({ due: localInput(choice.due) })}>
              {t(choice.key)}
            </Button>
          ))}
        </div>
      )}
    </Field>
  );
}

/** Somebody who is to be called needs a number: asked for here when we have none. */
function MissingContact({
  form,
  set,
  problems,
  wrong,
  context,
}: PartProps & { context: ConversationContext | undefined }) {
  const { t } = useWords();
  const errorAt = useFieldError({ problems, wrong });
  const { channel } = form;
  if ((channel !== "phone" && channel !== "email") || isReachable(channel, context)) return null;
  return (
    <Field
      label={channel === "phone" ? t("wrap_up.their_phone") : t("wrap_up.their_email")}
      hint={t("wrap_up.contact_hint")}
      error={errorAt(channel)}
      className="sm:col-span-2"
    >
      {(control) => (
        <Input
          {...control}
          type={channel === "phone" ? "tel" : "email"}
          className="max-w-80"
          value={form[channel]}
          onChange={(event) => set({ [channel]: event.target.value })}
        />
      )}
    </Field>
  );
}

function useWording(language: string): Wording | undefined {
  const [wording, setWording] = useState<Wording>();
  useEffect(() => {
    let still = true;
    void wordingFor(language).then((found) => still && setWording(found));
    return () => {
      still = false;
    };
  }, [language]);
  return wording;
}

/** The sentence as the visitor will read it, in their language and the site's time zone. */
function Preview({ form, head }: { form: WrapUpForm; head: ConversationHead }) {
  const { t } = useWords();
  const me = useMe();
  const { id } = useSite();
  const now = useNow();
  const { people } = usePeople(id);
  const wording = useWording(head.language ?? "en");
  const zone = pageZone();
  const step = stepOf(form, me, people);
  const ready = wording && step.due_at && step.booking !== "" && (step.who !== "visitor" || step.what);
  return (
    <div className="w-full rounded-lg bg-accent-soft px-4 py-2.5" aria-live="polite">
      <p className="flex items-center gap-1.5 text-xs font-medium text-accent-ink">
        <MessageSquareQuote aria-hidden className="size-3.5" />
        {t("wrap_up.preview")}
      </p>
      <p className="mt-1 text-base wrap-words" lang={head.language || undefined}>
        {ready ? promiseText(wording, step, new Date(now), zone) : t("wrap_up.preview_later")}
      </p>
    </div>
  );
}

interface NextStepProps extends PartProps {
  head: ConversationHead;
  context: ConversationContext | undefined;
}

/** What was booked: its kind, who is there, and when it begins. */
function BookingFields(props: NextStepProps) {
  const { t } = useWords();
  const { form, set, head, context } = props;
  const errorAt = useFieldError(props);
  return (
    <div className="grid gap-4 sm:grid-cols-2">
      <Field label={t("wrap_up.kind")} error={errorAt("kind")} className="sm:col-start-2 sm:row-start-1">
        {(control) => (
          <Select {...control} value={form.kind} onChange={(event) => set({ kind: event.target.value })}>
            <option value="">{t("wrap_up.choose")}</option>
            {(context?.team.bookings ?? []).map((kind) => (
              <option key={kind} value={kind}>
                {spoken(kind)}
              </option>
            ))}
          </Select>
        )}
      </Field>
      <Who {...props} site={head.site} />
      <When {...props} />
    </div>
  );
}

function PromiseFields(props: NextStepProps) {
  const { t } = useWords();
  const { form, set, head } = props;
  const errorAt = useFieldError(props);
  return (
    <div className="grid gap-4 sm:grid-cols-2">
      <Field label={t("wrap_up.what")} error={errorAt("what")} className="sm:col-span-2">
        {(control) => (
          <Textarea
            {...control}
            rows={2}
            dir="auto"
            placeholder={t("wrap_up.what_hint")}
            value={form.what}
            onChange={(event) => set({ what: event.target.value })}
          />
        )}
      </Field>
      <Who {...props} site={head.site} />
      <Field label={t("wrap_up.channel")} className="sm:col-start-2 sm:row-start-2">
        {(control) => (
          <Select
            {...control}
            value={form.channel}
            onChange={(event) => set({ channel: event.target.value as Channel })}
          >
            {CHANNELS.map((channel) => (
              <option key={channel} value={channel}>
                {t(`channel.${channel}`)}
              </option>
            ))}
          </Select>
        )}
      </Field>
      <When {...props} />
      {form.who === "visitor" ? null : <MissingContact {...props} />}
    </div>
  );
}

/** The next step: nothing, a promise, or a booking where the team takes any. */
function NextStepFields(props: NextStepProps) {
  const { t } = useWords();
  const { form, set, context } = props;
  const takesBookings = (context?.team.bookings ?? []).length > 0;
  return (
    <div className="space-y-4 border-t pt-4">
      {form.nothing ? null : (
        <>
          {takesBookings ? (
            <Segmented<"promise" | "booking">
              label={t("wrap_up.next")}
              value={form.booking ? "booking" : "promise"}
              onChange={(next) => set({ booking: next === "booking" })}
              options={[
                { value: "promise", text: t("wrap_up.a_promise") },
                { value: "booking", text: t("wrap_up.a_booking") },
              ]}
            />
          ) : null}
          {form.booking ? <BookingFields {...props} /> : <PromiseFields {...props} />}
        </>
      )}
      <Check
        label={t("wrap_up.nothing")}
        checked={form.nothing}
        onChange={(event) => set({ nothing: event.target.checked })}
      />
    </div>
  );
}

function useWrapUp(head: ConversationHead, onClose: () => void) {
  const { t } = useWords();
  const me = useMe();
  const say = useErrorText();
  const navigate = useNavigate();
  const context = useQuery(contextQuery(head.id)).data;
  const { people } = usePeople(head.site);
  const [touched, setTouched] = useState<WrapUpForm>();
  const [tried, setTried] = useState(false);
  const [wrong, setWrong] = useState<Refused>({ at: "", text: "" });
  const [busy, setBusy] = useState(false);
  /** Once somebody has said what comes next, another result changes it no more. */
  const decided = useRef(false);
  const start = useMemo(() => startForm(context, new Date()), [context]);
  const form = touched ?? start;
  const problems = tried ? problemsOf(form, new Date()) : {};
  const kinds = context?.team.bookings ?? [];
  const suggested = suggestedResult(context, head);

  async function close(last: WrapUpForm): Promise<void> {
    setTried(true);
    setWrong({ at: "", text: "" });
    if (busy || Object.keys(problemsOf(last, new Date())).length > 0) return;
    setBusy(true);
    try {
      await wrapUp(head.id, wrapUpOf(last, me, people));
      toast.done(
        last.nothing ? t("wrap_up.done") : last.booking ? t("wrap_up.done_booking") : t("wrap_up.done_promise"),
      );
      onClose();
      if (head.state !== "closed") await navigate({ to: "/inbox" });
    } catch (problem) {
      const field = problem instanceof ApiError ? String(problem.details.field ?? "") : "";
      setWrong({ at: placeOf(field, last, context), text: say(problem) });
      setBusy(false);
    }
  }
  /** A promise begins with the plan's own time; when a meeting begins is for people to say. */
  const timed = (now: WrapUpForm, change: Partial<WrapUpForm>): Partial<WrapUpForm> => {
    const isOther = change.booking !== undefined && change.booking !== now.booking;
    return isOther ? { ...change, due: change.booking ? "" : start.due } : change;
  };
  const set = (change: Partial<WrapUpForm>) => {
    if (change.nothing !== undefined || change.booking !== undefined) decided.current = true;
    setTouched((now) => ({ ...(now ?? start), ...timed(now ?? start, change) }));
  };
  const choose = (result: string) =>
    setTouched((now) => ({
      ...(now ?? start),
      ...(decided.current ? { result } : timed(now ?? start, withResult(result, kinds))),
    }));
  /** The usual end in one stroke; what somebody has begun to fill in is sent instead. */
  const confirm = () => {
    const untouched = touched === undefined && suggested !== "";
    const last = untouched ? { ...start, ...withResult(suggested, kinds) } : form;
    if (untouched) setTouched(last);
    void close(last);
  };
  return { context, form, set, choose, problems, wrong, busy, tried, suggested, touched, close, confirm };
}

/** Brings the hand to what is wrong: the first field that is, or the words beside the button. */
function useFocusOnError(form: string, failures: unknown) {
  const said = useRef<HTMLDivElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each failure anew
  useEffect(() => {
    const field = document.getElementById(form)?.querySelector<HTMLElement>("[aria-invalid]");
    (field ?? said.current)?.focus();
  }, [failures]);
  return said;
}

/** The usual end of such a conversation, one stroke away. */
function Suggestion({ result, onClick, busy }: { result: string; onClick: () => void; busy: boolean }) {
  const { t } = useWords();
  return (
    <p className="flex flex-wrap items-center gap-x-2 gap-y-1.5 text-sm text-muted">
      {t("wrap_up.usual")}
      <Button size="small" onClick={onClick} disabled={busy}>
        {spoken(result)}
        <Keys text="Ctrl Enter" />
      </Button>
    </p>
  );
}

interface DialogProps {
  head: ConversationHead;
  onClose: () => void;
  /** Close at once with the suggested result; the dialog stands only if that is not to be. */
  atOnce?: boolean;
}

/** Closing a conversation: what came of it, and what happens next, by whom, by which channel, by when. */
export function WrapUpDialog({ head, onClose, atOnce = false }: DialogProps) {
  const { t } = useWords();
  const id = useId();
  const state = useWrapUp(head, onClose);
  const { context, form, problems, wrong, busy, suggested, touched, close, confirm } = state;
  const said = useFocusOnError(id, wrong);
  const begun = useRef(!atOnce);
  useEffect(() => {
    if (begun.current || !context) return;
    begun.current = true;
    if (suggested) confirm();
  });
  const errorAt = useFieldError({ problems, wrong });
  const over = head.state === "closed";
  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    void close(form);
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || isComposing(event.nativeEvent)) return;
    event.preventDefault();
    confirm();
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title={t("wrap_up.title")}
      size="middle"
      description={over ? t("wrap_up.late_text") : t("wrap_up.text", { name: headName(t, head) })}
      footer={
        <>
          {form.nothing ? null : <Preview form={form} head={head} />}
          {wrong.at === "button" ? (
            <div ref={said} tabIndex={-1} className="w-full focus:outline-none">
              <FormError text={wrong.text} />
            </div>
          ) : null}
          <Button onClick={onClose}>{over ? t("common.cancel") : t("wrap_up.back")}</Button>
          <Button look="primary" type="submit" form={id} disabled={busy}>
            {over ? t("common.save") : t("wrap_up.close")}
          </Button>
        </>
      }
    >
      <form id={id} onSubmit={submit} onKeyDown={onKeyDown} noValidate className="space-y-4">
        <Field label={t("wrap_up.result")} error={errorAt("result")}>
          {(control) => (
            <Select {...control} value={form.result} onChange={(event) => state.choose(event.target.value)}>
              <option value="">{t("wrap_up.choose")}</option>
              {(context?.team.results ?? []).map((result) => (
                <option key={result} value={result}>
                  {spoken(result)}
                </option>
              ))}
            </Select>
          )}
        </Field>
        {suggested && !touched ? <Suggestion result={suggested} onClick={confirm} busy={busy} /> : null}
        <NextStepFields form={form} set={state.set} problems={problems} head={head} context={context} wrong={wrong} />
      </form>
    </Dialog>
  );
}
