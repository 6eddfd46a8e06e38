import { expect, it } from "vitest";
import shared from "../../tests/model/message_cases.json";
import { Format } from "./format";
import type { HomeAssistant, Locale, Localize } from "./ha/types";
import { loadTexts } from "./i18n";
import { inFull, isSame, type Message, sentence } from "./message";
import { fakeHass, locale, localize } from "./testing/fake-hass";

const NOW = Date.parse(shared.now);
const format = (changes: Partial<Locale> = {}, currency = "AUD") =>
  new Format({ ...locale, ...changes }, "Australia/Brisbane", currency);
const plain = (text: string) => text.replace(/[\u00a0\u202f]/g, " ");
const message = (values: object, details: object[] = []) => ({ key: "case", values, details }) as unknown as Message;

/** Home Assistant with one more text. */
async function withText(text: string) {
  const filled: Localize = (key, values = {}) =>
    key.endsWith(".case") ? text.replace(/\{(\w+)\}/g, (_, name) => String(values[name])) : localize(key, values);
  await loadTexts({ ...fakeHass(), language: text, loadBackendTranslation: async () => filled } as HomeAssistant);
}

it.each(shared.cases)("writes what Home Assistant writes: $written", async ({ text, values, details, written }) => {
  await withText(text);
  expect(plain(inFull(message(values, details), format(), NOW))).toBe(written);
});

it("writes numbers, times and prices as its reader does", async () => {
  await withText("{power_w}, {soc}, {buy_per_kwh}, {by_at}");
  const values = { power_w: 5500, soc: 14.5, buy_per_kwh: 1.234, by_at: "2026-01-18T18:30:00+10:00" };
  const swedish = format({ language: "sv", number_format: "decimal_comma" }, "SEK");
  expect(plain(sentence(message(values), swedish, NOW))).toBe("5,5 kW, 14,5 %, 1,23 SEK, söndag 18:30");
  const american = plain(sentence(message(values), format({ language: "en-US", time_format: "12" }, "USD"), NOW));
  expect(american).toBe("5.5 kW, 14.5 %, 123 ¢, Sunday 6:30 PM");
});

it("says what is known where a text is missing, and nothing of nothing", async () => {
  await loadTexts({ ...fakeHass(), language: "none", loadBackendTranslation: async () => () => "" } as HomeAssistant);
  expect(plain(sentence(message({ power_w: 5 }), format(), NOW))).toBe("case power_w=5 W");
  expect(sentence({ key: "word.text", values: { text: "" } }, format())).toBe("");
  expect(inFull(null, format())).toBe("");
});

it("knows which messages are the same", () => {
  expect(isSame(message({ power_w: 5 }), message({ power_w: 5 }))).toBe(true);
  expect(isSame(message({ power_w: 5 }), message({ power_w: 6 }))).toBe(false);
});
