"""The problem of the design page as a mixed-integer programme: the oracle of the tests and of the benchmark."""

from dataclasses import dataclass
from itertools import accumulate
from typing import Any

import highspy


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the solver found; the objective in $, None where the case has no plan."""

    objective: float | None
    seconds: float


def solve(case: dict[str, Any], *, gap: float = 1e-9) -> Answer:
    """Return the optimum of a case file; bounds that the SoC lies outside of are widened to it."""
    count = len(case["buy"])
    steps = case["step_min"] if isinstance(case["step_min"], list) else [case["step_min"]] * count
    start = case["soc0"] * case["cap_kwh"]
    least, most = min(case["soc_min"] * case["cap_kwh"], start), max(case["soc_max"] * case["cap_kwh"], start)
    inverter = case.get("inverter_limit_kw")
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("threads", 1)
    solver.setOptionValue("mip_rel_gap", gap)
    solver.setOptionValue("mip_abs_gap", gap)
    solver.setOptionValue("mip_feasibility_tolerance", 1e-9)
    infinity = highspy.kHighsInf
    columns: list[tuple[float, float, float]] = []
    integers: list[int] = []
    rows: list[tuple[float, float, list[tuple[int, float]]]] = []

    def column(cost: float, low: float, high: float) -> int:
        columns.append((cost, low, high))
        return len(columns) - 1

    energy = column(0.0, start, start)
    for index in range(count):
        hours = steps[index] / 60
        buys = column(hours * case["buy"][index], 0.0, case["import_limit_kw"])
        sells = column(-hours * case["sell"][index], 0.0, case["export_limit_kw"])
        charge = column(0.0, 0.0, case["p_charge_kw"])
        discharge = column(hours * case["wear_per_kwh"], 0.0, case["p_discharge_kw"])
        used = column(0.0, 0.0, case["pv_kw"][index])
        importing, charging = column(0.0, 0.0, 1.0), column(0.0, 0.0, 1.0)
        integers += [importing, charging]
        last = index == count - 1
        final = case["soc_final"] if last else None
        low, high = (least, most) if final is None else (final * case["cap_kwh"], final * case["cap_kwh"])
        after = column(-case["terminal_per_kwh"] if last else 0.0, low, high)
        load = case["load_kw"][index]
        rows += [
            (load, load, [(buys, 1), (sells, -1), (used, 1), (charge, -1), (discharge, 1)]),
            (0, 0, [(after, 1), (energy, -1), (charge, -hours * case["eta_c"]), (discharge, hours / case["eta_d"])]),
            (-infinity, 0, [(buys, 1), (importing, -case["import_limit_kw"])]),
            (-infinity, case["export_limit_kw"], [(sells, 1), (importing, case["export_limit_kw"])]),
            (-infinity, 0, [(charge, 1), (charging, -case["p_charge_kw"])]),
            (-infinity, case["p_discharge_kw"], [(discharge, 1), (charging, case["p_discharge_kw"])]),
        ]
        if inverter is not None:
            rows.append((-inverter, inverter, [(used, 1), (discharge, 1), (charge, -1)]))
        energy = after
    _load(solver, columns, integers, rows)
    solver.run()
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return Answer(objective=None, seconds=solver.getRunTime())
    return Answer(objective=solver.getInfo().objective_function_value, seconds=solver.getRunTime())


def _load(
    solver: Any,
    columns: list[tuple[float, float, float]],
    integers: list[int],
    rows: list[tuple[float, float, list[tuple[int, float]]]],
) -> None:
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = len(columns), len(rows)
    model.col_cost_, model.col_lower_, model.col_upper_ = ([column[part] for column in columns] for part in range(3))
    model.row_lower_, model.row_upper_ = [row[0] for row in rows], [row[1] for row in rows]
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_ = list(accumulate((len(row[2]) for row in rows), initial=0))
    model.a_matrix_.index_ = [index for row in rows for index, _ in row[2]]
    model.a_matrix_.value_ = [float(value) for row in rows for _, value in row[2]]
    whole = set(integers)
    kinds = highspy.HighsVarType
    model.integrality_ = [kinds.kInteger if index in whole else kinds.kContinuous for index in range(len(columns))]
    solver.passModel(model)
