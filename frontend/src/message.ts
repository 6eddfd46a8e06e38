import type { Format } from "./format";
import { type TextKey, t } from "./i18n";

const DAY_MS = 86_400_000;

type Value = string | number | Message | readonly Message[];

/** What people are told, as `model/message.py` says it: the key of a text, the values in it, and what explains it. */
export interface Message {
  key: TextKey;
  values?: Readonly<Record<string, Value>>;
  details?: readonly Message[];
}

const UNITS: Record<string, string> = { soc: "%", percent: "%", a: "A", c: "°C" };

/** The message without its details, written as `model/wording.py` does; times as seen from `at`. */
export function sentence(
  message: Message | null | undefined,
  format: Format,
  at: string | number = Date.now(),
): string {
  if (!message) return "";
  if (message.key === "word.text") return String(message.values?.text ?? "");
  const values = Object.entries(message.values ?? {}).map(([name, value]) => [name, said(name, value, format, at)]);
  return t(message.key, Object.fromEntries(values)) || [message.key, ...values.map((pair) => pair.join("="))].join(" ");
}

/** The sentences that explain a message. */
export const detailsOf = (message: Message | null | undefined, format: Format, at?: string | number): string[] =>
  (message?.details ?? []).map((detail) => sentence(detail, format, at));

/** The message with its details, one sentence after the other. */
export function inFull(message: Message | null | undefined, format: Format, at?: string | number): string {
  const sentences = [sentence(message, format, at), ...detailsOf(message, format, at)];
  return sentences.length > 1 ? `${sentences.join(". ")}.` : sentences.join("");
}

/** Whether both say the same. */
export const isSame = (one: Message | null, other: Message | null) => JSON.stringify(one) === JSON.stringify(other);

function said(name: string, value: Value, format: Format, at: string | number): string {
  if (typeof value === "string") return name.endsWith("_at") ? time(value, format, at) : value;
  if (typeof value === "object")
    return [value]
      .flat()
      .map((each) => sentence(each as Message, format, at))
      .join(", ");
  if (name.endsWith("_per_kwh")) return format.price(value);
  const unit = name.slice(name.lastIndexOf("_") + 1);
  if (unit === "w") return format.power(value);
  if (unit === "kwh") return format.energy(value);
  return unit === "s" ? format.wait(value) : format.exact(value, UNITS[unit]);
}

/** "18:30", "18:30 tomorrow" or "Sunday 18:30". */
function time(moment: string, format: Format, at: string | number): string {
  const day = (each: string | number) => Date.parse(format.dayKey(each));
  const days = (day(moment) - day(at)) / DAY_MS;
  const clock = format.time(moment);
  if (days === 0) return clock;
  return days === 1 ? t("word.time_tomorrow", { time: clock }) : `${format.weekday(moment, "long")} ${clock}`;
}
