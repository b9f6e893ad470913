import { ApiError, http, setCsrf } from "@shared/http";
import { queryClient } from "@shared/http/query";
import { isLanguage, type Language, loadCatalogue } from "@shared/i18n";
import { store } from "@shared/lib/store";
import { useQuery } from "@tanstack/react-query";
import type { Session } from "./model";

export const SESSION = ["session"] as const;

/** True once the server has said that a session we had is over; the page stays where it is. */
export const expired = store(false);

function settle(session: Session): Session {
  setCsrf(session.csrf);
  if (isLanguage(session.user.language)) void loadCatalogue(session.user.language);
  return session;
}

/** The signed-in session, or null when nobody is signed in. */
async function fetchSession(): Promise<Session | null> {
  try {
    return settle(await http.get<Session>("/session"));
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) return null;
    throw error;
  }
}

export const useSession = () =>
  useQuery({ queryKey: SESSION, queryFn: fetchSession, staleTime: Number.POSITIVE_INFINITY });

export async function signIn(email: string, password: string): Promise<void> {
  const before = queryClient.getQueryData<Session | null>(SESSION);
  const session = settle(await http.post<Session>("/session", { email, password }));
  // Somebody else's pages must not show for a moment what the last one was allowed to see.
  if (before && before.user.id !== session.user.id) queryClient.clear();
  queryClient.setQueryData(SESSION, session);
  expired.set(false);
  await queryClient.invalidateQueries({ predicate: (query) => query.queryKey[0] !== SESSION[0] });
}

/** What one may has changed: everything is read again, first of all who one is. */
export const readAgain = (): void => void queryClient.invalidateQueries();

export async function signOut(): Promise<void> {
  await http.delete("/session").catch((error: unknown) => {
    if (!(error instanceof ApiError && error.status === 401)) throw error;
  });
  setCsrf("");
  queryClient.clear();
  queryClient.setQueryData(SESSION, null);
}

/** Puts the console into that language now, and keeps it for the person's other browsers. */
export async function chooseLanguage(user: string, language: Language): Promise<void> {
  await loadCatalogue(language);
  await http.patch(`/users/${user}`, { language });
  await queryClient.invalidateQueries({ queryKey: SESSION });
}

export interface Invite {
  email: string;
  name: string;
  language: string;
}

/** Whom an invite is for; the link stays as good as it was. */
export const readInvite = (token: string) => http.post<Invite>("/invites/read", { token });
/** The language of the page is the person's from now on: they chose it, or their browser did. */
export const acceptInvite = (token: string, name: string, password: string, language: string) =>
  http.post("/invites/accept", { token, name, password, language });
export const askReset = (email: string) => http.post("/password-resets", { email });
export const acceptReset = (token: string, password: string) =>
  http.post("/password-resets/accept", { token, password });
