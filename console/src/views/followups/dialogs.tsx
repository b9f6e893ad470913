import { bookingChoices, fromLocalInput, localInput, quickChoices } from "@domains/conversations/wrap-up";
import { cancel, handOn, markDone, move } from "@domains/followups/api";
import type { PromiseItem } from "@domains/followups/model";
import { useSite } from "@domains/session";
import { teamsQuery } from "@domains/staffing/api";
import { useWords } from "@shared/i18n";
import { spoken } from "@shared/lib/names";
import { cityOf, isElsewhere, pageZone } from "@shared/lib/zone";
import { Button } from "@shared/ui/button";
import { Dialog } from "@shared/ui/dialog";
import { useErrorText } from "@shared/ui/feedback";
import { Field, Input, Select, Textarea } from "@shared/ui/field";
import { toast } from "@shared/ui/toast";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, type ReactNode, useEffect, useId, useRef, useState } from "react";
import { FormError } from "../sign-in";

interface DeedProps {
  title: string;
  text: ReactNode;
  action: string;
  done: string;
  noteHint: string;
  onClose: () => void;
  /** Returns what is wrong at a field of its own, or undefined to go on. */
  check?: () => boolean;
  run: (note: string) => Promise<void>;
  children?: ReactNode;
}

/** The frame the four have in common: fields of their own, a note, and one button. */
function Deed({ title, text, action, done, noteHint, onClose, check, run, children }: DeedProps) {
  const { t } = useWords();
  const say = useErrorText();
  const id = useId();
  const [note, setNote] = useState("");
  const [error, setError] = useState("");
  const [busy, setBusy] = useState(false);
  const said = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (error) said.current?.focus();
  }, [error]);
  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    if (check && !check()) {
      const form = event.currentTarget;
      requestAnimationFrame(() => form.querySelector<HTMLElement>("[aria-invalid]")?.focus());
      return;
    }
    setBusy(true);
    setError("");
    try {
      await run(note.trim());
      toast.done(done);
      onClose();
    } catch (problem) {
      setError(say(problem));
      setBusy(false);
    }
  }
  return (
    <Dialog
      open
      onClose={onClose}
      title={title}
      description={text}
      footer={
        <>
          {error ? (
            <div ref={said} tabIndex={-1} className="w-full focus:outline-none">
              <FormError text={error} />
            </div>
          ) : null}
          <Button onClick={onClose}>{t("common.cancel")}</Button>
          <Button look="primary" type="submit" form={id} disabled={busy}>
            {action}
          </Button>
        </>
      }
    >
      <form id={id} onSubmit={submit} noValidate className="space-y-4">
        {children}
        <Field label={t("followups.note")} hint={noteHint}>
          {(control) => (
            <Textarea {...control} rows={3} value={note} onChange={(event) => setNote(event.target.value)} />
          )}
        </Field>
      </form>
    </Dialog>
  );
}

interface PromiseProps {
  promise: PromiseItem;
  onClose: () => void;
}

export function DoneDialog({ promise, onClose }: PromiseProps) {
  const { t } = useWords();
  return (
    <Deed
      title={t("followups.done_title")}
      text={promise.what || promise.text}
      action={t("followups.mark_done")}
      done={t("followups.was_done")}
      noteHint={t("followups.done_hint")}
      onClose={onClose}
      run={(note) => markDone(promise.id, note)}
    />
  );
}

export function CancelDialog({ promise, onClose }: PromiseProps) {
  const { t } = useWords();
  return (
    <Deed
      title={t("followups.cancel_title")}
      text={promise.what || promise.text}
      action={t("followups.cancel")}
      done={t("followups.was_cancelled")}
      noteHint={t("followups.cancel_hint")}
      onClose={onClose}
      run={(note) => cancel(promise.id, note)}
    />
  );
}

export function MoveDialog({ promise, onClose }: PromiseProps) {
  const { t } = useWords();
  const isBooking = Boolean(promise.booking);
  const choices = isBooking ? bookingChoices(new Date()) : quickChoices(new Date());
  const [due, setDue] = useState(() =>
    localInput(isBooking && promise.due_at ? new Date(promise.due_at) : choices[0]!.due),
  );
  const [problem, setProblem] = useState("");
  const check = () => {
    const at = fromLocalInput(due);
    const wrong = at === null ? t("wrap_up.need_due") : at <= new Date() ? t("wrap_up.due_past") : "";
    setProblem(wrong);
    return !wrong;
  };
  return (
    <Deed
      title={t("followups.move_title")}
      text={promise.what || promise.text}
      action={t("followups.move")}
      done={t("followups.was_moved")}
      noteHint={t("followups.move_hint")}
      onClose={onClose}
      check={check}
      run={(note) => move(promise.id, fromLocalInput(due)!.toISOString(), note)}
    >
      <Field
        label={isBooking ? t("wrap_up.begins") : t("wrap_up.when")}
        error={problem || undefined}
        hint={isElsewhere() ? t("time.of", { city: cityOf(pageZone()) }) : undefined}
      >
        {(control) => (
          <div className="flex flex-wrap items-center gap-2">
            <Input
              {...control}
              type="datetime-local"
              className="date-time"
              value={due}
              onChange={(event) => setDue(event.target.value)}
            />
            {choices.map((choice) => (
              <Button key={choice.key} size="small" onClick={() => setDue(localInput(choice.due))}>
                {t(choice.key)}
              </Button>
            ))}
          </div>
        )}
      </Field>
    </Deed>
  );
}

export function HandOnDialog({ promise, onClose }: PromiseProps) {
  const { t } = useWords();
  const { id } = useSite();
  const teams = useQuery(teamsQuery(id)).data ?? [];
  const people = [...new Map(teams.flatMap((team) => team.members).map((one) => [one.id, one])).values()];
  const [to, setTo] = useState("");
  const [problem, setProblem] = useState("");
  const check = () => {
    setProblem(to ? "" : t("wrap_up.need_person"));
    return to !== "";
  };
  const [kind, name = ""] = to.split(/:(.*)/s);
  return (
    <Deed
      title={t("followups.hand_on_title")}
      text={promise.what || promise.text}
      action={t("followups.hand_on")}
      done={t("followups.was_handed_on")}
      noteHint={t("followups.hand_on_hint")}
      onClose={onClose}
      check={check}
      run={(note) => handOn(promise.id, kind === "team" ? { team: name } : { agent_id: name }, note)}
    >
      <Field label={t("followups.to")} error={problem || undefined}>
        {(control) => (
          <Select {...control} value={to} onChange={(event) => setTo(event.target.value)}>
            <option value="">{t("wrap_up.choose")}</option>
            <optgroup label={t("wrap_up.colleagues")}>
              {people
                .filter((person) => person.id !== promise.agent_id)
                .map((person) => (
                  <option key={person.id} value={`agent:${person.id}`}>
                    {person.name}
                  </option>
                ))}
            </optgroup>
            <optgroup label={t("wrap_up.teams")}>
              {teams.map((team) => (
                <option key={team.name} value={`team:${team.name}`}>
                  {spoken(team.name)}
                </option>
              ))}
            </optgroup>
          </Select>
        )}
      </Field>
    </Deed>
  );
}
