import type { Format } from "../format";
import { t } from "../i18n";
import { type Message, sentence } from "../message";
import type { ApiError } from "./errors";

/** The field that Home Assistant refused, and what is told at it: what it may hold, or what is wrong with it. */
export function refusedField({ told }: ApiError, format: Format): { field: string; text: string } | undefined {
  const { field, allowed, problem } = told?.values ?? {};
  if (typeof field !== "string" || !(allowed || problem)) return undefined;
  const text = sentence((allowed || problem) as Message, format);
  return {
    field,
    text: allowed ? t("common.must_be", { allowed: text }) : `${text.charAt(0).toUpperCase()}${text.slice(1)}.`,
  };
}
