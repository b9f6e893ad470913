import { useDeskClient } from "@domains/conversations/context";
import { headName } from "@domains/conversations/words";
import { useWords } from "@shared/i18n";
import { shortened } from "@shared/lib/names";
import { notify } from "@shared/lib/notify";
import { useNavigate } from "@tanstack/react-router";
import { useEffect } from "react";

const LONGEST = 140;

/** While the window is hidden, what calls this agent is told by the desktop too; a click leads to the conversation. */
export function useCalls(): void {
  const { t } = useWords();
  const client = useDeskClient();
  const navigate = useNavigate();
  useEffect(() => {
    client.onCall = (kind, head) => {
      const name = headName(t, head);
      notify({
        title: kind === "message" ? name : t(`notify.${kind}`, { name }),
        text: shortened(head.last_text, LONGEST),
        tag: head.id,
        onClick: () => void navigate({ to: "/inbox/$conversation", params: { conversation: head.id } }),
      });
    };
    return () => {
      client.onCall = () => {};
    };
  }, [client, navigate, t]);
}
