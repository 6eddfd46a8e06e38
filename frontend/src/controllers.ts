import type { ReactiveController, ReactiveControllerHost } from "lit";
import { asApiError } from "./api/errors";
import type { Feed } from "./api/feed";
import { failed, LOADING, type Remote, ready } from "./api/remote";

/** Follows a feed while its element is on the page. */
export class FeedController<T> implements ReactiveController {
  #feed: Feed<T> | undefined;
  #stop: (() => void) | undefined;

  constructor(
    private readonly host: ReactiveControllerHost,
    private readonly choose: () => Feed<T> | undefined,
  ) {
    host.addController(this);
  }

  get current(): Remote<T> {
    return this.#feed?.current ?? LOADING;
  }

  hostConnected() {
    this.#follow();
  }

  hostUpdate() {
    this.#follow();
  }

  hostDisconnected() {
    this.#stop?.();
    this.#stop = undefined;
    this.#feed = undefined;
  }

  #follow() {
    const feed = this.choose();
    if (feed === this.#feed) return;
    this.#stop?.();
    this.#feed = feed;
    this.#stop = feed?.subscribe(() => this.host.requestUpdate());
  }
}

/** Asks once for each question: again when it changes, or when `again` is called. The last answer stays, as stale, meanwhile. */
export class QueryController<Q, T> implements ReactiveController {
  current: Remote<T> = LOADING;
  busy = false;
  #asked: string | undefined;
  #turn = 0;

  constructor(
    private readonly host: ReactiveControllerHost,
    private readonly question: () => Q,
    private readonly answer: (question: Q) => Promise<T>,
  ) {
    host.addController(this);
  }

  hostUpdate() {
    const question = this.question();
    const key = JSON.stringify(question);
    if (key !== this.#asked) {
      this.#asked = key;
      void this.#run(question);
    }
  }

  hostDisconnected() {
    this.#turn++;
    this.#asked = undefined;
  }

  again() {
    this.#asked = undefined;
    this.host.requestUpdate();
  }

  async #run(question: Q) {
    const turn = ++this.#turn;
    this.busy = true;
    if (this.current.state === "ready") this.current = { ...this.current, stale: true };
    let result: Remote<T>;
    try {
      result = ready(await this.answer(question));
    } catch (reason) {
      result = failed(asApiError(reason));
    }
    if (turn !== this.#turn) return;
    this.busy = false;
    this.current = result;
    this.host.requestUpdate();
  }
}

/** Draws its element anew at a steady pace, for what counts with the clock; rests while the page is hidden. */
export class Ticker implements ReactiveController {
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(
    private readonly host: ReactiveControllerHost,
    private readonly everyMs: number,
  ) {
    host.addController(this);
  }

  hostConnected() {
    this.#timer = setInterval(() => {
      if (!document.hidden) this.host.requestUpdate();
    }, this.everyMs);
  }

  hostDisconnected() {
    clearInterval(this.#timer);
  }
}
