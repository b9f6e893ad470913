import { toJson } from "../lib/text";

/** A WebSocket of JSON text frames that comes back by itself: after a cut, a sleep, a restart of the server. */

export type Connection = "connecting" | "open" | "waiting" | "stopped";

export interface SocketOptions {
  url: string;
  /** Called at each (re)connection, before anything else may be sent. */
  onOpen: () => void;
  onFrame: (frame: unknown) => void;
  /** `next` is when the next try comes, in ms since the epoch, while `waiting`. */
  onState: (state: Connection, next: number) => void;
  /** Close codes after which trying again is of no use. */
  stopCodes?: number[];
  onStop?: (code: number) => void;
  /** The line is lost, and another try follows; 0 if the server gave no code. */
  onLost?: (code: number) => void;
}

const FIRST_DELAY = 400;
const LONGEST_DELAY = 15_000;
/** The server pings every few seconds; longer silence is a dead line that TCP has not noticed. */
const SILENCE = 20_000;

/** Full jitter, so that a restarted server is not met by everyone in the same instant. */
export const delayBefore = (attempt: number, random = Math.random()): number =>
  Math.min(LONGEST_DELAY, FIRST_DELAY * 2 ** attempt) * (0.5 + random / 2);

export class LiveSocket {
  private readonly options: SocketOptions;
  private socket: WebSocket | null = null;
  private attempt = 0;
  private retry: ReturnType<typeof setTimeout> | undefined;
  private watchdog: ReturnType<typeof setInterval> | undefined;
  private heard = 0;
  private stopped = false;

  constructor(options: SocketOptions) {
    this.options = options;
  }

  start(): void {
    this.stopped = false;
    addEventListener("online", this.hurry);
    addEventListener("offline", this.drop);
    document.addEventListener("visibilitychange", this.hurry);
    this.watchdog = setInterval(this.watch, 2000);
    this.connect();
  }

  stop(): void {
    this.stopped = true;
    removeEventListener("online", this.hurry);
    removeEventListener("offline", this.drop);
    document.removeEventListener("visibilitychange", this.hurry);
    clearInterval(this.watchdog);
    clearTimeout(this.retry);
    this.detach();
    this.options.onState("stopped", 0);
  }

  /** True if it went to the browser's network stack; only an acknowledgement says it arrived. */
  send(frame: object): boolean {
    if (this.socket?.readyState !== WebSocket.OPEN) return false;
    this.socket.send(toJson(frame));
    return true;
  }

  /** Try at once: the network is back, the laptop woke, or the person asked. */
  readonly hurry = (): void => {
    if (this.stopped || document.hidden) return;
    if (this.socket?.readyState === WebSocket.OPEN) this.watch();
    if (this.socket && this.socket.readyState <= WebSocket.OPEN) return;
    this.attempt = 0;
    this.connect();
  };

  private readonly drop = (): void => this.lost();

  private readonly watch = (): void => {
    if (this.socket && Date.now() - this.heard > SILENCE) this.lost();
  };

  private connect(): void {
    clearTimeout(this.retry);
    this.detach();
    this.options.onState("connecting", 0);
    const socket = new WebSocket(this.options.url);
    this.socket = socket;
    this.heard = Date.now();
    socket.onopen = () => {
      this.heard = Date.now();
      this.options.onState("open", 0);
      this.options.onOpen();
    };
    socket.onmessage = (event) => {
      this.heard = Date.now();
      this.attempt = 0;
      this.options.onFrame(JSON.parse(String(event.data)));
    };
    socket.onclose = (event) => this.lost(event.code);
  }

  private lost(code = 0): void {
    if (this.stopped) return;
    this.detach();
    if (this.options.stopCodes?.includes(code)) {
      this.stop();
      this.options.onStop?.(code);
      return;
    }
    this.options.onLost?.(code);
    const delay = delayBefore(this.attempt++);
    this.options.onState("waiting", Date.now() + delay);
    clearTimeout(this.retry);
    this.retry = setTimeout(() => this.connect(), delay);
  }

  private detach(): void {
    const socket = this.socket;
    this.socket = null;
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
  }
}
