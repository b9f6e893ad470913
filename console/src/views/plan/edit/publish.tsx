import { type Change, changesOf, publishDraft } from "@domains/plan/api";
import type { SavedDraft } from "@domains/plan/draft";
import { useWords } from "@shared/i18n";
import { Button } from "@shared/ui/button";
import { Dialog } from "@shared/ui/dialog";
import { Failed, SkeletonRows, useErrorText } from "@shared/ui/feedback";
import { Field, Textarea } from "@shared/ui/field";
import { toast } from "@shared/ui/toast";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Changes } from "./changes";

interface PublishProps {
  site: string;
  text: string;
  /** The version it would take the place of; 0 if it is the first. */
  current: number;
  /** Save what stands in the editor; null if it could not be, and why has been told. */
  onSave: () => Promise<SavedDraft | null>;
  onClose: () => void;
}

/** The last look before a plan is in force: what changes, in meaning, and why. */
export function Publish({ site, text, current, onSave, onClose }: PublishProps) {
  const { t } = useWords();
  const say = useErrorText();
  const [note, setNote] = useState("");
  const [busy, setBusy] = useState(false);
  const changes = useQuery<Change[]>({
    queryKey: ["plan-changes", site, text],
    queryFn: () => changesOf(site, text),
    enabled: current > 0,
    gcTime: 0,
  });
  async function publish() {
    setBusy(true);
    try {
      const saved = await onSave();
      if (!saved) return onClose();
      const { version } = await publishDraft(site, saved.revision, note.trim());
      toast.done(t("plan.published", { n: version }));
      onClose();
    } catch (error) {
      toast.failed(say(error));
    } finally {
      setBusy(false);
    }
  }
  return (
    <Dialog
      open
      onClose={onClose}
      title={t("plan.publish_title", { n: current + 1 })}
      description={t("plan.publish_text")}
      size="wide"
      footer={
        <>
          <Button onClick={onClose}>{t("common.cancel")}</Button>
          <Button look="primary" disabled={busy} onClick={() => void publish()}>
            {t("plan.publish")}
          </Button>
        </>
      }
    >
      <h3 className="mb-2.5 text-sm font-semibold">
        {current > 0 ? t("plan.changes_against", { n: current }) : t("plan.first_version")}
      </h3>
      {current > 0 && changes.isPending ? <SkeletonRows rows={2} height="h-6" /> : null}
      {changes.isError ? <Failed error={changes.error} onRetry={() => changes.refetch()} /> : null}
      {changes.data ? <Changes changes={changes.data} /> : null}
      <Field label={t("plan.note")} hint={t("plan.note_hint")} className="mt-6">
        {(control) => (
          <Textarea
            {...control}
            rows={2}
            maxLength={500}
            value={note}
            onChange={(event) => setNote(event.target.value)}
          />
        )}
      </Field>
    </Dialog>
  );
}
