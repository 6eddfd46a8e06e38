import { beforeAll, expect, it } from "vitest";
import { Format } from "../format";
import { loadTexts } from "../i18n";
import { fakeHass } from "../testing/fake-hass";
import { refused, told } from "../testing/sample";
import { errorText } from "../view";
import { asApiError } from "./errors";
import { refusedField } from "./refused-field";

const hass = fakeHass();
const format = Format.of(hass);
/** What Home Assistant rejects with where the integration told something. */
const rejected = (translation_key: string, message: object | string, placeholders: object = {}) =>
  asApiError({
    code: "home_assistant_error",
    message: "In English",
    translation_domain: "sigenstor_panel",
    translation_key,
    translation_placeholders: {
      ...placeholders,
      told: typeof message === "string" ? message : JSON.stringify(message),
    },
  });

beforeAll(() => loadTexts(hass));

it("a refusal is shown at its field, without what was typed there", () => {
  const text = "Must be from 1 to 100000 W.";
  expect(refusedField(asApiError(refused("power_w", "from 1 to 100000 W")), format)).toEqual({
    field: "power_w",
    text,
  });
});

it("what is wrong with a field is told at it", () => {
  const told = {
    key: "invalid.case",
    values: { field: "soc_min", problem: { key: "word.text", values: { text: "is above 95" } } },
  };
  expect(refusedField(rejected("invalid_input", told), format)).toEqual({ field: "soc_min", text: "Is above 95." });
});

it("any other error belongs to no field", () => {
  expect(refusedField(rejected("not_done", told("The battery is at 51 °C")), format)).toBeUndefined();
  expect(refusedField(asApiError("power_w must be more"), format)).toBeUndefined();
});

it("an error is told in the reader's language, and in Home Assistant's only where there is nothing else", () => {
  const text = (reason: unknown) => errorText(asApiError(reason), format);
  const cold = told("The battery is at 2 °C", "At least 5 °C");
  expect(text(rejected("records_unavailable", cold, { error: "x" }))).toBe("The battery is at 2 °C. At least 5 °C.");
  expect(text(rejected("not_done", cold, { reason: "x" }))).toContain(
    "Not carried out: The battery is at 2 °C. At least 5 °C",
  );
  expect(text(rejected("no_answer", "", { error: "Timeout" }))).toBe("The SigenStor does not respond: Timeout");
  expect(text({ code: "invalid_format", message: "expected int" })).toBe("expected int");
  expect(text({ code: "unauthorized", message: "Unauthorized" })).toBe("You do not have permission to do this.");
  expect(text({ code: "timeout", message: "Timeout" })).toContain("Home Assistant did not answer.");
});
