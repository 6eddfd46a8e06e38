import "../../components/table";
import { html } from "lit";
import type { ApiError } from "../../api/errors";
import type { Action, Actor, AuditOutcome, AuditQuery, AuditRow, RegisterValues } from "../../api/types";
import type { Column } from "../../components/table";
import { element } from "../../element";
import { type TextKey, t, word } from "../../i18n";
import { inFull, sentence } from "../../message";
import { ACTION_COLOUR, COLOUR } from "../../theme";
import { blank } from "../../view";
import { type Choice, LogTab } from "./log-tab";

const ACTORS: readonly Actor[] = ["manual", "schedule", "optimiser", "safety", "system"];
const OUTCOMES: readonly AuditOutcome[] = ["confirmed", "refused", "failed", "reverted", "interrupted", "started"];
const BAD: readonly AuditOutcome[] = ["refused", "failed", "reverted", "interrupted"];
const outcomeName = (outcome: AuditOutcome) => t(`history.outcome_${outcome}` as TextKey);

const REGISTERS = [
  "backup_soc",
  "charge_cutoff_soc",
  "charge_limit_w",
  "charger_charge_limit_w",
  "charger_current_limit_a",
  "charger_discharge_limit_w",
  "charger_power_w",
  "discharge_cutoff_soc",
  "discharge_limit_w",
  "export_limit_w",
  "import_limit_w",
  "pv_limit_w",
  "remote_ems_enabled",
  "remote_ems_mode",
];
const colourOf = (action: AuditRow["action"]) => ACTION_COLOUR[action as Action] ?? COLOUR.vehicle;
const registerName = (name: string) => (REGISTERS.includes(name) ? t(`history.register_${name}` as TextKey) : name);

/** The registers that anything is known of, those that were to change first. */
function registersOf({ previous, wanted, read_back }: AuditRow): string[] {
  const names = [...new Set([...Object.keys(previous), ...Object.keys(wanted)])];
  const known = names.filter((name) => [previous, wanted, read_back].some((values) => values?.[name] != null));
  const changes = (name: string) => (wanted[name] != null && wanted[name] !== previous[name] ? 0 : 1);
  return known.sort((a, b) => changes(a) - changes(b));
}

const sayingOf = ({ actor, owner, action, power_w, outcome, detail, reason }: AuditRow) =>
  JSON.stringify([actor, owner, action, power_w, outcome, detail ?? reason]);

/** Everything that was written to the plant or refused: by whom, why, and what the plant then held. */
@element("sigenstor-history-audit")
export class AuditTab extends LogTab<AuditRow> {
  protected override get filters(): readonly Choice[] {
    return [
      {
        name: "actor",
        label: t("history.actor"),
        options: ACTORS.map((value) => ({ value, label: word("actor", value) })),
      },
      {
        name: "outcome",
        label: t("history.outcome"),
        options: OUTCOMES.map((value) => ({ value, label: outcomeName(value) })),
      },
    ];
  }

  protected override ask = (question: AuditQuery) => this.app.service.audit({ ...question, newest_first: true });

  protected override problem = (error: ApiError) =>
    error.code === "unauthorized" ? blank(t("history.audit_admin_title"), t("common.only_admin")) : undefined;

  protected override timeOf = (row: AuditRow) => row.time;

  protected override isSame = (row: AuditRow, before: AuditRow) => sayingOf(row) === sayingOf(before);

  protected override head(row: AuditRow) {
    const { format } = this.app;
    return html`<time class="faint" datetime=${row.time}>${this.when(row.time)}</time>
      <span class="what"><span class="dot" style="background:${colourOf(row.action)}"></span>${word("action", row.action)}</span>
      <span class="why"
        ><span class="tag ${BAD.includes(row.outcome) ? "bad" : "faint"}">${outcomeName(row.outcome)}</span>${sentence(row.detail, format, row.time) || sentence(row.reason, format, row.time)}</span
      >`;
  }

  protected override body(row: AuditRow) {
    const { format } = this.app;
    const detail = inFull(row.detail, format, row.time);
    return html`
      ${this.facts([
        [t("history.actor"), word("actor", row.actor)],
        [t("history.owner"), sentence(row.owner, format)],
        [t("history.power"), format.power(row.power_w)],
        [t("history.outcome"), outcomeName(row.outcome)],
      ])}
      <p>${inFull(row.reason, format, row.time)}</p>
      ${detail ? html`<p class="faint">${detail}</p>` : ""}
      <sigenstor-table .caption=${t("history.registers")} .columns=${this.#columns(row)} .rows=${registersOf(row)}></sigenstor-table>
    `;
  }

  #columns(row: AuditRow): Column<string>[] {
    const { format } = this.app;
    const text = (value: RegisterValues[string] | undefined) => {
      if (typeof value === "number" || value == null) return format.number(value, 2, 0);
      return typeof value === "boolean"
        ? t(value ? "common.yes" : "common.no")
        : t(`history.remote_${value}` as TextKey) || value;
    };
    const value = (heading: string, values: RegisterValues | null): Column<string> => ({
      heading,
      cell: (name) => text(values?.[name]),
      numeric: !this.narrow,
    });
    return [
      { heading: t("history.register"), cell: registerName },
      value(t("history.before"), row.previous),
      value(t("history.wanted"), row.wanted),
      value(t("history.read_back"), row.read_back),
    ];
  }
}
