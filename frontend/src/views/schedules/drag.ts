import type { ReactiveController, ReactiveControllerHost } from "lit";

const LONG_PRESS_MS = 350;
const STILL_PX = 4;
const WOBBLE_PX = 10;

export interface Spot {
  x: number;
  y: number;
}

export interface Drag {
  /** Begin something where the pointer went down; `path` leads there from the innermost element. */
  begin: (event: PointerEvent, path: readonly EventTarget[]) => void;
  move: (spot: Spot) => void;
  end: () => void;
  cancel: () => void;
}

/**
 * Tells dragging from clicking and scrolling.
 *
 * A mouse or a pen drags at once; a finger after it has rested, so that a swipe still scrolls the page. A click stays a click.
 */
export class DragController implements ReactiveController {
  #from: PointerEvent | undefined;
  #active = false;
  #moved = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly host: ReactiveControllerHost & HTMLElement,
    private readonly drag: Drag,
  ) {
    host.addController(this);
  }

  hostConnected() {
    // Not passive: this is what keeps the page still under a finger that drags.
    this.host.addEventListener("touchmove", this.#hold, { passive: false });
    window.addEventListener("keydown", this.#escape, true);
  }

  hostDisconnected() {
    this.host.removeEventListener("touchmove", this.#hold);
    window.removeEventListener("keydown", this.#escape, true);
    this.#stop();
  }

  readonly down = (event: PointerEvent) => {
    if (event.button !== 0 || !event.isPrimary) return;
    this.#stop();
    this.#from = event;
    // By the time a finger has rested, the event has no path any more.
    const path = event.composedPath();
    if (event.pointerType !== "touch") this.#begin(event, path);
    else this.#timer = setTimeout(() => this.#rested(event, path), LONG_PRESS_MS);
  };

  readonly move = (event: PointerEvent) => {
    const from = this.#from;
    if (!from || event.pointerId !== from.pointerId) return;
    const distance = Math.hypot(event.clientX - from.clientX, event.clientY - from.clientY);
    if (!this.#active) {
      if (distance > WOBBLE_PX) this.#stop();
      return;
    }
    if (!this.#moved) {
      if (distance <= STILL_PX) return;
      this.#moved = true;
      (event.currentTarget as HTMLElement).setPointerCapture(event.pointerId);
    }
    this.drag.move({ x: event.clientX, y: event.clientY });
  };

  readonly up = () => {
    const active = this.#active;
    this.#stop();
    if (active) this.drag.end();
  };

  readonly lost = () => {
    const active = this.#active;
    this.#stop();
    if (active) this.drag.cancel();
  };

  /** A long press asks the browser for a menu. */
  readonly menu = (event: Event) => {
    if (this.#active || this.#timer) event.preventDefault();
  };

  #rested(event: PointerEvent, path: readonly EventTarget[]) {
    this.#timer = undefined;
    this.#begin(event, path);
    navigator.vibrate?.(10);
  }

  #begin(event: PointerEvent, path: readonly EventTarget[]) {
    this.#active = true;
    this.drag.begin(event, path);
  }

  #stop() {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#from = undefined;
    this.#active = false;
    this.#moved = false;
  }

  readonly #hold = (event: Event) => {
    if (this.#active) event.preventDefault();
  };

  readonly #escape = (event: KeyboardEvent) => {
    if (event.key !== "Escape" || !this.#active) return;
    event.preventDefault();
    this.lost();
  };
}
