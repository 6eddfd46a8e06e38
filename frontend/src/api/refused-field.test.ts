import { expect, it } from "vitest";
import { loadTexts } from "../i18n";
import { fakeHass } from "../testing/fake-hass";
import { ApiError } from "./errors";
import { refusedField } from "./refused-field";

const refused = (message: string) => refusedField(new ApiError("invalid_input", message));

it("a refusal is shown at its field, without what was typed there", async () => {
  await loadTexts(fakeHass());
  expect(refused("power_w must be from 1 to 100000 W, not None.")).toEqual({
    field: "power_w",
    text: "Must be from 1 to 100000 W.",
  });
  expect(refused("target_soc must be left out for a hold, not 20, not even.")?.text).toBe(
    "Must be left out for a hold.",
  );
});

it("a problem with a field is shown at it as it is", () => {
  expect(refused("soc_min: 97 % is above soc_max, 95 %")).toEqual({
    field: "soc_min",
    text: "97 % is above soc_max, 95 %.",
  });
});

it("any other error belongs to no field", () => {
  expect(refused("Nothing was changed, because it could not be saved: the disk is full")).toBeUndefined();
});
