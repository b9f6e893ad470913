/** What stands on the teaser's buttons, in the visitor's language; as the server says it in `invitations/locales`. */
const ANSWERS: Record<string, { reply: string; no: string }> = {
  en: { reply: "Reply", no: "No thanks" },
  fi: { reply: "Vastaa", no: "Ei kiitos" },
  sv: { reply: "Svara", no: "Nej tack" },
};

/** A language without words of its own gets the English ones, as in the widget. */
export const answersIn = (language: string): { reply: string; no: string } =>
  ANSWERS[language.slice(0, 2)] ?? ANSWERS["en"]!;
