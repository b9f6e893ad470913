import { nameVisitor, type VisitorFacts } from "@domains/conversations/api";
import { visitorName } from "@domains/conversations/words";
import { useSite } from "@domains/session";
import { useWords } from "@shared/i18n";
import { Button, IconButton } from "@shared/ui/button";
import { useErrorText } from "@shared/ui/feedback";
import { Field, Input } from "@shared/ui/field";
import { Link } from "@tanstack/react-router";
import { Pencil } from "lucide-react";
import { type FormEvent, useEffect, useRef, useState } from "react";

/** As many characters as a name may have; the server refuses more. */
const LONGEST = 120;

function NameForm({ visitor, onClose }: { visitor: VisitorFacts; onClose: () => void }) {
  const { t } = useWords();
  const { id } = useSite();
  const say = useErrorText();
  const [name, setName] = useState(visitor.called || visitor.name);
  const [error, setError] = useState("");
  const [busy, setBusy] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.select(), []);
  async function submit(event: FormEvent) {
    event.preventDefault();
    setBusy(true);
    setError("");
    try {
      await nameVisitor(id, visitor.visitor, name.trim());
      onClose();
    } catch (problem) {
      setError(say(problem));
      setBusy(false);
      field.current?.focus();
    }
  }
  return (
    <form onSubmit={submit} className="min-w-0 flex-1">
      <Field label={t("visitor.name")} hint={t("visitor.name_hint")} error={error || undefined}>
        {(control) => (
          <Input
            {...control}
            ref={field}
            dir="auto"
            maxLength={LONGEST}
            value={name}
            onChange={(event) => setName(event.target.value)}
            onKeyDown={(event) => {
              if (event.key !== "Escape") return;
              event.stopPropagation();
              onClose();
            }}
          />
        )}
      </Field>
      <div className="mt-2 flex gap-2">
        <Button look="primary" size="small" type="submit" disabled={busy}>
          {t("common.save")}
        </Button>
        <Button size="small" onClick={onClose}>
          {t("common.cancel")}
        </Button>
      </div>
    </form>
  );
}

/** What the visitor is called; an agent may say so, and everybody in the console sees it. */
export function VisitorName({ visitor }: { visitor: VisitorFacts }) {
  const { t } = useWords();
  const [editing, setEditing] = useState(false);
  if (editing) return <NameForm visitor={visitor} onClose={() => setEditing(false)} />;
  return (
    <span className="flex min-w-0 items-center gap-1">
      <Link
        to="/visitors"
        search={{ visitor: visitor.visitor }}
        className="block min-w-0 truncate text-base font-semibold hover:underline"
      >
        <bdi>{visitorName(t, visitor.name, visitor.visitor)}</bdi>
      </Link>
      <IconButton label={t("visitor.rename")} icon={<Pencil className="size-3.5" />} onClick={() => setEditing(true)} />
    </span>
  );
}
