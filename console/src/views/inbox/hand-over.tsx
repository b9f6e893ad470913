import { contextQuery, transfer } from "@domains/conversations/api";
import { useDesk } from "@domains/conversations/context";
import type { ConversationHead } from "@domains/conversations/model";
import { useWords } from "@shared/i18n";
import { spoken } from "@shared/lib/names";
import { Button } from "@shared/ui/button";
import { Dialog } from "@shared/ui/dialog";
import { useErrorText } from "@shared/ui/feedback";
import { Field, Select, Textarea } from "@shared/ui/field";
import { toast } from "@shared/ui/toast";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { FormError } from "../sign-in";

/** Hands the conversation to another team, with a note for whoever takes it. */
export function HandOver({ head, onClose }: { head: ConversationHead; onClose: () => void }) {
  const { t } = useWords();
  const say = useErrorText();
  const context = useQuery(contextQuery(head.id));
  const board = useDesk((desk) => desk.board);
  const teams = context.data?.teams ?? [];
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
      await transfer(head.id, team, note.trim());
      toast.done(t("hand_over.done", { team: spoken(team) }));
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
          <Button look="primary" onClick={submit} disabled={busy || !team}>
            {t("hand_over.action")}
          </Button>
        </>
      }
    >
      <div className="space-y-4">
        {error ? <FormError text={error} /> : null}
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
        <Field label={t("hand_over.note")} hint={t("hand_over.note_hint")}>
          {(control) => (
            <Textarea {...control} rows={3} value={note} onChange={(event) => setNote(event.target.value)} />
          )}
        </Field>
      </div>
    </Dialog>
  );
}
