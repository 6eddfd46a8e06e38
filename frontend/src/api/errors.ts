import type { Message } from "../message";

/** Which of the integration's errors it is, and what stands in its sentence. */
interface Translation {
  key: string;
  placeholders: Record<string, string>;
}

/** What went wrong, with Home Assistant's code and its sentence, which is English. */
export class ApiError extends Error {
  constructor(
    readonly code: string,
    message: string,
    /** Where the integration said it. */
    readonly translation?: Translation,
  ) {
    super(message);
    this.name = "ApiError";
  }

  /** What it tells people, where the integration said so. */
  get told(): Message | undefined {
    const { told } = this.translation?.placeholders ?? {};
    return told ? JSON.parse(told) : undefined;
  }
}

/** Whether trying again may help: Home Assistant is starting, or the connection is gone. */
export const isPassing = (error: ApiError) =>
  ["unknown_command", "connection_lost", "not_loaded", "timeout"].includes(error.code);

const CONNECTION_LOST = 3; // ERR_CONNECTION_LOST of home-assistant-js-websocket

/** What Home Assistant's frontend rejects with, where it is an object. */
interface Rejection {
  code?: unknown;
  message?: unknown;
  body?: { message?: string };
  translation_domain?: string;
  translation_key?: string;
  translation_placeholders?: Record<string, string> | null;
}

/** Read what Home Assistant's frontend rejects with: an object, an Error, or the number of a lost connection. */
export const asApiError = (reason: unknown): ApiError => {
  if (reason instanceof ApiError) return reason;
  if (reason === CONNECTION_LOST) return new ApiError("connection_lost", "");
  if (typeof reason === "object" && reason !== null) {
    const { code, message, body, translation_domain, translation_key, translation_placeholders } = reason as Rejection;
    const text = body?.message ?? (typeof message === "string" ? message : "");
    if (code === CONNECTION_LOST) return new ApiError("connection_lost", text);
    const translation =
      translation_key && translation_domain === "sigenstor_panel"
        ? { key: translation_key, placeholders: translation_placeholders ?? {} }
        : undefined;
    return new ApiError(typeof code === "string" ? code : "unknown", text, translation);
  }
  return new ApiError("unknown", typeof reason === "string" ? reason : "");
};
