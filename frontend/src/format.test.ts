import { describe, expect, it } from "vitest";
import { Format } from "./format";
import type { Locale } from "./ha/types";
import { locale } from "./testing/fake-hass";

const format = (changes: Partial<Locale> = {}, currency = "AUD", zone = "Australia/Sydney") =>
  new Format({ ...locale, ...changes }, zone, currency);
const plain = (text: string) => text.replace(/[\u00a0\u202f]/g, " ");

describe("numbers", () => {
  it.each([
    [0, "0 W"],
    [-0.2, "0 W"],
    [87, "87 W"],
    [854, "850 W"],
    [994, "990 W"],
    [996, "1.0 kW"],
    [2449, "2.4 kW"],
    [-5000, "-5.0 kW"],
    [123_400, "123 kW"],
    [null, "–"],
  ])("writes a power of %s W as %s", (w, text) => expect(plain(format().power(w))).toBe(text));

  it("follows the user's number format", () => {
    expect(plain(format({ number_format: "decimal_comma" }).energy(1234.5))).toBe("1,2 MWh");
    expect(format({ number_format: "comma_decimal" }).number(12_345)).toBe("12,345");
    expect(format({ number_format: "none" }).number(12_345)).toBe("12345");
  });

  it.each([
    ["AUD", 0.314, "31 c"],
    ["AUD", 0.041, "4.1 c"],
    ["AUD", -0.018, "-1.8 c"],
    ["EUR", 0.314, "31 ct"],
    ["SEK", 1.234, "1.23 SEK"],
  ])("writes a price in %s of %s as %s", (currency, price, text) =>
    expect(plain(format({}, currency).price(price))).toBe(text),
  );

  it("writes what may be a port or a register without groups, and a wait in the unit that fits", () => {
    expect([format().exact(40_029), plain(format().exact(14.5, "%"))]).toEqual(["40029", "14.5 %"]);
    expect([40.4, 300, 9000].map((seconds) => plain(format().wait(seconds)))).toEqual(["40 s", "5 min", "2.5 h"]);
  });

  it("writes money in the plant's currency and never as minus nothing", () => {
    expect(format().money(1.239)).toBe("$1.24");
    expect(format().money(-0.001)).toBe("$0.00");
  });
});

describe("times", () => {
  const at = "2026-01-05T03:30:00Z";

  it("follows the user's clock", () => {
    expect(format({ time_format: "24" }).time(at)).toBe("14:30");
    expect(plain(format({ time_format: "12" }).time(at)).toLowerCase()).toBe("2:30 pm");
    expect(format({ time_format: "24" }).time("2026-01-04T13:05:00Z")).toBe("00:05");
    expect(format({ time_format: "12" }).time(at)).not.toContain(" ");
  });

  it("is in Home Assistant's time zone when the user chose so", () => {
    expect(format({ time_zone: "server" }, "AUD", "Europe/Berlin").time(at)).toBe("04:30");
  });

  it("knows where a day begins, also on the day the clocks change", () => {
    expect(new Date(format().startOfDay("2026-10-04T08:00:00Z")).toISOString()).toBe("2026-10-03T14:00:00.000Z");
    expect(new Date(format().startOfDay("2026-10-05T08:00:00Z")).toISOString()).toBe("2026-10-04T13:00:00.000Z");
    expect(new Date(format().startOfDay("2026-10-04T13:00:00Z")).toISOString()).toBe("2026-10-04T13:00:00.000Z");
  });

  it("writes how long something takes and how old it is", () => {
    expect(plain(format().duration(1.85))).toMatch(/^1 hr 51 mins?$/);
    expect(plain(format().duration(0.25))).toMatch(/^15 mins?$/);
    expect(plain(format().duration(48))).toBe("48 hours");
    expect(format().relative("2026-01-05T03:29:50Z", Date.parse(at))).toBe("10 seconds ago");
    expect(plain(format({ language: "fr" }).relative("2026-01-05T03:29:50Z", Date.parse(at), "narrow"))).toBe(
      "il y a 10 s",
    );
  });
});

describe("the home's clock", () => {
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const noon = "2026-01-15T12:00:00Z";

  it.each(["local", "server"] as const)("is shown whatever the reader's profile says: %s", (time_zone) => {
    const format = new Format({ ...locale, time_zone, time_format: "24" }, "Australia/Brisbane", "AUD");
    expect(format.time(noon)).toBe("22:00");
  });

  it("is named where the reader's own shows another time", () => {
    const away = new Format(locale, "Pacific/Kiritimati", "AUD");
    expect([away.isElsewhere, away.zoneName]).toEqual([true, "Kiritimati"]);
    expect(new Format(locale, here, "AUD").isElsewhere).toBe(false);
  });

  it("tells Home Assistant times of day in the home", () =>
    expect(new Format(locale, "Australia/Brisbane", "AUD").clock24(noon)).toBe("22:00:00"));

  it.each([
    ["12", /^5:30\sp\.?m\.?$/i],
    ["24", /^17:30$/],
  ] as const)("has the hours that the reader chose, also for a time of day: %s", (time_format, text) =>
    expect(new Format({ ...locale, time_format }, here, "AUD").timeOfDay("17:30:00")).toMatch(text),
  );
});

describe("a language that is written from the right", () => {
  it("keeps a number before its unit", () => {
    const format = new Format({ ...locale, language: "he" }, "Asia/Jerusalem", "ILS");
    expect(format.power(2400)).toBe("\u20662.4\u00a0kW\u2069");
  });
});
