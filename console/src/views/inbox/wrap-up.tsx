import { type ConversationContext, contextQuery, wrapUp } from "@domains/conversations/api";
import type { Channel, ConversationHead, StepOwner } from "@domains/conversations/model";
import { promiseText, type Wording, wordingFor } from "@domains/conversations/promise-text";
import { headName } from "@domains/conversations/words";
import {
  isReachable,
  localInput,
  type Problems,
  problemsOf,
  quickChoices,
  startForm,
  stepOf,
  type WrapUpForm,
  wrapUpOf,
} from "@domains/conversations/wrap-up";
import { planQuery } from "@domains/direction/api";
import { useMe, useSite } from "@domains/session";
import { teamsQuery } from "@domains/staffing/api";
import { ApiError } from "@shared/http";
import { useWords } from "@shared/i18n";
import { spoken } from "@shared/lib/names";
import { useNow } from "@shared/lib/now";
import { Button } from "@shared/ui/button";
import { Dialog } from "@shared/ui/dialog";
import { useErrorText } from "@shared/ui/feedback";
import { Check, Field, Input, Select, Textarea } from "@shared/ui/field";
import { toast } from "@shared/ui/toast";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { MessageSquareQuote } from "lucide-react";
import { type FormEvent, useEffect, useId, useMemo, useState } from "react";
import { FormError } from "../sign-in";

const CHANNELS: Channel[] = ["phone", "email", "chat", "visit", "none"];

interface Refused {
  field: string;
  text: string;
}

interface PartProps {
  form: WrapUpForm;
  set: (change: Partial<WrapUpForm>) => void;
  problems: Problems;
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

function Who({ form, set, problems, site }: PartProps & { site: string }) {
  const { t } = useWords();
  const me = useMe();
  const { teams, people } = usePeople(site);
  return (
    <>
      <Field label={t("wrap_up.who")}>
        {(control) => (
          <Select {...control} value={form.who} onChange={(event) => set({ who: event.target.value as StepOwner })}>
            <option value="agent">{t("wrap_up.who_me", { name: me.name })}</option>
            <option value="visitor">{t("wrap_up.who_visitor")}</option>
            <option value="other">{t("wrap_up.who_else")}</option>
          </Select>
        )}
      </Field>
      {form.who === "other" ? (
        <Field label={t("wrap_up.other")} error={problems.other && t(problems.other)} className="sm:col-start-1">
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

function When({ form, set, problems }: PartProps) {
  const { t } = useWords();
  const choices = quickChoices(new Date(useNow()));
  return (
    <Field label={t("wrap_up.when")} error={problems.due && t(problems.due)} className="sm:col-span-2">
      {(control) => (
        <div className="flex flex-wrap items-center gap-2">
          <Input
            {...control}
            type="datetime-local"
            className="max-w-52 max-md:max-w-60"
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
  context,
  wrong,
}: PartProps & { context: ConversationContext | undefined; wrong: Refused }) {
  const { t } = useWords();
  const { channel } = form;
  if ((channel !== "phone" && channel !== "email") || isReachable(channel, context)) return null;
  return (
    <Field
      label={channel === "phone" ? t("wrap_up.their_phone") : t("wrap_up.their_email")}
      hint={t("wrap_up.contact_hint")}
      error={wrong.field === channel ? wrong.text : undefined}
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
  const plan = useQuery(planQuery(id));
  const browserZone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const zone = plan.data?.plan.timezone ?? browserZone;
  const step = stepOf(form, me, people);
  const ready = wording && step.due_at && (form.who !== "visitor" || step.what);
  return (
    <div className="w-full rounded-lg bg-accent-soft px-4 py-2.5" aria-live="polite">
      <p className="flex items-center gap-1.5 text-xs font-medium text-accent-ink">
        <MessageSquareQuote aria-hidden className="size-3.5" />
        {zone === browserZone ? t("wrap_up.preview") : t("wrap_up.preview_zone", { zone })}
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
  wrong: Refused;
}

function NextStepFields(props: NextStepProps) {
  const { t } = useWords();
  const { form, set, problems, head } = props;
  return (
    <div className="grid gap-4 sm:grid-cols-2">
      <Field label={t("wrap_up.what")} error={problems.what && t(problems.what)} className="sm:col-span-2">
        {(control) => (
          <Textarea
            {...control}
            rows={2}
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

function useWrapUp(head: ConversationHead, onClose: () => void) {
  const { t } = useWords();
  const me = useMe();
  const say = useErrorText();
  const navigate = useNavigate();
  const context = useQuery(contextQuery(head.id)).data;
  const { people } = usePeople(head.site);
  const [touched, setTouched] = useState<WrapUpForm>();
  const [tried, setTried] = useState(false);
  const [wrong, setWrong] = useState<Refused>({ field: "", text: "" });
  const [busy, setBusy] = useState(false);
  const start = useMemo(() => startForm(context, new Date()), [context]);
  const form = touched ?? start;
  const problems = tried ? problemsOf(form, new Date()) : {};

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    setTried(true);
    setWrong({ field: "", text: "" });
    if (Object.keys(problemsOf(form, new Date())).length > 0) {
      const target = event.currentTarget;
      requestAnimationFrame(() => target.querySelector<HTMLElement>("[aria-invalid]")?.focus());
      return;
    }
    setBusy(true);
    try {
      await wrapUp(head.id, wrapUpOf(form, me, people));
      toast.done(form.nothing ? t("wrap_up.done") : t("wrap_up.done_promise"));
      onClose();
      await navigate({ to: "/inbox" });
    } catch (problem) {
      const field = problem instanceof ApiError ? String(problem.details.field ?? "") : "";
      setWrong({ field: field.split(".").at(-1) ?? "", text: say(problem) });
      setBusy(false);
    }
  }
  const set = (change: Partial<WrapUpForm>) => setTouched((now) => ({ ...(now ?? start), ...change }));
  return { context, form, set, problems, wrong, busy, submit };
}

/** Closing a conversation: what came of it, and what happens next, by whom, by which channel, by when. */
export function WrapUpDialog({ head, onClose }: { head: ConversationHead; onClose: () => void }) {
  const { t } = useWords();
  const id = useId();
  const { context, form, set, problems, wrong, busy, submit } = useWrapUp(head, onClose);
  return (
    <Dialog
      open
      onClose={onClose}
      title={t("wrap_up.title")}
      size="middle"
      description={t("wrap_up.text", { name: headName(t, head) })}
      footer={
        <>
          {form.nothing ? null : <Preview form={form} head={head} />}
          <Button onClick={onClose}>{t("wrap_up.back")}</Button>
          <Button look="primary" type="submit" form={id} disabled={busy}>
            {t("wrap_up.close")}
          </Button>
        </>
      }
    >
      <form id={id} onSubmit={submit} noValidate className="space-y-4">
        {wrong.text && wrong.field !== form.channel ? <FormError text={wrong.text} /> : null}
        <Field label={t("wrap_up.result")} error={problems.result && t(problems.result)}>
          {(control) => (
            <Select {...control} value={form.result} onChange={(event) => set({ result: event.target.value })}>
              <option value="">{t("wrap_up.choose")}</option>
              {(context?.team.results ?? []).map((result) => (
                <option key={result} value={result}>
                  {spoken(result)}
                </option>
              ))}
            </Select>
          )}
        </Field>
        <div className="border-t pt-4">
          {form.nothing ? null : (
            <NextStepFields form={form} set={set} problems={problems} head={head} context={context} wrong={wrong} />
          )}
          <Check
            className={form.nothing ? "" : "mt-4"}
            label={t("wrap_up.nothing")}
            checked={form.nothing}
            onChange={(event) => set({ nothing: event.target.checked })}
          />
        </div>
      </form>
    </Dialog>
  );
}
