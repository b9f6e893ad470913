/** The one way to the server's HTTP interface: cookies, CSRF, one error shape. */

export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly details: Record<string, unknown>;
  /** Seconds the server asks to wait before the next try; 0 if it did not say. */
  readonly retryAfter: number;

  constructor(status: number, code: string, message: string, details: Record<string, unknown> = {}, retryAfter = 0) {
    super(message);
    this.name = "ApiError";
    this.status = status;
    this.code = code;
    this.details = details;
    this.retryAfter = retryAfter;
  }

  /** Nothing reached the server, or it was too busy: trying again can help. */
  get passing(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

type Query = Record<string, string | number | boolean | null | undefined>;
type Method = "GET" | "POST" | "PATCH" | "PUT" | "DELETE";

let csrf = "";
let onUnauthorised: () => void = () => {};

export const setCsrf = (token: string) => {
  csrf = token;
};

/** Called when the server no longer knows the session. */
export const whenUnauthorised = (handler: () => void) => {
  onUnauthorised = handler;
};

export function address(path: string, query: Query = {}): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== null && value !== "") params.set(name, String(value));
  }
  const text = params.toString();
  return `/api/v1${path}${text ? `?${text}` : ""}`;
}

async function refusal(answer: Response): Promise<ApiError> {
  const after = Number(answer.headers.get("Retry-After") ?? 0) || 0;
  const text = await answer.text();
  try {
    const { error } = JSON.parse(text) as {
      error: { code: string; message: string; details?: Record<string, unknown> };
    };
    return new ApiError(answer.status, error.code, error.message, error.details, after);
  } catch {
    return new ApiError(answer.status, `http_${answer.status}`, text.slice(0, 200) || answer.statusText, {}, after);
  }
}

async function answered(
  method: Method,
  path: string,
  query?: Query,
  body?: unknown,
  signal?: AbortSignal,
): Promise<Response> {
  const headers: Record<string, string> = { Accept: "application/json" };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  if (method !== "GET" && csrf) headers["X-CSRF-Token"] = csrf;
  let answer: Response;
  try {
    answer = await fetch(address(path, query), {
      method,
      headers,
      credentials: "same-origin",
      body: body === undefined ? null : JSON.stringify(body),
      signal: signal ?? null,
    });
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === "AbortError") throw cause;
    throw new ApiError(0, "network", "The server cannot be reached.");
  }
  if (!answer.ok) {
    const error = await refusal(answer);
    if (error.status === 401 && !path.startsWith("/session")) onUnauthorised();
    throw error;
  }
  return answer;
}

async function ask<T>(method: Method, path: string, query?: Query, body?: unknown, signal?: AbortSignal): Promise<T> {
  const text = await (await answered(method, path, query, body, signal)).text();
  return (text ? JSON.parse(text) : undefined) as T;
}

export const http = {
  get: <T>(path: string, query?: Query, signal?: AbortSignal) => ask<T>("GET", path, query, undefined, signal),
  post: <T>(path: string, body: unknown = {}) => ask<T>("POST", path, undefined, body),
  patch: <T>(path: string, body: unknown) => ask<T>("PATCH", path, undefined, body),
  put: <T>(path: string, body: unknown) => ask<T>("PUT", path, undefined, body),
  delete: <T>(path: string) => ask<T>("DELETE", path),
  /** What is answered as it is, to be kept as a file. */
  file: async (path: string, body: unknown = {}) => (await answered("POST", path, undefined, body)).blob(),
};

export interface Page<T> {
  items: T[];
  next?: string | null;
}

export const isMissing = (error: unknown): boolean => error instanceof ApiError && error.status === 404;
