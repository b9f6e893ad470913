import { ApiError } from "@shared/http";
import { useWords } from "@shared/i18n";
import { Button } from "@shared/ui/button";
import { useErrorText } from "@shared/ui/feedback";
import { toast } from "@shared/ui/toast";
import { type FormEvent, type ReactNode, useState } from "react";
import { FormError } from "../sign-in";

export interface Saving {
  busy: boolean;
  error: string;
  /** The field the server named as wrong, and its sentence. */
  field: string;
  run: (action: () => Promise<unknown>, done?: string) => Promise<boolean>;
  at: (field: string) => string | undefined;
}

/** Runs a change, says that it is saved, and puts a refusal where it belongs. */
export function useSaving(): Saving {
  const { t } = useWords();
  const say = useErrorText();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState("");
  const [field, setField] = useState("");
  async function run(action: () => Promise<unknown>, done = t("common.saved")): Promise<boolean> {
    setBusy(true);
    setError("");
    setField("");
    try {
      await action();
      if (done) toast.done(done);
      return true;
    } catch (problem) {
      setError(say(problem));
      setField(problem instanceof ApiError && typeof problem.details.field === "string" ? problem.details.field : "");
      return false;
    } finally {
      setBusy(false);
    }
  }
  return { busy, error, field, run, at: (name) => (field.split(".")[0] === name ? error : undefined) };
}

interface SaveFormProps {
  saving: Saving;
  /** Fields that show their own error; any other error stands at the top. */
  fields: string[];
  dirty: boolean;
  onSave: () => void;
  children: ReactNode;
}

export function SaveForm({ saving, fields, dirty, onSave, children }: SaveFormProps) {
  const { t } = useWords();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onSave();
  };
  const shownAtField = fields.includes(saving.field.split(".")[0] ?? "");
  return (
    <form onSubmit={submit} className="space-y-5">
      {saving.error && !shownAtField ? <FormError text={saving.error} /> : null}
      {children}
      <div className="border-t pt-4">
        <Button look="primary" type="submit" disabled={!dirty || saving.busy}>
          {t("common.save")}
        </Button>
      </div>
    </form>
  );
}
