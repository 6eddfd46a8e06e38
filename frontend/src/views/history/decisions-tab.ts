import "../../components/table";
import { html } from "lit";
import type { Action, Decision, DecisionQuery, Engine, Opinion } from "../../api/types";
import type { Column } from "../../components/table";
import { element } from "../../element";
import type { Format } from "../../format";
import { type TextKey, t, word } from "../../i18n";
import { inFull, sentence } from "../../message";
import { ACTION_COLOUR } from "../../theme";
import { type Choice, LogTab } from "./log-tab";

const ACTIONS: readonly Action[] = ["charge", "discharge", "hold", "self_consume"];
const ENGINES: readonly Engine[] = ["planner", "price", "solar", "usage", "fallback"];

/** The power of a charge or a discharge; anything else has none of its own. */
const powerOf = ({ action, target_power_w }: Opinion | Decision, format: Format) =>
  action === "charge" || action === "discharge" ? format.power(target_power_w) : "";

/** What the optimiser decided, why, and what each of its engines thought. */
@element("sigenstor-history-decisions")
export class DecisionsTab extends LogTab<Decision> {
  protected override get filters(): readonly Choice[] {
    return [
      {
        name: "action",
        label: t("history.action"),
        options: ACTIONS.map((value) => ({ value, label: word("action", value) })),
      },
      {
        name: "engine",
        label: t("history.engine"),
        options: ENGINES.map((value) => ({ value, label: word("engine", value) })),
      },
    ];
  }

  protected override ask = (question: DecisionQuery) => this.app.service.decisions(question);

  protected override timeOf = (row: Decision) => row.made_at;

  protected override isSame = (row: Decision, before: Decision) =>
    row.action === before.action && row.engine === before.engine && row.target_power_w === before.target_power_w;

  protected override head(row: Decision) {
    return html`<time class="faint" datetime=${row.made_at}>${this.when(row.made_at)}</time>
      <span class="what"><span class="dot" style="background:${ACTION_COLOUR[row.action]}"></span>${word("action", row.action)}</span>
      <span class="why">${sentence(row.reason, this.app.format, row.made_at)}</span>`;
  }

  protected override body(row: Decision) {
    const { format } = this.app;
    return html`
      <p>${inFull(row.reason, format, row.made_at)}</p>
      ${this.facts([
        [t("history.power"), powerOf(row, format) || "–"],
        [t("history.engine"), word("engine", row.engine)],
        [t("history.soc"), format.percent(row.soc)],
        [t("history.buy"), format.price(row.buy)],
        [t("history.sell"), format.price(row.sell)],
        [t("history.marginal"), format.price(row.marginal_per_kwh)],
        [t("history.mode"), word("mode", row.mode)],
        [t("history.strategy"), word("strategy", row.strategy)],
        [t("history.trigger"), t(`history.trigger_${row.trigger}` as TextKey) || row.trigger],
        ...(row.degradations.length > 0
          ? [[t("history.missing"), row.degradations.map((each) => word("degradation", each)).join(", ")] as const]
          : []),
      ])}
      ${this.narrow ? this.#list(row) : html`<sigenstor-table .caption=${t("history.opinions")} .columns=${this.#columns(row.made_at)} .rows=${row.opinions}></sigenstor-table>`}
    `;
  }

  /** Where a table would hide the reasons beyond the edge. */
  #list({ opinions, made_at }: Decision) {
    const { format } = this.app;
    return html`<h3 class="faint">${t("history.opinions")}</h3>
      ${opinions.map((opinion) => {
        const parts = [
          word("action", opinion.action),
          powerOf(opinion, format),
          format.percent(opinion.confidence * 100),
        ];
        return html`<div>
          <p>
            <strong>${word("engine", opinion.engine)}</strong>
            <span>${parts.filter(Boolean).join(" · ")}</span>
          </p>
          <p class="faint">${inFull(opinion.reason, format, made_at)}</p>
        </div>`;
      })}`;
  }

  #columns(made_at: string): Column<Opinion>[] {
    const { format } = this.app;
    return [
      { heading: t("history.engine"), cell: ({ engine }) => word("engine", engine) },
      { heading: t("history.wants"), cell: ({ action }) => word("action", action) },
      { heading: t("history.power"), cell: (row) => powerOf(row, format), numeric: true },
      { heading: t("history.confidence"), cell: (row) => format.percent(row.confidence * 100), numeric: true },
      { heading: t("history.weight"), cell: (row) => format.number(row.weight, 2), numeric: true },
      { heading: t("history.reason"), cell: ({ reason }) => inFull(reason, format, made_at) },
    ];
  }
}
