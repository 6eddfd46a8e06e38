import type { ApiError } from "./errors";

/** A value from Home Assistant: on its way, failed, or here; `stale` once its connection is gone. */
export type Remote<T> =
  | { state: "loading" }
  | { state: "error"; error: ApiError }
  | { state: "ready"; value: T; stale: boolean };

export const LOADING: Remote<never> = { state: "loading" };
export const ready = <T>(value: T, stale = false): Remote<T> => ({ state: "ready", value, stale });
export const failed = (error: ApiError): Remote<never> => ({ state: "error", error });
/** The value, or undefined while there is none. */
export const valueIn = <T>(remote: Remote<T>): T | undefined => (remote.state === "ready" ? remote.value : undefined);
