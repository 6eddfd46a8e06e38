import { t } from "../i18n";
import type { ApiError } from "./errors";

/** The field that Home Assistant refused and why, of sentences such as "power_w must be from 1 to …, not 0." and "soc_min: …". */
export function refusedField(error: ApiError): { field: string; text: string } | undefined {
  const [, field, must, allowed = ""] = /^([a-z]\w*)(?: (must be)|:) (.*?)(?:, not .*)?\.?$/s.exec(error.message) ?? [];
  return field
    ? {
        field,
        text: must ? t("common.must_be", { allowed }) : `${allowed.charAt(0).toUpperCase()}${allowed.slice(1)}.`,
      }
    : undefined;
}
