import type { Format } from "../format";
import { t } from "../i18n";

/** An amount with the word that says which way it goes, never with a sign: "$1.20 paid", "$0.40 earned". */
export const owed = (amount: number | null, format: Format): string =>
  amount === null || Math.abs(amount) < 0.005
    ? format.money(amount === null ? null : 0)
    : t(amount < 0 ? "common.earned" : "common.paid", { money: format.money(Math.abs(amount)) });
