import { afterEach, vi } from "vitest";

vi.stubEnv("TZ", "Australia/Sydney");

afterEach(() => {
  document.body.replaceChildren();
  vi.useRealTimers();
});
