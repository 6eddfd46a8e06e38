import type { Strategy, WhatIf } from "../../api/types";

export type Change = Omit<WhatIf, "entry_id">;
export type NumberField = Exclude<keyof Change, "strategy">;

/** A number that can be tried: its name in the address, and how much one of what is typed is. */
export interface Field {
  name: NumberField;
  param: string;
  factor: number;
  step: string;
  /** Whether it can be taken over; the others are only for comparing. */
  lasting: boolean;
}

export const FIELDS: readonly Field[] = [
  { name: "reserve_soc", param: "reserve", factor: 1, step: "1", lasting: true },
  { name: "wear_per_kwh", param: "wear", factor: 1, step: "0.01", lasting: true },
  { name: "charge_limit_w", param: "charge", factor: 1000, step: "0.5", lasting: false },
  { name: "discharge_limit_w", param: "discharge", factor: 1000, step: "0.5", lasting: false },
  { name: "import_limit_w", param: "import", factor: 1000, step: "0.5", lasting: false },
  { name: "export_limit_w", param: "export", factor: 1000, step: "0.5", lasting: false },
];
const STRATEGY = "strategy";
export const PARAMS: readonly string[] = [STRATEGY, ...FIELDS.map(({ param }) => param)];

/** What the address asks to be tried, and the fields that hold no number. */
export function changesIn(query: URLSearchParams): { change: Change; wrong: NumberField[] } {
  const change: Change = {};
  const wrong: NumberField[] = [];
  const strategy = query.get(STRATEGY);
  if (strategy === "plan" || strategy === "rules") change.strategy = strategy satisfies Strategy;
  for (const { name, param, factor } of FIELDS) {
    const typed = query.get(param)?.trim();
    if (!typed) continue;
    const value = Number(typed.replace(",", "."));
    if (Number.isFinite(value)) change[name] = factor === 1 ? value : Math.round(value * factor);
    else wrong.push(name);
  }
  return { change, wrong };
}

/** The part of a change that can be taken over for good. */
export function lastingOf({ reserve_soc, strategy, wear_per_kwh }: Change): Change {
  return {
    ...(reserve_soc === undefined ? {} : { reserve_soc }),
    ...(strategy === undefined ? {} : { strategy }),
    ...(wear_per_kwh === undefined ? {} : { wear_per_kwh }),
  };
}

export const isEmpty = (change: Change) => Object.keys(change).length === 0;
