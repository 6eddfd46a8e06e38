import type { Format } from "../format";
import { t } from "../i18n";
import { inFull, type Message, sentence } from "../message";
import type { ApiError } from "./errors";

/** The field that Home Assistant refused, and what is told at it. */
export function refusedField({ told }: ApiError, format: Format): { field: string; text: string } | undefined {
  const { field, allowed } = told?.values ?? {};
  if (typeof field !== "string" || !told?.key.startsWith("invalid.")) return undefined;
  const text = allowed ? t("common.must_be", { allowed: sentence(allowed as Message, format) }) : inFull(told, format);
  return { field, text };
}
