import type { ApiError } from "./errors";

/**
 * A value from Home Assistant: on its way, failed, or here; `stale` once its connection is gone, or the plant is not loaded,
 * which is `away`.
 */
export type Remote<T> =
  | { state: "loading" }
  | { state: "error"; error: ApiError }
  | { state: "ready"; value: T; stale: boolean; away?: boolean };

export const LOADING: Remote<never> = { state: "loading" };
export const ready = <T>(value: T, stale = false): Remote<T> => ({ state: "ready", value, stale });
export const failed = (error: ApiError): Remote<never> => ({ state: "error", error });
/** The value, or undefined while there is none. */
export const valueIn = <T>(remote: Remote<T>): T | undefined => (remote.state === "ready" ? remote.value : undefined);
/** Whether the plant was loaded, as far as was told last. */
export const isLoaded = (remote: Remote<unknown>) => remote.state === "ready" && remote.value !== null && !remote.away;
/** Whether a value is old, or its plant away. */
export const isStale = (remote: Remote<unknown>) => remote.state === "ready" && remote.stale;
