import type { AbortStep, Field, FlowStart, FormStep, MenuStep } from "../../api/flow";
import type { HomeAssistant, Localize } from "../../ha/types";

const DOMAIN = "sigenstor_panel";
const CATEGORIES = ["options", "config", "config_subentries", "selector"];

/** Load the texts of the integration's own forms, the same that Home Assistant's dialogs show. */
export async function loadFlowTexts(hass: HomeAssistant): Promise<Localize> {
  let localize = hass.localize;
  for (const category of CATEGORIES) localize = await hass.loadBackendTranslation(category, DOMAIN);
  return localize;
}

/** The texts of one form; whatever has none is shown by its name. */
export class FlowTexts {
  readonly #prefix: string;

  constructor(
    private readonly localize: Localize,
    start: FlowStart,
  ) {
    const type = start.kind === "config_subentries" ? `.${start.handler[1]}` : "";
    this.#prefix = `component.${DOMAIN}.${start.kind}${type}`;
  }

  title = (step: FormStep | MenuStep) => this.#step(step, "title");
  description = (step: FormStep | MenuStep) => this.#step(step, "description").trim();
  option = (step: MenuStep, name: string) =>
    (Array.isArray(step.menu_options) ? "" : step.menu_options[name]) ||
    this.#step(step, `menu_options.${name}`) ||
    name;
  aborted = ({ reason, description_placeholders }: AbortStep) =>
    this.localize(`${this.#prefix}.abort.${reason}`, description_placeholders ?? {}) || reason;
  error = (step: FormStep, name: string) =>
    this.localize(`${this.#prefix}.error.${name}`, step.description_placeholders ?? {}) || name;

  label = (step: FormStep, field: Field, path: readonly string[] = []) =>
    (field.schema ? this.#step(step, `sections.${field.name}.name`) : this.#field(step, "data", field, path)) ||
    field.name;
  helper = (step: FormStep, field: Field, path: readonly string[] = []) =>
    field.schema
      ? this.#step(step, `sections.${field.name}.description`)
      : this.#field(step, "data_description", field, path);

  /** The names of options and of the fields of lists: `key` is what a selector asks for. */
  selector = (key: string) => this.localize(`component.${DOMAIN}.selector.${key}`);

  #field = (step: FormStep, kind: string, field: Field, path: readonly string[]) =>
    this.#step(step, `${path[0] ? `sections.${path[0]}.` : ""}${kind}.${field.name}`);
  #step = (step: FormStep | MenuStep, key: string) =>
    this.localize(`${this.#prefix}.step.${step.step_id}.${key}`, step.description_placeholders ?? {});
}
