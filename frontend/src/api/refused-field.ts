import type { ApiError } from "./errors";

/** The field that Home Assistant refused and why; its sentences begin with the field: "power_w must be from 1 to …". */
export function refusedField(error: ApiError): { field: string; text: string } | undefined {
  const match = /^([a-z][a-z0-9_]*) (must .*)$/s.exec(error.message);
  const [, field = "", text = ""] = match ?? [];
  return match ? { field, text: text.replace("must", "Must") } : undefined;
}
