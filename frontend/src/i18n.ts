import type en from "../../custom_components/sigenstor_panel/translations/en.json";
import type { HomeAssistant, Localize } from "./ha/types";

type Groups = (typeof en)["config_panel"];
/** "dashboard.title": a group and a key below `config_panel` in translations/en.json. */
export type TextKey = { [G in keyof Groups]: `${G}.${Extract<keyof Groups[G], string>}` }[keyof Groups];

const DOMAIN = "sigenstor_panel";
let localize: Localize = () => "";
let language: string | undefined;
let loading: Promise<void> | undefined;

/** Load the text of the panel in the user's language; at once when it is there already. */
export function loadTexts(hass: HomeAssistant): Promise<void> {
  if (language !== hass.language || !loading) {
    language = hass.language;
    loading = hass.loadBackendTranslation("config_panel", DOMAIN).then(
      (loaded) => {
        localize = loaded;
        // Only errors need these, so nothing waits for them.
        hass.loadBackendTranslation("exceptions", DOMAIN).then(
          (more) => {
            if (localize === loaded) localize = more;
          },
          () => undefined,
        );
      },
      (reason) => {
        loading = undefined;
        throw reason;
      },
    );
  }
  return loading;
}

/** The text with this key; numbers and dates in `values` must be formatted already. */
export const t = (key: TextKey, values?: Record<string, string | number>): string =>
  // A value may end in an abbreviation, and the sentence with it.
  localize(`component.${DOMAIN}.config_panel.${key}`, values).replace(/(?<!\.)\.\.(?!\.)/g, ".");

/** The sentence of one of the integration's errors; empty where there is none. */
export const exceptionText = (key: string, values: Record<string, string>): string =>
  localize(`component.${DOMAIN}.exceptions.${key}.message`, values);

/** The text of one of the words the integration uses: an action, an actor, a mode… */
export const word = (
  group: "action" | "actor" | "alarm" | "engine" | "mode" | "state" | "override" | "degradation" | "strategy",
  value: string,
) => t(`word.${group}_${value}` as TextKey);
