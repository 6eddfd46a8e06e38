import { t } from "../i18n";
import type { ApiError } from "./errors";

/** The field that Home Assistant refused and what it allows, of sentences such as "power_w must be from 1 to …, not 0." */
export function refusedField(error: ApiError): { field: string; text: string } | undefined {
  const match = /^([a-z][a-z0-9_]*) must be (.*?)(?:, not .*)?\.?$/s.exec(error.message);
  const [, field = "", allowed = ""] = match ?? [];
  return match ? { field, text: t("common.must_be", { allowed }) } : undefined;
}
