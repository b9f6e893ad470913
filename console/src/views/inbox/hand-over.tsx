import { type Colleague, contextQuery, transfer } from "@domains/conversations/api";
import { useDesk } from "@domains/conversations/context";
import type { ConversationHead } from "@domains/conversations/model";
import { useWords } from "@shared/i18n";
import { spoken } from "@shared/lib/names";
import { Button } from "@shared/ui/button";
import { Dialog } from "@shared/ui/dialog";
import { useErrorText } from "@shared/ui/feedback";
import { Field, Select, Textarea } from "@shared/ui/field";
import { Segmented } from "@shared/ui/segmented";
import { toast } from "@shared/ui/toast";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { FormError } from "../sign-in";

type To = "team" | "colleague";

const isFull = ({ active, capacity }: Colleague) => active >= capacity;

/** Hands the conversation to another team or a colleague, with a note for whoever takes it. */
export function HandOver({ head, onClose }: { head: ConversationHead; onClose: () => void }) {
  const { t } = useWords();
  const say = useErrorText();
  // Who is there and has room changes all the time.
  const context = useQuery({ ...contextQuery(head.id), refetchOnMount: "always" });
  const board = useDesk((desk) => desk.board);
  const teams = context.data?.teams ?? [];
  const colleagues = (context.data?.colleagues ?? []).filter((one) => one.id !== head.agent_id);
  const [to, setTo] = useState<To>(teams.length === 0 ? "colleague" : "team");
  const [person, setPerson] = useState("");
  const colleague = colleagues.find((one) => one.id === person) ?? colleagues.find((one) => !isFull(one));
  const [chosen, setChosen] = useState("");
  const [note, setNote] = useState("");
  const [error, setError] = useState("");
  const [busy, setBusy] = useState(false);
  const team = chosen || teams[0] || "";
  const state = board.find((one) => one.team === team);

  async function submit() {
    setBusy(true);
    setError("");
    try {
      const target = to === "team" ? { team } : { to_agent: colleague?.id ?? "" };
      await transfer(head.id, target, note.trim());
      toast.done(t("hand_over.done", { team: to === "team" ? spoken(team) : (colleague?.name ?? "") }));
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
      title={t("talk.hand_over")}
      description={t("hand_over.text")}
      footer={
        <>
          <Button onClick={onClose}>{t("common.cancel")}</Button>
          <Button look="primary" onClick={submit} disabled={busy || !(to === "team" ? team : colleague)}>
            {t("hand_over.action")}
          </Button>
        </>
      }
    >
      <div className="space-y-4">
        {error ? <FormError text={error} /> : null}
        <Segmented<To>
          label={t("hand_over.to")}
          value={to}
          onChange={setTo}
          options={[
            { value: "team", text: t("hand_over.to_team") },
            { value: "colleague", text: t("hand_over.to_colleague") },
          ]}
        />
        {to === "team" ? (
          <Field
            label={t("hand_over.team")}
            hint={
              context.isSuccess && teams.length === 0
                ? t("hand_over.no_team")
                : state
                  ? state.open
                    ? t("hand_over.free", { count: state.free_slots })
                    : t("hand_over.closed")
                  : undefined
            }
          >
            {(control) => (
              <Select
                {...control}
                value={team}
                disabled={teams.length === 0}
                onChange={(event) => setChosen(event.target.value)}
              >
                {teams.map((name) => (
                  <option key={name} value={name}>
                    {spoken(name)}
                  </option>
                ))}
              </Select>
            )}
          </Field>
        ) : (
          <Field
            label={t("hand_over.colleague")}
            hint={context.isSuccess && !colleague ? t("hand_over.no_colleague") : undefined}
          >
            {(control) => (
              <Select
                {...control}
                value={colleague?.id ?? ""}
                disabled={!colleague}
                onChange={(event) => setPerson(event.target.value)}
              >
                {colleagues.map((one) => (
                  <option key={one.id} value={one.id} disabled={isFull(one)}>
                    {t(isFull(one) ? "hand_over.person_full" : "hand_over.person", {
                      name: one.name,
                      teams: one.teams.map(spoken).join(", "),
                      active: one.active,
                      capacity: one.capacity,
                    })}
                  </option>
                ))}
              </Select>
            )}
          </Field>
        )}
        <Field label={t("hand_over.note")} hint={t("hand_over.note_hint")}>
          {(control) => (
            <Textarea {...control} rows={3} value={note} onChange={(event) => setNote(event.target.value)} />
          )}
        </Field>
      </div>
    </Dialog>
  );
}
