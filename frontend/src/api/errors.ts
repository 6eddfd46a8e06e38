/** What went wrong, with Home Assistant's code and a sentence for people. */
export class ApiError extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
    this.name = "ApiError";
  }
}

/** Whether trying again may help: Home Assistant is starting, or the connection is gone. */
export const isPassing = (error: ApiError) =>
  ["unknown_command", "connection_lost", "not_loaded", "timeout"].includes(error.code);

const CONNECTION_LOST = 3; // ERR_CONNECTION_LOST of home-assistant-js-websocket

/** Read what Home Assistant's frontend rejects with: an object, an Error, or the number of a lost connection. */
export const asApiError = (reason: unknown): ApiError => {
  if (reason instanceof ApiError) return reason;
  if (reason === CONNECTION_LOST) return new ApiError("connection_lost", "");
  if (typeof reason === "object" && reason !== null) {
    const { code, message, body } = reason as { code?: unknown; message?: unknown; body?: { message?: string } };
    const text = body?.message ?? (typeof message === "string" ? message : "");
    if (code === CONNECTION_LOST) return new ApiError("connection_lost", text);
    return new ApiError(typeof code === "string" ? code : "unknown", text);
  }
  return new ApiError("unknown", typeof reason === "string" ? reason : "");
};
