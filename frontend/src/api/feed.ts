import type { Connection, Unsubscribe } from "../ha/types";
import { asApiError, isPassing } from "./errors";
import { failed, LOADING, type Remote, ready } from "./remote";

const FIRST_RETRY_MS = 500;
const LAST_RETRY_MS = 10_000;
/** How long a plant may be loaded again before it counts as gone: what is open on the page outlasts a saved setting. */
const AWAY_MS = 10_000;

/**
 * One subscription, shared by everything that shows it: opened for the first listener, closed after the last.
 *
 * Home Assistant's own resubscribing gives up when the integration is not loaded yet after a restart; this one keeps trying.
 */
export class Feed<T> {
  current: Remote<T> = LOADING;
  readonly #listeners = new Set<() => void>();
  #unsubscribe: Unsubscribe | undefined;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #away: ReturnType<typeof setTimeout> | undefined;
  #delay = FIRST_RETRY_MS;
  /** Counts connections: what an older one still delivers no longer counts. */
  #turn = 0;

  constructor(
    private readonly connection: Connection,
    private readonly message: object,
    private readonly pick: (event: never) => T,
  ) {}

  /** Call the listener whenever `current` has changed, until the returned function is called. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    if (this.#listeners.size === 1) {
      this.connection.addEventListener("ready", this.#reopen);
      this.connection.addEventListener("disconnected", this.#lost);
      void this.#open();
    }
    return () => {
      if (this.#listeners.delete(listener) && this.#listeners.size === 0) this.#close();
    };
  }

  async #open() {
    const turn = ++this.#turn;
    try {
      const unsubscribe = await this.connection.subscribeMessage(
        (event: unknown) => {
          if (turn === this.#turn) this.#told(this.pick(event as never));
        },
        this.message,
        { resubscribe: false },
      );
      if (turn !== this.#turn) return void end(unsubscribe);
      this.#unsubscribe = unsubscribe;
      this.#delay = FIRST_RETRY_MS;
    } catch (reason) {
      if (turn === this.#turn) this.#failed(reason);
    }
  }

  /** Nothing is told while a plant is loaded again: the last value stays for a while, as stale. */
  #told(value: T) {
    const { current } = this;
    if (value !== null || current.state !== "ready" || current.value === null) {
      this.#settle();
      return this.#set(ready(value));
    }
    this.#away ??= setTimeout(() => this.#set(ready(value)), AWAY_MS);
    this.#set({ ...current, stale: true, away: true });
  }

  #settle() {
    clearTimeout(this.#away);
    this.#away = undefined;
  }

  #failed(reason: unknown) {
    const error = asApiError(reason);
    if (!isPassing(error)) this.#set(failed(error));
    this.#retry = setTimeout(() => void this.#open(), this.#delay);
    this.#delay = Math.min(this.#delay * 2, LAST_RETRY_MS);
  }

  /** The old subscription ended with its connection: its number may by now be another's. */
  readonly #reopen = () => {
    this.#unsubscribe = undefined;
    clearTimeout(this.#retry);
    this.#delay = FIRST_RETRY_MS;
    void this.#open();
  };

  readonly #lost = () => {
    this.#unsubscribe = undefined;
    if (this.current.state === "ready") this.#set({ ...this.current, stale: true });
  };

  #close() {
    this.#turn++;
    clearTimeout(this.#retry);
    this.#settle();
    this.connection.removeEventListener("ready", this.#reopen);
    this.connection.removeEventListener("disconnected", this.#lost);
    if (this.#unsubscribe) end(this.#unsubscribe);
    this.#unsubscribe = undefined;
  }

  #set(state: Remote<T>) {
    this.current = state;
    for (const listener of [...this.#listeners]) listener();
  }
}

const end = (unsubscribe: Unsubscribe) => void Promise.resolve(unsubscribe()).catch(() => undefined);
