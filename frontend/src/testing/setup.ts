import { afterEach, vi } from "vitest";

vi.stubEnv("TZ", "Australia/Sydney");

afterEach(() => {
  globalThis.document?.body.replaceChildren();
  vi.useRealTimers();
});
