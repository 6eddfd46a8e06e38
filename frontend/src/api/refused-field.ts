import type { Format } from "../format";
import { t } from "../i18n";
import { inFull, type Message, sentence } from "../message";
import type { ApiError } from "./errors";

/** The field that Home Assistant refused, and what is told at it. */
export function refusedField({ told }: ApiError, format: Format): { field: string; text: string } | undefined {
  const { field, allowed } = told?.values ?? {};
  if (typeof field !== "string" || !told?.key.startsWith("invalid.")) return undefined;
  const must = typeof allowed === "string" ? allowed : allowed && sentence(allowed as Message, format);
  return { field, text: must ? t("common.must_be", { allowed: must }) : inFull(told, format) };
}
