// Written by tests/panel/test_recorded.py.
import type { AuditRow, Decision, History, Live, Plan, Plant, Schedule, Scores } from "../api/types";

export const plant = {
"entry_id": "01KEZP3380DWS1GJVN972W2N01",
"title": "SigenStor",
"loaded": true,
"currency": "AUD",
"time_zone": "Australia/Brisbane",
"may_control": true,
"entities": {
"state_of_charge": "sensor.sigenstor_state_of_charge"
}
} satisfies Plant;

export const live = {
"at": "2026-01-15T02:00:01+00:00",
"telemetry": {
"read_at": "2026-01-15T02:00:01+00:00",
"source": "modbus",
"soc": 40.0,
"stored_kwh": 9.4656,
"capacity_kwh": 24.0,
"state_of_health": 98.6,
"temperature_c": 29.5,
"hours_to_full": 5.49,
"hours_to_empty": null,
"pv_w": 3000,
"battery_w": 2500,
"house_w": 500,
"vehicle_w": null,
"grid_w": 0,
"grid_status": "on_grid",
"off_grid_since": null,
"hours_at_load": 16.8,
"ems_mode": "remote",
"alarms": [],
"rated_charge_w": 10000,
"rated_discharge_w": 10000
},
"control": {
"state": "self_consuming",
"owner": {
"key": "word.actor_optimiser"
},
"actor": "optimiser",
"wanted": "self_consume",
"applied": "self_consume",
"power_w": 0,
"ramping_to_w": null,
"reason": {
"key": "reason.solar_charges",
"details": [
{"key": "reason.feeding_earns", "values": {"sell_per_kwh": 0.05}},
{"key": "reason.worth", "values": {"worth_per_kwh": 0.0527, "charge_below_per_kwh": 0.05, "use_above_per_kwh": 0.0756}}
]
},
"wish": {
"key": "reason.solar_charges",
"details": [
{"key": "reason.feeding_earns", "values": {"sell_per_kwh": 0.05}},
{"key": "reason.worth", "values": {"worth_per_kwh": 0.0527, "charge_below_per_kwh": 0.05, "use_above_per_kwh": 0.0756}}
]
},
"expires_at": "2026-01-15T02:30:01+00:00",
"emergency_stop": false,
"override": null,
"schedules": [],
"export_limit_w": null,
"settings": {
"mode": "auto",
"optimiser_above_schedules": false,
"override_power_w": 1000,
"charge_target_soc": 95.0,
"export_floor_soc": 20.0,
"hand_back_on_stop": true,
"acknowledge_after_s": 0.0,
"limits": {
"min_soc": 5.0,
"max_soc": 98.0,
"min_temperature_c": 0.0,
"max_temperature_c": 45.0,
"step_w": 1000,
"cooldown_s": 60.0,
"max_age_s": 30.0,
"main_fuse_w": null
}
},
"alert": null,
"limits_below_rating": {},
"limits_in_doubt": false,
"pv_limit_w": null,
"pv_limit_obeyed": null,
"checking": null,
"check": null,
"wanted_power_w": 0,
"due_at": null,
"stopped": null
},
"prices": {
"now": {
"buy": 0.08,
"sell": 0.05,
"estimate": false,
"level": null,
"spike": null,
"start": "2026-01-15T02:00:00+00:00",
"end": "2026-01-15T02:30:00+00:00"
},
"stale": false,
"source": "tariff",
"problem": null
},
"optimiser": {
"status": "degraded",
"problem": null,
"strategy": "plan",
"decision": {
"id": 4,
"made_at": "2026-01-15T02:00:01+00:00",
"mode": "auto",
"strategy": "plan",
"action": "self_consume",
"target_power_w": 0,
"export_limit_w": null,
"reason": {
"key": "reason.solar_charges",
"details": [
{"key": "reason.feeding_earns", "values": {"sell_per_kwh": 0.05}},
{"key": "reason.worth", "values": {"worth_per_kwh": 0.0527, "charge_below_per_kwh": 0.05, "use_above_per_kwh": 0.0756}}
]
},
"confidence": 0.45,
"engine": "planner",
"trigger": "asked",
"soc": 40.0,
"buy": 0.08,
"sell": 0.05,
"marginal_per_kwh": 0.052704627669472995,
"degradations": [
"no_load_profile"
],
"opinions": [
{"engine": "planner", "action": "self_consume", "target_power_w": 0, "reason": {"key": "reason.solar_charges", "details": [{"key": "reason.feeding_earns", "values": {"sell_per_kwh": 0.05}}, {"key": "reason.worth", "values": {"worth_per_kwh": 0.0527, "charge_below_per_kwh": 0.05, "use_above_per_kwh": 0.0756}}]}, "confidence": 0.45, "weight": 1.0},
{"engine": "price", "action": "charge", "target_power_w": 10000, "reason": {"key": "reason.charge_cheap", "details": [{"key": "reason.buying_costs", "values": {"buy_per_kwh": 0.08}}, {"key": "reason.buying_then", "values": {"buy_per_kwh": 0.55, "then_at": "2026-01-15T07:00:00+00:00"}}]}, "confidence": 0.672, "weight": 1.0},
{"engine": "solar", "action": "charge", "target_power_w": 5258, "reason": {"key": "reason.charge_surplus", "details": [{"key": "reason.surplus", "values": {"surplus_kwh": 18.2, "within_s": 14400}}, {"key": "reason.feeding_earns", "values": {"sell_per_kwh": 0.05}}]}, "confidence": 0.9, "weight": 0.8},
{"engine": "usage", "action": "self_consume", "target_power_w": 0, "reason": {"key": "reason.usual_usage", "details": [{"key": "reason.usage_now", "values": {"load_w": 741, "mean_w": 833}}]}, "confidence": 0.1, "weight": 0.6}
]
},
"next_run_at": "2026-01-15T02:15:00+00:00",
"learning_until": null
},
"today": {
"pv_kwh": 0.0,
"house_kwh": 0.0,
"import_kwh": null,
"export_kwh": null,
"charge_kwh": 0.0,
"discharge_kwh": 0.0,
"cost": null,
"parts": null,
"expected_cost": null,
"saved_vs_no_battery": null,
"saved_vs_self_consumption": null,
"saved_total_vs_no_battery": 0.0,
"saved_total_vs_self_consumption": 0.0,
"share_of_possible_saving": null
}
} satisfies Live;

export const overridden = {
"at": "2026-01-15T02:00:01+00:00",
"telemetry": {
"read_at": "2026-01-15T02:00:01+00:00",
"source": "modbus",
"soc": 40.0,
"stored_kwh": 9.4656,
"capacity_kwh": 24.0,
"state_of_health": 98.6,
"temperature_c": 29.5,
"hours_to_full": 5.49,
"hours_to_empty": null,
"pv_w": 3000,
"battery_w": 2500,
"house_w": 500,
"vehicle_w": null,
"grid_w": 0,
"grid_status": "on_grid",
"off_grid_since": null,
"hours_at_load": 16.8,
"ems_mode": "remote",
"alarms": [],
"rated_charge_w": 10000,
"rated_discharge_w": 10000
},
"control": {
"state": "waiting",
"owner": {
"key": "word.override_force_charge"
},
"actor": "manual",
"wanted": "charge",
"applied": "self_consume",
"power_w": 0,
"ramping_to_w": null,
"reason": {
"key": "control.cooldown",
"values": {
"wait_s": 60.0
},
"details": [
{"key": "control.cooldown_length", "values": {"cooldown_s": 60.0}}
]
},
"wish": {
"key": "control.force_charge_until",
"values": {
"power_w": 2000,
"target_soc": 95.0,
"until_at": "2026-01-15T02:30:01+00:00"
}
},
"expires_at": "2026-01-15T02:30:01+00:00",
"emergency_stop": false,
"override": {
"kind": "force_charge",
"power_w": 2000,
"target_soc": 95.0,
"started_at": "2026-01-15T02:00:01+00:00",
"expires_at": "2026-01-15T02:30:01+00:00"
},
"schedules": [
{"id": "536bb4711bef48c0abae4ac831f90d27", "name": "Night", "enabled": true, "action": "charge", "start": "01:00:00", "end": "04:00:00", "days": ["mon"], "power_w": 3000, "target_soc": 80.0, "priority": 0, "created_at": "2026-01-15T02:00:01+00:00", "only_on": null}
],
"export_limit_w": null,
"settings": {
"mode": "auto",
"optimiser_above_schedules": false,
"override_power_w": 1000,
"charge_target_soc": 95.0,
"export_floor_soc": 20.0,
"hand_back_on_stop": true,
"acknowledge_after_s": 0.0,
"limits": {
"min_soc": 5.0,
"max_soc": 98.0,
"min_temperature_c": 0.0,
"max_temperature_c": 45.0,
"step_w": 1000,
"cooldown_s": 60.0,
"max_age_s": 30.0,
"main_fuse_w": null
}
},
"alert": null,
"limits_below_rating": {},
"limits_in_doubt": false,
"pv_limit_w": null,
"pv_limit_obeyed": null,
"checking": null,
"check": null,
"wanted_power_w": 2000,
"due_at": "2026-01-15T02:01:01+00:00",
"stopped": null
},
"prices": {
"now": {
"buy": 0.08,
"sell": 0.05,
"estimate": false,
"level": null,
"spike": null,
"start": "2026-01-15T02:00:00+00:00",
"end": "2026-01-15T02:30:00+00:00"
},
"stale": false,
"source": "tariff",
"problem": null
},
"optimiser": {
"status": "degraded",
"problem": null,
"strategy": "plan",
"decision": {
"id": 4,
"made_at": "2026-01-15T02:00:01+00:00",
"mode": "auto",
"strategy": "plan",
"action": "self_consume",
"target_power_w": 0,
"export_limit_w": null,
"reason": {
"key": "reason.solar_charges",
"details": [
{"key": "reason.feeding_earns", "values": {"sell_per_kwh": 0.05}},
{"key": "reason.worth", "values": {"worth_per_kwh": 0.0527, "charge_below_per_kwh": 0.05, "use_above_per_kwh": 0.0756}}
]
},
"confidence": 0.45,
"engine": "planner",
"trigger": "asked",
"soc": 40.0,
"buy": 0.08,
"sell": 0.05,
"marginal_per_kwh": 0.052704627669472995,
"degradations": [
"no_load_profile"
],
"opinions": [
{"engine": "planner", "action": "self_consume", "target_power_w": 0, "reason": {"key": "reason.solar_charges", "details": [{"key": "reason.feeding_earns", "values": {"sell_per_kwh": 0.05}}, {"key": "reason.worth", "values": {"worth_per_kwh": 0.0527, "charge_below_per_kwh": 0.05, "use_above_per_kwh": 0.0756}}]}, "confidence": 0.45, "weight": 1.0},
{"engine": "price", "action": "charge", "target_power_w": 10000, "reason": {"key": "reason.charge_cheap", "details": [{"key": "reason.buying_costs", "values": {"buy_per_kwh": 0.08}}, {"key": "reason.buying_then", "values": {"buy_per_kwh": 0.55, "then_at": "2026-01-15T07:00:00+00:00"}}]}, "confidence": 0.672, "weight": 1.0},
{"engine": "solar", "action": "charge", "target_power_w": 5258, "reason": {"key": "reason.charge_surplus", "details": [{"key": "reason.surplus", "values": {"surplus_kwh": 18.2, "within_s": 14400}}, {"key": "reason.feeding_earns", "values": {"sell_per_kwh": 0.05}}]}, "confidence": 0.9, "weight": 0.8},
{"engine": "usage", "action": "self_consume", "target_power_w": 0, "reason": {"key": "reason.usual_usage", "details": [{"key": "reason.usage_now", "values": {"load_w": 741, "mean_w": 833}}]}, "confidence": 0.1, "weight": 0.6}
]
},
"next_run_at": "2026-01-15T02:15:00+00:00",
"learning_until": null
},
"today": {
"pv_kwh": 0.0,
"house_kwh": 0.0,
"import_kwh": null,
"export_kwh": null,
"charge_kwh": 0.0,
"discharge_kwh": 0.0,
"cost": null,
"parts": null,
"expected_cost": null,
"saved_vs_no_battery": null,
"saved_vs_self_consumption": null,
"saved_total_vs_no_battery": 0.0,
"saved_total_vs_self_consumption": 0.0,
"share_of_possible_saving": null
}
} satisfies Live;

export const plan = {
"made_at": "2026-01-15T02:00:01+00:00",
"strategy": "plan",
"soc": 40.0,
"soc_min": 10.0,
"soc_max": 98.0,
"slots": [
{"start": "2026-01-15T02:00:01+00:00", "end": "2026-01-15T02:30:00+00:00", "buy": 0.08, "sell": 0.05, "pv_w": 6000, "house_w": 741, "battery_w": 5259, "grid_w": 0, "curtailed_w": 0, "soc_before": 40.0, "soc_after": 50.54, "action": "self_consume", "cost": 0.0, "export_limit_w": null, "marginal_per_kwh": 0.0527, "extrapolated": false, "reason": {"key": "reason.solar_charges", "details": [{"key": "reason.feeding_earns", "values": {"sell_per_kwh": 0.05}}]}},
{"start": "2026-01-15T02:30:00+00:00", "end": "2026-01-15T03:00:00+00:00", "buy": 0.08, "sell": 0.05, "pv_w": 6000, "house_w": 741, "battery_w": 5259, "grid_w": 0, "curtailed_w": 0, "soc_before": 50.54, "soc_after": 61.08, "action": "self_consume", "cost": 0.0, "export_limit_w": null, "marginal_per_kwh": 0.0527, "extrapolated": false, "reason": {"key": "reason.solar_charges", "details": [{"key": "reason.feeding_earns", "values": {"sell_per_kwh": 0.05}}]}},
{"start": "2026-01-15T03:00:00+00:00", "end": "2026-01-15T03:30:00+00:00", "buy": 0.08, "sell": 0.05, "pv_w": 5800, "house_w": 733, "battery_w": 5067, "grid_w": 0, "curtailed_w": 0, "soc_before": 61.08, "soc_after": 71.23, "action": "self_consume", "cost": 0.0, "export_limit_w": null, "marginal_per_kwh": 0.0527, "extrapolated": false, "reason": {"key": "reason.solar_charges", "details": [{"key": "reason.feeding_earns", "values": {"sell_per_kwh": 0.05}}]}},
{"start": "2026-01-15T03:30:00+00:00", "end": "2026-01-15T04:00:00+00:00", "buy": 0.08, "sell": 0.05, "pv_w": 5800, "house_w": 733, "battery_w": 5067, "grid_w": 0, "curtailed_w": 0, "soc_before": 71.23, "soc_after": 81.39, "action": "self_consume", "cost": 0.0, "export_limit_w": null, "marginal_per_kwh": 0.0527, "extrapolated": false, "reason": {"key": "reason.solar_charges", "details": [{"key": "reason.feeding_earns", "values": {"sell_per_kwh": 0.05}}]}},
{"start": "2026-01-15T04:00:00+00:00", "end": "2026-01-15T04:30:00+00:00", "buy": 0.28, "sell": 0.05, "pv_w": 5200, "house_w": 741, "battery_w": 4459, "grid_w": 0, "curtailed_w": 0, "soc_before": 81.39, "soc_after": 90.33, "action": "self_consume", "cost": -0.0, "export_limit_w": null, "marginal_per_kwh": 0.0527, "extrapolated": false, "reason": {"key": "reason.solar_charges", "details": [{"key": "reason.feeding_earns", "values": {"sell_per_kwh": 0.05}}]}},
{"start": "2026-01-15T04:30:00+00:00", "end": "2026-01-15T05:00:00+00:00", "buy": 0.28, "sell": 0.05, "pv_w": 5200, "house_w": 757, "battery_w": 3828, "grid_w": -615, "curtailed_w": 0, "soc_before": 90.33, "soc_after": 98.0, "action": "self_consume", "cost": -0.01537, "export_limit_w": null, "marginal_per_kwh": 0.0527, "extrapolated": false, "reason": {"key": "reason.solar_charges", "details": [{"key": "reason.feeding_earns", "values": {"sell_per_kwh": 0.05}}]}},
{"start": "2026-01-15T05:00:00+00:00", "end": "2026-01-15T05:30:00+00:00", "buy": 0.28, "sell": 0.05, "pv_w": 4240, "house_w": 790, "battery_w": 0, "grid_w": -3450, "curtailed_w": 0, "soc_before": 98.0, "soc_after": 98.0, "action": "self_consume", "cost": -0.08626, "export_limit_w": null, "marginal_per_kwh": 0.0527, "extrapolated": false, "reason": {"key": "reason.full_solar_sold", "details": [{"key": "reason.feeding_earns", "values": {"sell_per_kwh": 0.05}}]}},
{"start": "2026-01-15T05:30:00+00:00", "end": "2026-01-15T06:00:00+00:00", "buy": 0.28, "sell": 0.05, "pv_w": 4240, "house_w": 838, "battery_w": 0, "grid_w": -3402, "curtailed_w": 0, "soc_before": 98.0, "soc_after": 98.0, "action": "self_consume", "cost": -0.08505, "export_limit_w": null, "marginal_per_kwh": 0.0527, "extrapolated": false, "reason": {"key": "reason.full_solar_sold", "details": [{"key": "reason.feeding_earns", "values": {"sell_per_kwh": 0.05}}]}},
{"start": "2026-01-15T06:00:00+00:00", "end": "2026-01-15T06:30:00+00:00", "buy": 0.28, "sell": 0.05, "pv_w": 3000, "house_w": 918, "battery_w": 0, "grid_w": -2082, "curtailed_w": 0, "soc_before": 98.0, "soc_after": 98.0, "action": "self_consume", "cost": -0.05204, "export_limit_w": null, "marginal_per_kwh": 0.0527, "extrapolated": false, "reason": {"key": "reason.full_solar_sold", "details": [{"key": "reason.feeding_earns", "values": {"sell_per_kwh": 0.05}}]}},
{"start": "2026-01-15T06:30:00+00:00", "end": "2026-01-15T07:00:00+00:00", "buy": 0.28, "sell": 0.05, "pv_w": 3000, "house_w": 1031, "battery_w": 0, "grid_w": -1969, "curtailed_w": 0, "soc_before": 98.0, "soc_after": 98.0, "action": "self_consume", "cost": -0.04922, "export_limit_w": null, "marginal_per_kwh": 0.0527, "extrapolated": false, "reason": {"key": "reason.full_solar_sold", "details": [{"key": "reason.feeding_earns", "values": {"sell_per_kwh": 0.05}}]}},
{"start": "2026-01-15T07:00:00+00:00", "end": "2026-01-15T07:30:00+00:00", "buy": 0.55, "sell": 0.45, "pv_w": 1550, "house_w": 1192, "battery_w": 0, "grid_w": -358, "curtailed_w": 0, "soc_before": 98.0, "soc_after": 98.0, "action": "self_consume", "cost": -0.08047, "export_limit_w": null, "marginal_per_kwh": 0.40793, "extrapolated": false, "reason": {"key": "reason.full_solar_sold", "details": [{"key": "reason.feeding_earns", "values": {"sell_per_kwh": 0.45}}]}},
{"start": "2026-01-15T07:30:00+00:00", "end": "2026-01-15T08:00:00+00:00", "buy": 0.55, "sell": 0.45, "pv_w": 1550, "house_w": 1353, "battery_w": 0, "grid_w": -197, "curtailed_w": 0, "soc_before": 98.0, "soc_after": 98.0, "action": "self_consume", "cost": -0.04422, "export_limit_w": null, "marginal_per_kwh": 0.40793, "extrapolated": false, "reason": {"key": "reason.full_solar_sold", "details": [{"key": "reason.feeding_earns", "values": {"sell_per_kwh": 0.45}}]}},
{"start": "2026-01-15T08:00:00+00:00", "end": "2026-01-15T08:30:00+00:00", "buy": 0.55, "sell": 0.45, "pv_w": 0, "house_w": 1466, "battery_w": -6933, "grid_w": -5467, "curtailed_w": 0, "soc_before": 98.0, "soc_after": 82.56, "action": "discharge", "cost": -1.23009, "export_limit_w": null, "marginal_per_kwh": 0.40793, "extrapolated": false, "reason": {"key": "reason.sell_solar_refills", "values": {"refilled_at": "2026-01-16T03:30:00+00:00"}, "details": [{"key": "reason.feeding_earns", "values": {"sell_per_kwh": 0.45}}]}},
{"start": "2026-01-15T08:30:00+00:00", "end": "2026-01-15T09:00:00+00:00", "buy": 0.55, "sell": 0.45, "pv_w": 0, "house_w": 1515, "battery_w": -10000, "grid_w": -8485, "curtailed_w": 0, "soc_before": 82.56, "soc_after": 60.29, "action": "discharge", "cost": -1.90921, "export_limit_w": null, "marginal_per_kwh": 0.24666, "extrapolated": false, "reason": {"key": "reason.sell_solar_refills", "values": {"refilled_at": "2026-01-16T02:30:00+00:00"}, "details": [{"key": "reason.feeding_earns", "values": {"sell_per_kwh": 0.45}}]}},
{"start": "2026-01-15T09:00:00+00:00", "end": "2026-01-15T09:30:00+00:00", "buy": 0.55, "sell": 0.45, "pv_w": 0, "house_w": 1498, "battery_w": -10000, "grid_w": -8502, "curtailed_w": 0, "soc_before": 60.29, "soc_after": 38.01, "action": "discharge", "cost": -1.91284, "export_limit_w": null, "marginal_per_kwh": 0.24666, "extrapolated": false, "reason": {"key": "reason.sell_solar_refills", "values": {"refilled_at": "2026-01-16T01:30:00+00:00"}, "details": [{"key": "reason.feeding_earns", "values": {"sell_per_kwh": 0.45}}]}},
{"start": "2026-01-15T09:30:00+00:00", "end": "2026-01-15T10:00:00+00:00", "buy": 0.55, "sell": 0.45, "pv_w": 0, "house_w": 1434, "battery_w": -10000, "grid_w": -8566, "curtailed_w": 0, "soc_before": 38.01, "soc_after": 15.74, "action": "discharge", "cost": -1.92734, "export_limit_w": null, "marginal_per_kwh": 0.24666, "extrapolated": false, "reason": {"key": "reason.sell_solar_refills", "values": {"refilled_at": "2026-01-16T00:30:00+00:00"}, "details": [{"key": "reason.feeding_earns", "values": {"sell_per_kwh": 0.45}}]}},
{"start": "2026-01-15T10:00:00+00:00", "end": "2026-01-15T10:30:00+00:00", "buy": 0.55, "sell": 0.05, "pv_w": 0, "house_w": 1337, "battery_w": -1337, "grid_w": 0, "curtailed_w": 0, "soc_before": 15.74, "soc_after": 12.76, "action": "self_consume", "cost": 0.0, "export_limit_w": null, "marginal_per_kwh": 0.24666, "extrapolated": false, "reason": {"key": "reason.battery_powers_home", "details": [{"key": "reason.buying_costs", "values": {"buy_per_kwh": 0.55}}]}},
{"start": "2026-01-15T10:30:00+00:00", "end": "2026-01-15T11:00:00+00:00", "buy": 0.55, "sell": 0.05, "pv_w": 0, "house_w": 1241, "battery_w": -1241, "grid_w": 0, "curtailed_w": 0, "soc_before": 12.76, "soc_after": 10.0, "action": "self_consume", "cost": 0.0, "export_limit_w": null, "marginal_per_kwh": 0.24666, "extrapolated": false, "reason": {"key": "reason.battery_powers_home", "details": [{"key": "reason.buying_costs", "values": {"buy_per_kwh": 0.55}}]}},
{"start": "2026-01-15T11:00:00+00:00", "end": "2026-01-15T11:30:00+00:00", "buy": 0.28, "sell": 0.05, "pv_w": 0, "house_w": 1144, "battery_w": 0, "grid_w": 1144, "curtailed_w": 0, "soc_before": 10.0, "soc_after": 10.0, "action": "self_consume", "cost": 0.16016, "export_limit_w": null, "marginal_per_kwh": 0.24666, "extrapolated": false, "reason": {"key": "reason.at_reserve", "values": {"reserve_soc": 10.0}, "details": [{"key": "reason.buying_costs", "values": {"buy_per_kwh": 0.28}}]}},
{"start": "2026-01-15T11:30:00+00:00", "end": "2026-01-15T12:00:00+00:00", "buy": 0.28, "sell": 0.05, "pv_w": 0, "house_w": 1031, "battery_w": 0, "grid_w": 1031, "curtailed_w": 0, "soc_before": 10.0, "soc_after": 10.0, "action": "self_consume", "cost": 0.14437, "export_limit_w": null, "marginal_per_kwh": 0.24666, "extrapolated": false, "reason": {"key": "reason.at_reserve", "values": {"reserve_soc": 10.0}, "details": [{"key": "reason.buying_costs", "values": {"buy_per_kwh": 0.28}}]}},
{"start": "2026-01-15T12:00:00+00:00", "end": "2026-01-15T12:30:00+00:00", "buy": 0.28, "sell": 0.05, "pv_w": 0, "house_w": 918, "battery_w": 0, "grid_w": 918, "curtailed_w": 0, "soc_before": 10.0, "soc_after": 10.0, "action": "self_consume", "cost": 0.12858, "export_limit_w": null, "marginal_per_kwh": 0.24666, "extrapolated": false, "reason": {"key": "reason.at_reserve", "values": {"reserve_soc": 10.0}, "details": [{"key": "reason.buying_costs", "values": {"buy_per_kwh": 0.28}}]}},
{"start": "2026-01-15T12:30:00+00:00", "end": "2026-01-15T13:00:00+00:00", "buy": 0.28, "sell": 0.05, "pv_w": 0, "house_w": 806, "battery_w": 0, "grid_w": 806, "curtailed_w": 0, "soc_before": 10.0, "soc_after": 10.0, "action": "self_consume", "cost": 0.11279, "export_limit_w": null, "marginal_per_kwh": 0.24666, "extrapolated": false, "reason": {"key": "reason.at_reserve", "values": {"reserve_soc": 10.0}, "details": [{"key": "reason.buying_costs", "values": {"buy_per_kwh": 0.28}}]}},
{"start": "2026-01-15T13:00:00+00:00", "end": "2026-01-15T13:30:00+00:00", "buy": 0.28, "sell": 0.05, "pv_w": 0, "house_w": 693, "battery_w": 0, "grid_w": 693, "curtailed_w": 0, "soc_before": 10.0, "soc_after": 10.0, "action": "self_consume", "cost": 0.097, "export_limit_w": null, "marginal_per_kwh": 0.24666, "extrapolated": false, "reason": {"key": "reason.at_reserve", "values": {"reserve_soc": 10.0}, "details": [{"key": "reason.buying_costs", "values": {"buy_per_kwh": 0.28}}]}},
{"start": "2026-01-15T13:30:00+00:00", "end": "2026-01-15T14:00:00+00:00", "buy": 0.28, "sell": 0.05, "pv_w": 0, "house_w": 596, "battery_w": 0, "grid_w": 596, "curtailed_w": 0, "soc_before": 10.0, "soc_after": 10.0, "action": "self_consume", "cost": 0.08346, "export_limit_w": null, "marginal_per_kwh": 0.24666, "extrapolated": false, "reason": {"key": "reason.at_reserve", "values": {"reserve_soc": 10.0}, "details": [{"key": "reason.buying_costs", "values": {"buy_per_kwh": 0.28}}]}},
{"start": "2026-01-15T14:00:00+00:00", "end": "2026-01-15T14:30:00+00:00", "buy": 0.28, "sell": 0.05, "pv_w": 0, "house_w": 532, "battery_w": 0, "grid_w": 532, "curtailed_w": 0, "soc_before": 10.0, "soc_after": 10.0, "action": "self_consume", "cost": 0.07444, "export_limit_w": null, "marginal_per_kwh": 0.24666, "extrapolated": false, "reason": {"key": "reason.at_reserve", "values": {"reserve_soc": 10.0}, "details": [{"key": "reason.buying_costs", "values": {"buy_per_kwh": 0.28}}]}},
{"start": "2026-01-15T14:30:00+00:00", "end": "2026-01-15T15:00:00+00:00", "buy": 0.28, "sell": 0.05, "pv_w": 0, "house_w": 499, "battery_w": 0, "grid_w": 499, "curtailed_w": 0, "soc_before": 10.0, "soc_after": 10.0, "action": "self_consume", "cost": 0.06993, "export_limit_w": null, "marginal_per_kwh": 0.24666, "extrapolated": false, "reason": {"key": "reason.at_reserve", "values": {"reserve_soc": 10.0}, "details": [{"key": "reason.buying_costs", "values": {"buy_per_kwh": 0.28}}]}},
{"start": "2026-01-15T15:00:00+00:00", "end": "2026-01-15T15:30:00+00:00", "buy": 0.28, "sell": 0.05, "pv_w": 0, "house_w": 467, "battery_w": 0, "grid_w": 467, "curtailed_w": 0, "soc_before": 10.0, "soc_after": 10.0, "action": "self_consume", "cost": 0.06542, "export_limit_w": null, "marginal_per_kwh": 0.24666, "extrapolated": false, "reason": {"key": "reason.at_reserve", "values": {"reserve_soc": 10.0}, "details": [{"key": "reason.buying_costs", "values": {"buy_per_kwh": 0.28}}]}},
{"start": "2026-01-15T15:30:00+00:00", "end": "2026-01-15T16:00:00+00:00", "buy": 0.28, "sell": 0.05, "pv_w": 0, "house_w": 451, "battery_w": 0, "grid_w": 451, "curtailed_w": 0, "soc_before": 10.0, "soc_after": 10.0, "action": "self_consume", "cost": 0.06316, "export_limit_w": null, "marginal_per_kwh": 0.24666, "extrapolated": false, "reason": {"key": "reason.at_reserve", "values": {"reserve_soc": 10.0}, "details": [{"key": "reason.buying_costs", "values": {"buy_per_kwh": 0.28}}]}},
{"start": "2026-01-15T16:00:00+00:00", "end": "2026-01-15T16:30:00+00:00", "buy": 0.28, "sell": 0.05, "pv_w": 0, "house_w": 435, "battery_w": 0, "grid_w": 435, "curtailed_w": 0, "soc_before": 10.0, "soc_after": 10.0, "action": "self_consume", "cost": 0.06091, "export_limit_w": null, "marginal_per_kwh": 0.24666, "extrapolated": false, "reason": {"key": "reason.at_reserve", "values": {"reserve_soc": 10.0}, "details": [{"key": "reason.buying_costs", "values": {"buy_per_kwh": 0.28}}]}},
{"start": "2026-01-15T16:30:00+00:00", "end": "2026-01-15T17:00:00+00:00", "buy": 0.28, "sell": 0.05, "pv_w": 0, "house_w": 427, "battery_w": 0, "grid_w": 427, "curtailed_w": 0, "soc_before": 10.0, "soc_after": 10.0, "action": "self_consume", "cost": 0.05978, "export_limit_w": null, "marginal_per_kwh": 0.24666, "extrapolated": false, "reason": {"key": "reason.at_reserve", "values": {"reserve_soc": 10.0}, "details": [{"key": "reason.buying_costs", "values": {"buy_per_kwh": 0.28}}]}},
{"start": "2026-01-15T17:00:00+00:00", "end": "2026-01-15T17:30:00+00:00", "buy": 0.28, "sell": 0.05, "pv_w": 0, "house_w": 427, "battery_w": 0, "grid_w": 427, "curtailed_w": 0, "soc_before": 10.0, "soc_after": 10.0, "action": "self_consume", "cost": 0.05978, "export_limit_w": null, "marginal_per_kwh": 0.24666, "extrapolated": false, "reason": {"key": "reason.at_reserve", "values": {"reserve_soc": 10.0}, "details": [{"key": "reason.buying_costs", "values": {"buy_per_kwh": 0.28}}]}},
{"start": "2026-01-15T17:30:00+00:00", "end": "2026-01-15T18:00:00+00:00", "buy": 0.28, "sell": 0.05, "pv_w": 0, "house_w": 435, "battery_w": 0, "grid_w": 435, "curtailed_w": 0, "soc_before": 10.0, "soc_after": 10.0, "action": "self_consume", "cost": 0.06091, "export_limit_w": null, "marginal_per_kwh": 0.24666, "extrapolated": false, "reason": {"key": "reason.at_reserve", "values": {"reserve_soc": 10.0}, "details": [{"key": "reason.buying_costs", "values": {"buy_per_kwh": 0.28}}]}},
{"start": "2026-01-15T18:00:00+00:00", "end": "2026-01-15T18:30:00+00:00", "buy": 0.28, "sell": 0.05, "pv_w": 0, "house_w": 459, "battery_w": 0, "grid_w": 459, "curtailed_w": 0, "soc_before": 10.0, "soc_after": 10.0, "action": "self_consume", "cost": 0.06429, "export_limit_w": null, "marginal_per_kwh": 0.24666, "extrapolated": false, "reason": {"key": "reason.at_reserve", "values": {"reserve_soc": 10.0}, "details": [{"key": "reason.buying_costs", "values": {"buy_per_kwh": 0.28}}]}},
{"start": "2026-01-15T18:30:00+00:00", "end": "2026-01-15T19:00:00+00:00", "buy": 0.28, "sell": 0.05, "pv_w": 0, "house_w": 499, "battery_w": 0, "grid_w": 499, "curtailed_w": 0, "soc_before": 10.0, "soc_after": 10.0, "action": "self_consume", "cost": 0.06993, "export_limit_w": null, "marginal_per_kwh": 0.24666, "extrapolated": false, "reason": {"key": "reason.at_reserve", "values": {"reserve_soc": 10.0}, "details": [{"key": "reason.buying_costs", "values": {"buy_per_kwh": 0.28}}]}},
{"start": "2026-01-15T19:00:00+00:00", "end": "2026-01-15T19:30:00+00:00", "buy": 0.28, "sell": 0.05, "pv_w": 0, "house_w": 580, "battery_w": 0, "grid_w": 580, "curtailed_w": 0, "soc_before": 10.0, "soc_after": 10.0, "action": "self_consume", "cost": 0.08121, "export_limit_w": null, "marginal_per_kwh": 0.24666, "extrapolated": false, "reason": {"key": "reason.at_reserve", "values": {"reserve_soc": 10.0}, "details": [{"key": "reason.buying_costs", "values": {"buy_per_kwh": 0.28}}]}},
{"start": "2026-01-15T19:30:00+00:00", "end": "2026-01-15T20:00:00+00:00", "buy": 0.28, "sell": 0.05, "pv_w": 0, "house_w": 693, "battery_w": 0, "grid_w": 693, "curtailed_w": 0, "soc_before": 10.0, "soc_after": 10.0, "action": "self_consume", "cost": 0.097, "export_limit_w": null, "marginal_per_kwh": 0.24666, "extrapolated": false, "reason": {"key": "reason.at_reserve", "values": {"reserve_soc": 10.0}, "details": [{"key": "reason.buying_costs", "values": {"buy_per_kwh": 0.28}}]}},
{"start": "2026-01-15T20:00:00+00:00", "end": "2026-01-15T20:30:00+00:00", "buy": 0.28, "sell": 0.05, "pv_w": 0, "house_w": 822, "battery_w": 0, "grid_w": 822, "curtailed_w": 0, "soc_before": 10.0, "soc_after": 10.0, "action": "self_consume", "cost": 0.11505, "export_limit_w": null, "marginal_per_kwh": 0.24666, "extrapolated": false, "reason": {"key": "reason.at_reserve", "values": {"reserve_soc": 10.0}, "details": [{"key": "reason.buying_costs", "values": {"buy_per_kwh": 0.28}}]}},
{"start": "2026-01-15T20:30:00+00:00", "end": "2026-01-15T21:00:00+00:00", "buy": 0.28, "sell": 0.05, "pv_w": 0, "house_w": 951, "battery_w": 0, "grid_w": 951, "curtailed_w": 0, "soc_before": 10.0, "soc_after": 10.0, "action": "self_consume", "cost": 0.13309, "export_limit_w": null, "marginal_per_kwh": 0.24666, "extrapolated": false, "reason": {"key": "reason.at_reserve", "values": {"reserve_soc": 10.0}, "details": [{"key": "reason.buying_costs", "values": {"buy_per_kwh": 0.28}}]}},
{"start": "2026-01-15T21:00:00+00:00", "end": "2026-01-15T21:30:00+00:00", "buy": 0.28, "sell": 0.05, "pv_w": 1615, "house_w": 999, "battery_w": 616, "grid_w": 0, "curtailed_w": 0, "soc_before": 10.0, "soc_after": 11.24, "action": "self_consume", "cost": -0.0, "export_limit_w": null, "marginal_per_kwh": 0.0527, "extrapolated": false, "reason": {"key": "reason.solar_charges", "details": [{"key": "reason.feeding_earns", "values": {"sell_per_kwh": 0.05}}]}},
{"start": "2026-01-15T21:30:00+00:00", "end": "2026-01-15T22:00:00+00:00", "buy": 0.28, "sell": 0.05, "pv_w": 1485, "house_w": 967, "battery_w": 518, "grid_w": 0, "curtailed_w": 0, "soc_before": 11.24, "soc_after": 12.27, "action": "self_consume", "cost": -0.0, "export_limit_w": null, "marginal_per_kwh": 0.0527, "extrapolated": false, "reason": {"key": "reason.solar_charges", "details": [{"key": "reason.feeding_earns", "values": {"sell_per_kwh": 0.05}}]}},
{"start": "2026-01-15T22:00:00+00:00", "end": "2026-01-15T22:30:00+00:00", "buy": 0.28, "sell": 0.05, "pv_w": 3255, "house_w": 886, "battery_w": 2368, "grid_w": 0, "curtailed_w": 0, "soc_before": 12.27, "soc_after": 17.02, "action": "self_consume", "cost": 0.0, "export_limit_w": null, "marginal_per_kwh": 0.0527, "extrapolated": false, "reason": {"key": "reason.solar_charges", "details": [{"key": "reason.feeding_earns", "values": {"sell_per_kwh": 0.05}}]}},
{"start": "2026-01-15T22:30:00+00:00", "end": "2026-01-15T23:00:00+00:00", "buy": 0.28, "sell": 0.05, "pv_w": 2745, "house_w": 822, "battery_w": 1924, "grid_w": 0, "curtailed_w": 0, "soc_before": 17.02, "soc_after": 20.88, "action": "self_consume", "cost": -0.0, "export_limit_w": null, "marginal_per_kwh": 0.0527, "extrapolated": false, "reason": {"key": "reason.solar_charges", "details": [{"key": "reason.feeding_earns", "values": {"sell_per_kwh": 0.05}}]}},
{"start": "2026-01-15T23:00:00+00:00", "end": "2026-01-15T23:30:00+00:00", "buy": 0.28, "sell": 0.05, "pv_w": 4997, "house_w": 773, "battery_w": 4224, "grid_w": 0, "curtailed_w": 0, "soc_before": 20.88, "soc_after": 29.34, "action": "self_consume", "cost": -0.0, "export_limit_w": null, "marginal_per_kwh": 0.0527, "extrapolated": false, "reason": {"key": "reason.solar_charges", "details": [{"key": "reason.feeding_earns", "values": {"sell_per_kwh": 0.05}}]}},
{"start": "2026-01-15T23:30:00+00:00", "end": "2026-01-16T00:00:00+00:00", "buy": 0.28, "sell": 0.05, "pv_w": 3483, "house_w": 741, "battery_w": 2742, "grid_w": 0, "curtailed_w": 0, "soc_before": 29.34, "soc_after": 34.84, "action": "self_consume", "cost": 0.0, "export_limit_w": null, "marginal_per_kwh": 0.0527, "extrapolated": false, "reason": {"key": "reason.solar_charges", "details": [{"key": "reason.feeding_earns", "values": {"sell_per_kwh": 0.05}}]}},
{"start": "2026-01-16T00:00:00+00:00", "end": "2026-01-16T00:30:00+00:00", "buy": 0.08, "sell": 0.05, "pv_w": 8635, "house_w": 725, "battery_w": 7910, "grid_w": 0, "curtailed_w": 0, "soc_before": 34.84, "soc_after": 50.69, "action": "self_consume", "cost": 0.0, "export_limit_w": null, "marginal_per_kwh": 0.0527, "extrapolated": false, "reason": {"key": "reason.solar_charges", "details": [{"key": "reason.feeding_earns", "values": {"sell_per_kwh": 0.05}}]}},
{"start": "2026-01-16T00:30:00+00:00", "end": "2026-01-16T01:00:00+00:00", "buy": 0.08, "sell": 0.05, "pv_w": 1765, "house_w": 717, "battery_w": 1048, "grid_w": 0, "curtailed_w": 0, "soc_before": 50.69, "soc_after": 52.79, "action": "self_consume", "cost": 0.0, "export_limit_w": null, "marginal_per_kwh": 0.0527, "extrapolated": false, "reason": {"key": "reason.solar_charges", "details": [{"key": "reason.feeding_earns", "values": {"sell_per_kwh": 0.05}}]}},
{"start": "2026-01-16T01:00:00+00:00", "end": "2026-01-16T01:30:00+00:00", "buy": 0.08, "sell": 0.05, "pv_w": 5800, "house_w": 717, "battery_w": 5083, "grid_w": 0, "curtailed_w": 0, "soc_before": 52.79, "soc_after": 62.98, "action": "self_consume", "cost": 0.0, "export_limit_w": null, "marginal_per_kwh": 0.0527, "extrapolated": false, "reason": {"key": "reason.solar_charges", "details": [{"key": "reason.feeding_earns", "values": {"sell_per_kwh": 0.05}}]}},
{"start": "2026-01-16T01:30:00+00:00", "end": "2026-01-16T02:00:00+00:00", "buy": 0.08, "sell": 0.05, "pv_w": 5800, "house_w": 725, "battery_w": 5075, "grid_w": 0, "curtailed_w": 0, "soc_before": 62.98, "soc_after": 73.16, "action": "self_consume", "cost": 0.0, "export_limit_w": null, "marginal_per_kwh": 0.0527, "extrapolated": false, "reason": {"key": "reason.solar_charges", "details": [{"key": "reason.feeding_earns", "values": {"sell_per_kwh": 0.05}}]}},
{"start": "2026-01-16T02:00:00+00:00", "end": "2026-01-16T02:30:00+00:00", "buy": 0.08, "sell": 0.05, "pv_w": 6000, "house_w": 741, "battery_w": 5259, "grid_w": 0, "curtailed_w": 0, "soc_before": 73.16, "soc_after": 83.7, "action": "self_consume", "cost": 0.0, "export_limit_w": null, "marginal_per_kwh": 0.0527, "extrapolated": false, "reason": {"key": "reason.solar_charges", "details": [{"key": "reason.feeding_earns", "values": {"sell_per_kwh": 0.05}}]}},
{"start": "2026-01-16T02:30:00+00:00", "end": "2026-01-16T03:00:00+00:00", "buy": 0.08, "sell": 0.05, "pv_w": 6000, "house_w": 741, "battery_w": 5259, "grid_w": 0, "curtailed_w": 0, "soc_before": 83.7, "soc_after": 94.24, "action": "self_consume", "cost": 0.0, "export_limit_w": null, "marginal_per_kwh": 0.0527, "extrapolated": false, "reason": {"key": "reason.solar_charges", "details": [{"key": "reason.feeding_earns", "values": {"sell_per_kwh": 0.05}}]}},
{"start": "2026-01-16T03:00:00+00:00", "end": "2026-01-16T03:30:00+00:00", "buy": 0.08, "sell": 0.05, "pv_w": 5800, "house_w": 733, "battery_w": 1876, "grid_w": -3190, "curtailed_w": 0, "soc_before": 94.24, "soc_after": 98.0, "action": "self_consume", "cost": -0.07976, "export_limit_w": null, "marginal_per_kwh": 0.0527, "extrapolated": false, "reason": {"key": "reason.solar_charges", "details": [{"key": "reason.feeding_earns", "values": {"sell_per_kwh": 0.05}}]}},
{"start": "2026-01-16T03:30:00+00:00", "end": "2026-01-16T04:00:00+00:00", "buy": 0.08, "sell": 0.05, "pv_w": 5800, "house_w": 733, "battery_w": 0, "grid_w": -5067, "curtailed_w": 0, "soc_before": 98.0, "soc_after": 98.0, "action": "self_consume", "cost": -0.12667, "export_limit_w": null, "marginal_per_kwh": 0.0527, "extrapolated": false, "reason": {"key": "reason.full_solar_sold", "details": [{"key": "reason.feeding_earns", "values": {"sell_per_kwh": 0.05}}]}},
{"start": "2026-01-16T04:00:00+00:00", "end": "2026-01-16T04:30:00+00:00", "buy": 0.28, "sell": 0.05, "pv_w": 5200, "house_w": 741, "battery_w": 0, "grid_w": -4459, "curtailed_w": 0, "soc_before": 98.0, "soc_after": 98.0, "action": "self_consume", "cost": -0.11147, "export_limit_w": null, "marginal_per_kwh": 0.0527, "extrapolated": false, "reason": {"key": "reason.full_solar_sold", "details": [{"key": "reason.feeding_earns", "values": {"sell_per_kwh": 0.05}}]}},
{"start": "2026-01-16T04:30:00+00:00", "end": "2026-01-16T05:00:00+00:00", "buy": 0.28, "sell": 0.05, "pv_w": 5200, "house_w": 757, "battery_w": 0, "grid_w": -4443, "curtailed_w": 0, "soc_before": 98.0, "soc_after": 98.0, "action": "self_consume", "cost": -0.11107, "export_limit_w": null, "marginal_per_kwh": 0.0527, "extrapolated": false, "reason": {"key": "reason.full_solar_sold", "details": [{"key": "reason.feeding_earns", "values": {"sell_per_kwh": 0.05}}]}},
{"start": "2026-01-16T05:00:00+00:00", "end": "2026-01-16T05:30:00+00:00", "buy": 0.28, "sell": 0.05, "pv_w": 4240, "house_w": 790, "battery_w": 0, "grid_w": -3450, "curtailed_w": 0, "soc_before": 98.0, "soc_after": 98.0, "action": "self_consume", "cost": -0.08626, "export_limit_w": null, "marginal_per_kwh": 0.0527, "extrapolated": false, "reason": {"key": "reason.full_solar_sold", "details": [{"key": "reason.feeding_earns", "values": {"sell_per_kwh": 0.05}}]}},
{"start": "2026-01-16T05:30:00+00:00", "end": "2026-01-16T06:00:00+00:00", "buy": 0.28, "sell": 0.05, "pv_w": 4240, "house_w": 838, "battery_w": 0, "grid_w": -3402, "curtailed_w": 0, "soc_before": 98.0, "soc_after": 98.0, "action": "self_consume", "cost": -0.08505, "export_limit_w": null, "marginal_per_kwh": 0.0527, "extrapolated": false, "reason": {"key": "reason.full_solar_sold", "details": [{"key": "reason.feeding_earns", "values": {"sell_per_kwh": 0.05}}]}},
{"start": "2026-01-16T06:00:00+00:00", "end": "2026-01-16T06:30:00+00:00", "buy": 0.28, "sell": 0.05, "pv_w": 3000, "house_w": 918, "battery_w": 0, "grid_w": -2082, "curtailed_w": 0, "soc_before": 98.0, "soc_after": 98.0, "action": "self_consume", "cost": -0.05204, "export_limit_w": null, "marginal_per_kwh": 0.0527, "extrapolated": false, "reason": {"key": "reason.full_solar_sold", "details": [{"key": "reason.feeding_earns", "values": {"sell_per_kwh": 0.05}}]}},
{"start": "2026-01-16T06:30:00+00:00", "end": "2026-01-16T07:00:00+00:00", "buy": 0.28, "sell": 0.05, "pv_w": 3000, "house_w": 1031, "battery_w": 0, "grid_w": -1969, "curtailed_w": 0, "soc_before": 98.0, "soc_after": 98.0, "action": "self_consume", "cost": -0.04922, "export_limit_w": null, "marginal_per_kwh": 0.0527, "extrapolated": false, "reason": {"key": "reason.full_solar_sold", "details": [{"key": "reason.feeding_earns", "values": {"sell_per_kwh": 0.05}}]}},
{"start": "2026-01-16T07:00:00+00:00", "end": "2026-01-16T07:30:00+00:00", "buy": 0.55, "sell": 0.45, "pv_w": 1550, "house_w": 1192, "battery_w": 0, "grid_w": -358, "curtailed_w": 0, "soc_before": 98.0, "soc_after": 98.0, "action": "self_consume", "cost": -0.08047, "export_limit_w": null, "marginal_per_kwh": 0.40793, "extrapolated": false, "reason": {"key": "reason.full_solar_sold", "details": [{"key": "reason.feeding_earns", "values": {"sell_per_kwh": 0.45}}]}},
{"start": "2026-01-16T07:30:00+00:00", "end": "2026-01-16T08:00:00+00:00", "buy": 0.55, "sell": 0.45, "pv_w": 1550, "house_w": 1353, "battery_w": 0, "grid_w": -197, "curtailed_w": 0, "soc_before": 98.0, "soc_after": 98.0, "action": "self_consume", "cost": -0.04422, "export_limit_w": null, "marginal_per_kwh": 0.40793, "extrapolated": false, "reason": {"key": "reason.full_solar_sold", "details": [{"key": "reason.feeding_earns", "values": {"sell_per_kwh": 0.45}}]}},
{"start": "2026-01-16T08:00:00+00:00", "end": "2026-01-16T08:30:00+00:00", "buy": 0.55, "sell": 0.45, "pv_w": 0, "house_w": 1466, "battery_w": -6933, "grid_w": -5467, "curtailed_w": 0, "soc_before": 98.0, "soc_after": 82.56, "action": "discharge", "cost": -1.23009, "export_limit_w": null, "marginal_per_kwh": 0.40793, "extrapolated": false, "reason": {"key": "reason.sell_refilled", "values": {"refilled_at": "2026-01-17T02:00:00+00:00"}, "details": [{"key": "reason.feeding_earns", "values": {"sell_per_kwh": 0.45}}]}},
{"start": "2026-01-16T08:30:00+00:00", "end": "2026-01-16T09:00:00+00:00", "buy": 0.55, "sell": 0.45, "pv_w": 0, "house_w": 1515, "battery_w": -10000, "grid_w": -8485, "curtailed_w": 0, "soc_before": 82.56, "soc_after": 60.29, "action": "discharge", "cost": -1.90921, "export_limit_w": null, "marginal_per_kwh": 0.24666, "extrapolated": false, "reason": {"key": "reason.sell_refilled", "values": {"refilled_at": "2026-01-17T02:00:00+00:00"}, "details": [{"key": "reason.feeding_earns", "values": {"sell_per_kwh": 0.45}}]}},
{"start": "2026-01-16T09:00:00+00:00", "end": "2026-01-16T09:30:00+00:00", "buy": 0.55, "sell": 0.45, "pv_w": 0, "house_w": 1498, "battery_w": -10000, "grid_w": -8502, "curtailed_w": 0, "soc_before": 60.29, "soc_after": 38.01, "action": "discharge", "cost": -1.91284, "export_limit_w": null, "marginal_per_kwh": 0.24666, "extrapolated": false, "reason": {"key": "reason.sell_refilled", "values": {"refilled_at": "2026-01-17T01:30:00+00:00"}, "details": [{"key": "reason.feeding_earns", "values": {"sell_per_kwh": 0.45}}]}},
{"start": "2026-01-16T09:30:00+00:00", "end": "2026-01-16T10:00:00+00:00", "buy": 0.55, "sell": 0.45, "pv_w": 0, "house_w": 1434, "battery_w": -10000, "grid_w": -8566, "curtailed_w": 0, "soc_before": 38.01, "soc_after": 15.74, "action": "discharge", "cost": -1.92734, "export_limit_w": null, "marginal_per_kwh": 0.24666, "extrapolated": false, "reason": {"key": "reason.sell_solar_refills", "values": {"refilled_at": "2026-01-17T00:30:00+00:00"}, "details": [{"key": "reason.feeding_earns", "values": {"sell_per_kwh": 0.45}}]}},
{"start": "2026-01-16T10:00:00+00:00", "end": "2026-01-16T10:30:00+00:00", "buy": 0.55, "sell": 0.05, "pv_w": 0, "house_w": 1337, "battery_w": -1337, "grid_w": 0, "curtailed_w": 0, "soc_before": 15.74, "soc_after": 12.76, "action": "self_consume", "cost": 0.0, "export_limit_w": null, "marginal_per_kwh": 0.24666, "extrapolated": false, "reason": {"key": "reason.battery_powers_home", "details": [{"key": "reason.buying_costs", "values": {"buy_per_kwh": 0.55}}]}},
{"start": "2026-01-16T10:30:00+00:00", "end": "2026-01-16T11:00:00+00:00", "buy": 0.55, "sell": 0.05, "pv_w": 0, "house_w": 1241, "battery_w": -1241, "grid_w": 0, "curtailed_w": 0, "soc_before": 12.76, "soc_after": 10.0, "action": "self_consume", "cost": 0.0, "export_limit_w": null, "marginal_per_kwh": 0.24666, "extrapolated": false, "reason": {"key": "reason.battery_powers_home", "details": [{"key": "reason.buying_costs", "values": {"buy_per_kwh": 0.55}}]}},
{"start": "2026-01-16T11:00:00+00:00", "end": "2026-01-16T11:30:00+00:00", "buy": 0.28, "sell": 0.05, "pv_w": 0, "house_w": 1144, "battery_w": 0, "grid_w": 1144, "curtailed_w": 0, "soc_before": 10.0, "soc_after": 10.0, "action": "self_consume", "cost": 0.16016, "export_limit_w": null, "marginal_per_kwh": 0.24666, "extrapolated": false, "reason": {"key": "reason.at_reserve", "values": {"reserve_soc": 10.0}, "details": [{"key": "reason.buying_costs", "values": {"buy_per_kwh": 0.28}}]}},
{"start": "2026-01-16T11:30:00+00:00", "end": "2026-01-16T12:00:00+00:00", "buy": 0.28, "sell": 0.05, "pv_w": 0, "house_w": 1031, "battery_w": 0, "grid_w": 1031, "curtailed_w": 0, "soc_before": 10.0, "soc_after": 10.0, "action": "self_consume", "cost": 0.14437, "export_limit_w": null, "marginal_per_kwh": 0.24666, "extrapolated": false, "reason": {"key": "reason.at_reserve", "values": {"reserve_soc": 10.0}, "details": [{"key": "reason.buying_costs", "values": {"buy_per_kwh": 0.28}}]}},
{"start": "2026-01-16T12:00:00+00:00", "end": "2026-01-16T12:30:00+00:00", "buy": 0.28, "sell": 0.05, "pv_w": 0, "house_w": 918, "battery_w": 0, "grid_w": 918, "curtailed_w": 0, "soc_before": 10.0, "soc_after": 10.0, "action": "self_consume", "cost": 0.12858, "export_limit_w": null, "marginal_per_kwh": 0.24666, "extrapolated": false, "reason": {"key": "reason.at_reserve", "values": {"reserve_soc": 10.0}, "details": [{"key": "reason.buying_costs", "values": {"buy_per_kwh": 0.28}}]}},
{"start": "2026-01-16T12:30:00+00:00", "end": "2026-01-16T13:00:00+00:00", "buy": 0.28, "sell": 0.05, "pv_w": 0, "house_w": 806, "battery_w": 0, "grid_w": 806, "curtailed_w": 0, "soc_before": 10.0, "soc_after": 10.0, "action": "self_consume", "cost": 0.11279, "export_limit_w": null, "marginal_per_kwh": 0.24666, "extrapolated": false, "reason": {"key": "reason.at_reserve", "values": {"reserve_soc": 10.0}, "details": [{"key": "reason.buying_costs", "values": {"buy_per_kwh": 0.28}}]}},
{"start": "2026-01-16T13:00:00+00:00", "end": "2026-01-16T13:30:00+00:00", "buy": 0.28, "sell": 0.05, "pv_w": 0, "house_w": 693, "battery_w": 0, "grid_w": 693, "curtailed_w": 0, "soc_before": 10.0, "soc_after": 10.0, "action": "self_consume", "cost": 0.097, "export_limit_w": null, "marginal_per_kwh": 0.24666, "extrapolated": false, "reason": {"key": "reason.at_reserve", "values": {"reserve_soc": 10.0}, "details": [{"key": "reason.buying_costs", "values": {"buy_per_kwh": 0.28}}]}},
{"start": "2026-01-16T13:30:00+00:00", "end": "2026-01-16T14:00:00+00:00", "buy": 0.28, "sell": 0.05, "pv_w": 0, "house_w": 596, "battery_w": 0, "grid_w": 596, "curtailed_w": 0, "soc_before": 10.0, "soc_after": 10.0, "action": "self_consume", "cost": 0.08346, "export_limit_w": null, "marginal_per_kwh": 0.24666, "extrapolated": false, "reason": {"key": "reason.at_reserve", "values": {"reserve_soc": 10.0}, "details": [{"key": "reason.buying_costs", "values": {"buy_per_kwh": 0.28}}]}},
{"start": "2026-01-16T14:00:00+00:00", "end": "2026-01-16T14:30:00+00:00", "buy": 0.28, "sell": 0.05, "pv_w": 0, "house_w": 532, "battery_w": 0, "grid_w": 532, "curtailed_w": 0, "soc_before": 10.0, "soc_after": 10.0, "action": "self_consume", "cost": 0.07444, "export_limit_w": null, "marginal_per_kwh": 0.24666, "extrapolated": false, "reason": {"key": "reason.at_reserve", "values": {"reserve_soc": 10.0}, "details": [{"key": "reason.buying_costs", "values": {"buy_per_kwh": 0.28}}]}},
{"start": "2026-01-16T14:30:00+00:00", "end": "2026-01-16T15:00:00+00:00", "buy": 0.28, "sell": 0.05, "pv_w": 0, "house_w": 499, "battery_w": 0, "grid_w": 499, "curtailed_w": 0, "soc_before": 10.0, "soc_after": 10.0, "action": "self_consume", "cost": 0.06993, "export_limit_w": null, "marginal_per_kwh": 0.24666, "extrapolated": false, "reason": {"key": "reason.at_reserve", "values": {"reserve_soc": 10.0}, "details": [{"key": "reason.buying_costs", "values": {"buy_per_kwh": 0.28}}]}},
{"start": "2026-01-16T15:00:00+00:00", "end": "2026-01-16T15:30:00+00:00", "buy": 0.28, "sell": 0.05, "pv_w": 0, "house_w": 467, "battery_w": 0, "grid_w": 467, "curtailed_w": 0, "soc_before": 10.0, "soc_after": 10.0, "action": "self_consume", "cost": 0.06542, "export_limit_w": null, "marginal_per_kwh": 0.24666, "extrapolated": false, "reason": {"key": "reason.at_reserve", "values": {"reserve_soc": 10.0}, "details": [{"key": "reason.buying_costs", "values": {"buy_per_kwh": 0.28}}]}},
{"start": "2026-01-16T15:30:00+00:00", "end": "2026-01-16T16:00:00+00:00", "buy": 0.28, "sell": 0.05, "pv_w": 0, "house_w": 451, "battery_w": 0, "grid_w": 451, "curtailed_w": 0, "soc_before": 10.0, "soc_after": 10.0, "action": "self_consume", "cost": 0.06316, "export_limit_w": null, "marginal_per_kwh": 0.24666, "extrapolated": false, "reason": {"key": "reason.at_reserve", "values": {"reserve_soc": 10.0}, "details": [{"key": "reason.buying_costs", "values": {"buy_per_kwh": 0.28}}]}},
{"start": "2026-01-16T16:00:00+00:00", "end": "2026-01-16T16:30:00+00:00", "buy": 0.28, "sell": 0.05, "pv_w": 0, "house_w": 435, "battery_w": 0, "grid_w": 435, "curtailed_w": 0, "soc_before": 10.0, "soc_after": 10.0, "action": "self_consume", "cost": 0.06091, "export_limit_w": null, "marginal_per_kwh": 0.24666, "extrapolated": false, "reason": {"key": "reason.at_reserve", "values": {"reserve_soc": 10.0}, "details": [{"key": "reason.buying_costs", "values": {"buy_per_kwh": 0.28}}]}},
{"start": "2026-01-16T16:30:00+00:00", "end": "2026-01-16T17:00:00+00:00", "buy": 0.28, "sell": 0.05, "pv_w": 0, "house_w": 427, "battery_w": 0, "grid_w": 427, "curtailed_w": 0, "soc_before": 10.0, "soc_after": 10.0, "action": "self_consume", "cost": 0.05978, "export_limit_w": null, "marginal_per_kwh": 0.24666, "extrapolated": false, "reason": {"key": "reason.at_reserve", "values": {"reserve_soc": 10.0}, "details": [{"key": "reason.buying_costs", "values": {"buy_per_kwh": 0.28}}]}},
{"start": "2026-01-16T17:00:00+00:00", "end": "2026-01-16T17:30:00+00:00", "buy": 0.28, "sell": 0.05, "pv_w": 0, "house_w": 427, "battery_w": 0, "grid_w": 427, "curtailed_w": 0, "soc_before": 10.0, "soc_after": 10.0, "action": "self_consume", "cost": 0.05978, "export_limit_w": null, "marginal_per_kwh": 0.24666, "extrapolated": false, "reason": {"key": "reason.at_reserve", "values": {"reserve_soc": 10.0}, "details": [{"key": "reason.buying_costs", "values": {"buy_per_kwh": 0.28}}]}},
{"start": "2026-01-16T17:30:00+00:00", "end": "2026-01-16T18:00:00+00:00", "buy": 0.28, "sell": 0.05, "pv_w": 0, "house_w": 435, "battery_w": 0, "grid_w": 435, "curtailed_w": 0, "soc_before": 10.0, "soc_after": 10.0, "action": "self_consume", "cost": 0.06091, "export_limit_w": null, "marginal_per_kwh": 0.24666, "extrapolated": false, "reason": {"key": "reason.at_reserve", "values": {"reserve_soc": 10.0}, "details": [{"key": "reason.buying_costs", "values": {"buy_per_kwh": 0.28}}]}},
{"start": "2026-01-16T18:00:00+00:00", "end": "2026-01-16T18:30:00+00:00", "buy": 0.28, "sell": 0.05, "pv_w": 0, "house_w": 459, "battery_w": 0, "grid_w": 459, "curtailed_w": 0, "soc_before": 10.0, "soc_after": 10.0, "action": "self_consume", "cost": 0.06429, "export_limit_w": null, "marginal_per_kwh": 0.24666, "extrapolated": false, "reason": {"key": "reason.at_reserve", "values": {"reserve_soc": 10.0}, "details": [{"key": "reason.buying_costs", "values": {"buy_per_kwh": 0.28}}]}},
{"start": "2026-01-16T18:30:00+00:00", "end": "2026-01-16T19:00:00+00:00", "buy": 0.28, "sell": 0.05, "pv_w": 0, "house_w": 499, "battery_w": 0, "grid_w": 499, "curtailed_w": 0, "soc_before": 10.0, "soc_after": 10.0, "action": "self_consume", "cost": 0.06993, "export_limit_w": null, "marginal_per_kwh": 0.24666, "extrapolated": false, "reason": {"key": "reason.at_reserve", "values": {"reserve_soc": 10.0}, "details": [{"key": "reason.buying_costs", "values": {"buy_per_kwh": 0.28}}]}},
{"start": "2026-01-16T19:00:00+00:00", "end": "2026-01-16T19:30:00+00:00", "buy": 0.28, "sell": 0.05, "pv_w": 0, "house_w": 580, "battery_w": 0, "grid_w": 580, "curtailed_w": 0, "soc_before": 10.0, "soc_after": 10.0, "action": "self_consume", "cost": 0.08121, "export_limit_w": null, "marginal_per_kwh": 0.24666, "extrapolated": false, "reason": {"key": "reason.at_reserve", "values": {"reserve_soc": 10.0}, "details": [{"key": "reason.buying_costs", "values": {"buy_per_kwh": 0.28}}]}},
{"start": "2026-01-16T19:30:00+00:00", "end": "2026-01-16T20:00:00+00:00", "buy": 0.28, "sell": 0.05, "pv_w": 0, "house_w": 693, "battery_w": 0, "grid_w": 693, "curtailed_w": 0, "soc_before": 10.0, "soc_after": 10.0, "action": "self_consume", "cost": 0.097, "export_limit_w": null, "marginal_per_kwh": 0.24666, "extrapolated": false, "reason": {"key": "reason.at_reserve", "values": {"reserve_soc": 10.0}, "details": [{"key": "reason.buying_costs", "values": {"buy_per_kwh": 0.28}}]}},
{"start": "2026-01-16T20:00:00+00:00", "end": "2026-01-16T20:30:00+00:00", "buy": 0.28, "sell": 0.05, "pv_w": 0, "house_w": 822, "battery_w": 0, "grid_w": 822, "curtailed_w": 0, "soc_before": 10.0, "soc_after": 10.0, "action": "self_consume", "cost": 0.11505, "export_limit_w": null, "marginal_per_kwh": 0.24666, "extrapolated": false, "reason": {"key": "reason.at_reserve", "values": {"reserve_soc": 10.0}, "details": [{"key": "reason.buying_costs", "values": {"buy_per_kwh": 0.28}}]}},
{"start": "2026-01-16T20:30:00+00:00", "end": "2026-01-16T21:00:00+00:00", "buy": 0.28, "sell": 0.05, "pv_w": 0, "house_w": 951, "battery_w": 0, "grid_w": 951, "curtailed_w": 0, "soc_before": 10.0, "soc_after": 10.0, "action": "self_consume", "cost": 0.13309, "export_limit_w": null, "marginal_per_kwh": 0.24666, "extrapolated": false, "reason": {"key": "reason.at_reserve", "values": {"reserve_soc": 10.0}, "details": [{"key": "reason.buying_costs", "values": {"buy_per_kwh": 0.28}}]}},
{"start": "2026-01-16T21:00:00+00:00", "end": "2026-01-16T21:30:00+00:00", "buy": 0.28, "sell": 0.05, "pv_w": 1615, "house_w": 999, "battery_w": 616, "grid_w": 0, "curtailed_w": 0, "soc_before": 10.0, "soc_after": 11.23, "action": "self_consume", "cost": -0.0, "export_limit_w": null, "marginal_per_kwh": 0.08433, "extrapolated": false, "reason": {"key": "reason.solar_charges", "details": [{"key": "reason.feeding_earns", "values": {"sell_per_kwh": 0.05}}]}},
{"start": "2026-01-16T21:30:00+00:00", "end": "2026-01-16T22:00:00+00:00", "buy": 0.28, "sell": 0.05, "pv_w": 1485, "house_w": 967, "battery_w": 518, "grid_w": 0, "curtailed_w": 0, "soc_before": 11.23, "soc_after": 12.27, "action": "self_consume", "cost": -0.0, "export_limit_w": null, "marginal_per_kwh": 0.08433, "extrapolated": false, "reason": {"key": "reason.solar_charges", "details": [{"key": "reason.feeding_earns", "values": {"sell_per_kwh": 0.05}}]}},
{"start": "2026-01-16T22:00:00+00:00", "end": "2026-01-16T22:30:00+00:00", "buy": 0.28, "sell": 0.05, "pv_w": 3252, "house_w": 886, "battery_w": 2366, "grid_w": 0, "curtailed_w": 0, "soc_before": 12.27, "soc_after": 17.02, "action": "self_consume", "cost": 0.0, "export_limit_w": null, "marginal_per_kwh": 0.08433, "extrapolated": false, "reason": {"key": "reason.solar_charges", "details": [{"key": "reason.feeding_earns", "values": {"sell_per_kwh": 0.05}}]}},
{"start": "2026-01-16T22:30:00+00:00", "end": "2026-01-16T23:00:00+00:00", "buy": 0.28, "sell": 0.05, "pv_w": 2748, "house_w": 822, "battery_w": 1926, "grid_w": 0, "curtailed_w": 0, "soc_before": 17.02, "soc_after": 20.88, "action": "self_consume", "cost": -0.0, "export_limit_w": null, "marginal_per_kwh": 0.08433, "extrapolated": false, "reason": {"key": "reason.solar_charges", "details": [{"key": "reason.feeding_earns", "values": {"sell_per_kwh": 0.05}}]}},
{"start": "2026-01-16T23:00:00+00:00", "end": "2026-01-16T23:30:00+00:00", "buy": 0.28, "sell": 0.05, "pv_w": 4987, "house_w": 773, "battery_w": 4214, "grid_w": 0, "curtailed_w": 0, "soc_before": 20.88, "soc_after": 29.32, "action": "self_consume", "cost": 0.0, "export_limit_w": null, "marginal_per_kwh": 0.08433, "extrapolated": false, "reason": {"key": "reason.solar_charges", "details": [{"key": "reason.feeding_earns", "values": {"sell_per_kwh": 0.05}}]}},
{"start": "2026-01-16T23:30:00+00:00", "end": "2026-01-17T00:00:00+00:00", "buy": 0.28, "sell": 0.05, "pv_w": 3493, "house_w": 741, "battery_w": 2752, "grid_w": 0, "curtailed_w": 0, "soc_before": 29.32, "soc_after": 34.84, "action": "self_consume", "cost": 0.0, "export_limit_w": null, "marginal_per_kwh": 0.08433, "extrapolated": false, "reason": {"key": "reason.solar_charges", "details": [{"key": "reason.feeding_earns", "values": {"sell_per_kwh": 0.05}}]}},
{"start": "2026-01-17T00:00:00+00:00", "end": "2026-01-17T00:30:00+00:00", "buy": 0.08, "sell": 0.05, "pv_w": 8550, "house_w": 725, "battery_w": 7824, "grid_w": 0, "curtailed_w": 0, "soc_before": 34.84, "soc_after": 50.52, "action": "self_consume", "cost": 0.0, "export_limit_w": null, "marginal_per_kwh": 0.08433, "extrapolated": false, "reason": {"key": "reason.solar_charges", "details": [{"key": "reason.feeding_earns", "values": {"sell_per_kwh": 0.05}}]}},
{"start": "2026-01-17T00:30:00+00:00", "end": "2026-01-17T01:00:00+00:00", "buy": 0.08, "sell": 0.05, "pv_w": 1850, "house_w": 717, "battery_w": 3680, "grid_w": 2546, "curtailed_w": 0, "soc_before": 50.52, "soc_after": 57.9, "action": "charge", "cost": 0.10186, "export_limit_w": null, "marginal_per_kwh": 0.08433, "extrapolated": false, "reason": {"key": "reason.charge_grid", "details": [{"key": "reason.buying_costs", "values": {"buy_per_kwh": 0.08}}]}},
{"start": "2026-01-17T01:00:00+00:00", "end": "2026-01-17T01:30:00+00:00", "buy": 0.08, "sell": 0.05, "pv_w": 5800, "house_w": 717, "battery_w": 10000, "grid_w": 4917, "curtailed_w": 0, "soc_before": 57.9, "soc_after": 77.94, "action": "charge", "cost": 0.19668, "export_limit_w": null, "marginal_per_kwh": 0.08433, "extrapolated": false, "reason": {"key": "reason.charge_grid", "details": [{"key": "reason.buying_costs", "values": {"buy_per_kwh": 0.08}}]}},
{"start": "2026-01-17T01:30:00+00:00", "end": "2026-01-17T02:00:00+00:00", "buy": 0.08, "sell": 0.05, "pv_w": 5800, "house_w": 725, "battery_w": 10000, "grid_w": 4925, "curtailed_w": 0, "soc_before": 77.94, "soc_after": 97.99, "action": "charge", "cost": 0.197, "export_limit_w": null, "marginal_per_kwh": 0.08433, "extrapolated": false, "reason": {"key": "reason.charge_grid", "details": [{"key": "reason.buying_costs", "values": {"buy_per_kwh": 0.08}}]}},
{"start": "2026-01-17T02:00:00+00:00", "end": "2026-01-17T02:00:01+00:00", "buy": 0.08, "sell": 0.05, "pv_w": 6000, "house_w": 741, "battery_w": 10000, "grid_w": 4741, "curtailed_w": 0, "soc_before": 97.99, "soc_after": 98.0, "action": "charge", "cost": 0.00011, "export_limit_w": null, "marginal_per_kwh": 0.24666, "extrapolated": false, "reason": {"key": "reason.charge_grid", "details": [{"key": "reason.buying_costs", "values": {"buy_per_kwh": 0.08}}]}}
],
"cost": -11.0997,
"objective": -16.0296,
"no_battery_cost": 4.4252,
"no_battery_objective": 2.0905,
"self_consumption_cost": -1.9376,
"self_consumption_objective": -7.2307,
"degradations": [
"no_load_profile"
]
} satisfies Plan;

export const changedPlan = {
"made_at": "2026-01-15T02:00:01+00:00",
"strategy": "plan",
"soc": 40.0,
"soc_min": 30.0,
"soc_max": 98.0,
"slots": [
{"start": "2026-01-15T02:00:01+00:00", "end": "2026-01-15T02:30:00+00:00", "buy": 0.08, "sell": 0.05, "pv_w": 6000, "house_w": 741, "battery_w": 5259, "grid_w": 0, "curtailed_w": 0, "soc_before": 40.0, "soc_after": 50.54, "action": "self_consume", "cost": 0.0, "export_limit_w": null, "marginal_per_kwh": 0.0527, "extrapolated": false, "reason": {"key": "reason.solar_charges", "details": [{"key": "reason.feeding_earns", "values": {"sell_per_kwh": 0.05}}]}}
],
"cost": -7.7073,
"objective": -12.8168,
"no_battery_cost": 4.4252,
"no_battery_objective": 2.0905,
"self_consumption_cost": -1.9376,
"self_consumption_objective": -7.2307,
"degradations": [
"no_load_profile"
]
} satisfies Plan;

export const schedule = {
"id": "536bb4711bef48c0abae4ac831f90d27",
"name": "Night",
"enabled": true,
"action": "charge",
"start": "01:00:00",
"end": "04:00:00",
"days": [
"mon"
],
"power_w": 3000,
"target_soc": 80.0,
"priority": 0,
"created_at": "2026-01-15T02:00:01+00:00",
"only_on": null
} satisfies Schedule;

export const decision = {
"id": 4,
"made_at": "2026-01-15T02:00:01+00:00",
"mode": "auto",
"strategy": "plan",
"action": "self_consume",
"target_power_w": 0,
"export_limit_w": null,
"reason": {
"key": "reason.solar_charges",
"details": [
{"key": "reason.feeding_earns", "values": {"sell_per_kwh": 0.05}},
{"key": "reason.worth", "values": {"worth_per_kwh": 0.0527, "charge_below_per_kwh": 0.05, "use_above_per_kwh": 0.0756}}
]
},
"confidence": 0.45,
"engine": "planner",
"trigger": "asked",
"soc": 40.0,
"buy": 0.08,
"sell": 0.05,
"marginal_per_kwh": 0.052704627669472995,
"degradations": [
"no_load_profile"
],
"opinions": [
{"engine": "planner", "action": "self_consume", "target_power_w": 0, "reason": {"key": "reason.solar_charges", "details": [{"key": "reason.feeding_earns", "values": {"sell_per_kwh": 0.05}}, {"key": "reason.worth", "values": {"worth_per_kwh": 0.0527, "charge_below_per_kwh": 0.05, "use_above_per_kwh": 0.0756}}]}, "confidence": 0.45, "weight": 1.0},
{"engine": "price", "action": "charge", "target_power_w": 10000, "reason": {"key": "reason.charge_cheap", "details": [{"key": "reason.buying_costs", "values": {"buy_per_kwh": 0.08}}, {"key": "reason.buying_then", "values": {"buy_per_kwh": 0.55, "then_at": "2026-01-15T07:00:00+00:00"}}]}, "confidence": 0.672, "weight": 1.0},
{"engine": "solar", "action": "charge", "target_power_w": 5258, "reason": {"key": "reason.charge_surplus", "details": [{"key": "reason.surplus", "values": {"surplus_kwh": 18.2, "within_s": 14400}}, {"key": "reason.feeding_earns", "values": {"sell_per_kwh": 0.05}}]}, "confidence": 0.9, "weight": 0.8},
{"engine": "usage", "action": "self_consume", "target_power_w": 0, "reason": {"key": "reason.usual_usage", "details": [{"key": "reason.usage_now", "values": {"load_w": 741, "mean_w": 833}}]}, "confidence": 0.1, "weight": 0.6}
]
} satisfies Decision;

export const auditRow = {
"id": 1,
"time": "2026-01-15T02:00:01+00:00",
"actor": "optimiser",
"owner": {
"key": "word.actor_optimiser"
},
"action": "self_consume",
"reason": {
"key": "reason.solar_charges",
"details": [
{"key": "reason.feeding_earns", "values": {"sell_per_kwh": 0.05}},
{"key": "reason.worth", "values": {"worth_per_kwh": 0.0527, "charge_below_per_kwh": 0.05, "use_above_per_kwh": 0.0756}}
]
},
"power_w": 0,
"previous": {
"remote_ems_enabled": false,
"remote_ems_mode": "self_consumption",
"charge_limit_w": 10000,
"discharge_limit_w": 10000,
"pv_limit_w": null,
"export_limit_w": null,
"import_limit_w": null,
"backup_soc": 0.0,
"charge_cutoff_soc": 100.0,
"discharge_cutoff_soc": 5.0
},
"wanted": {
"remote_ems_enabled": true,
"remote_ems_mode": "self_consumption",
"charge_cutoff_soc": 98.0,
"discharge_cutoff_soc": 5.0
},
"read_back": {
"remote_ems_enabled": true,
"remote_ems_mode": "self_consumption",
"charge_limit_w": 10000,
"discharge_limit_w": 10000,
"pv_limit_w": null,
"export_limit_w": null,
"import_limit_w": null,
"backup_soc": 0.0,
"charge_cutoff_soc": 98.0,
"discharge_cutoff_soc": 5.0
},
"outcome": "confirmed",
"detail": null
} satisfies AuditRow;

export const scores = {
"rows": [
{"day": "2026-01-13", "mode": "auto", "paid": -1.4, "actual": -1.2, "no_battery": 5.1, "self_consumption": 1.4, "rules": -0.9, "plan": -1.3, "perfect_foresight": -1.5, "share_vs_no_battery": 96.0, "share_vs_self_consumption": 90.0},
{"day": "2026-01-14", "mode": "auto", "paid": -1.4, "actual": -2.2, "no_battery": 4.1, "self_consumption": 0.3999999999999999, "rules": -1.9, "plan": -2.3, "perfect_foresight": -2.5, "share_vs_no_battery": 96.0, "share_vs_self_consumption": 90.0}
],
"supply_per_day": 1.1
} satisfies Scores;

export const history = {
"rows": [
{"start": "2026-01-14T00:00:00+10:00", "end": "2026-01-14T01:00:00+10:00", "pv_kwh": 0.0, "house_kwh": 0.5, "import_kwh": 0.1, "export_kwh": 0.1, "charge_kwh": 0.0, "discharge_kwh": 0.5, "soc": 50.0, "buy": 0.28, "sell": 0.05, "pv_forecast_kwh": 0.0, "house_forecast_kwh": 0.6, "cost": 0.023, "vehicle_kwh": null, "vehicle_given_kwh": null},
{"start": "2026-01-14T01:00:00+10:00", "end": "2026-01-14T02:00:00+10:00", "pv_kwh": 0.0, "house_kwh": 0.5, "import_kwh": 0.1, "export_kwh": 0.1, "charge_kwh": 0.0, "discharge_kwh": 0.5, "soc": 48.0, "buy": 0.28, "sell": 0.05, "pv_forecast_kwh": 0.0, "house_forecast_kwh": 0.6, "cost": 0.023, "vehicle_kwh": null, "vehicle_given_kwh": null},
{"start": "2026-01-14T02:00:00+10:00", "end": "2026-01-14T03:00:00+10:00", "pv_kwh": 0.0, "house_kwh": 0.5, "import_kwh": 0.1, "export_kwh": 0.1, "charge_kwh": 0.0, "discharge_kwh": 0.5, "soc": 46.0, "buy": 0.28, "sell": 0.05, "pv_forecast_kwh": 0.0, "house_forecast_kwh": 0.6, "cost": 0.023, "vehicle_kwh": null, "vehicle_given_kwh": null},
{"start": "2026-01-14T03:00:00+10:00", "end": "2026-01-14T04:00:00+10:00", "pv_kwh": 0.0, "house_kwh": 0.5, "import_kwh": 0.1, "export_kwh": 0.1, "charge_kwh": 0.0, "discharge_kwh": 0.5, "soc": 44.0, "buy": 0.28, "sell": 0.05, "pv_forecast_kwh": 0.0, "house_forecast_kwh": 0.6, "cost": 0.023, "vehicle_kwh": null, "vehicle_given_kwh": null},
{"start": "2026-01-14T04:00:00+10:00", "end": "2026-01-14T05:00:00+10:00", "pv_kwh": 0.0, "house_kwh": 0.5, "import_kwh": 0.1, "export_kwh": 0.1, "charge_kwh": 0.0, "discharge_kwh": 0.5, "soc": 42.0, "buy": 0.28, "sell": 0.05, "pv_forecast_kwh": 0.0, "house_forecast_kwh": 0.6, "cost": 0.023, "vehicle_kwh": null, "vehicle_given_kwh": null},
{"start": "2026-01-14T05:00:00+10:00", "end": "2026-01-14T06:00:00+10:00", "pv_kwh": 0.0, "house_kwh": 0.5, "import_kwh": 0.1, "export_kwh": 0.1, "charge_kwh": 0.0, "discharge_kwh": 0.5, "soc": 40.0, "buy": 0.28, "sell": 0.05, "pv_forecast_kwh": 0.0, "house_forecast_kwh": 0.6, "cost": 0.023, "vehicle_kwh": null, "vehicle_given_kwh": null},
{"start": "2026-01-14T06:00:00+10:00", "end": "2026-01-14T07:00:00+10:00", "pv_kwh": 0.0, "house_kwh": 0.5, "import_kwh": 0.1, "export_kwh": 0.1, "charge_kwh": 0.0, "discharge_kwh": 0.5, "soc": 40.0, "buy": 0.28, "sell": 0.05, "pv_forecast_kwh": 0.0, "house_forecast_kwh": 0.6, "cost": 0.023, "vehicle_kwh": null, "vehicle_given_kwh": null},
{"start": "2026-01-14T07:00:00+10:00", "end": "2026-01-14T08:00:00+10:00", "pv_kwh": 1.55, "house_kwh": 0.5, "import_kwh": 0.1, "export_kwh": 0.1, "charge_kwh": 1.05, "discharge_kwh": 0.0, "soc": 45.0, "buy": 0.28, "sell": 0.05, "pv_forecast_kwh": 1.705, "house_forecast_kwh": 0.6, "cost": 0.023, "vehicle_kwh": null, "vehicle_given_kwh": null},
{"start": "2026-01-14T08:00:00+10:00", "end": "2026-01-14T09:00:00+10:00", "pv_kwh": 3.0, "house_kwh": 0.5, "import_kwh": 0.1, "export_kwh": 0.1, "charge_kwh": 2.5, "discharge_kwh": 0.0, "soc": 50.0, "buy": 0.28, "sell": 0.05, "pv_forecast_kwh": 3.3, "house_forecast_kwh": 0.6, "cost": 0.023, "vehicle_kwh": null, "vehicle_given_kwh": null},
{"start": "2026-01-14T09:00:00+10:00", "end": "2026-01-14T10:00:00+10:00", "pv_kwh": 4.24, "house_kwh": 0.5, "import_kwh": 0.1, "export_kwh": 0.1, "charge_kwh": 3.74, "discharge_kwh": 0.0, "soc": 55.0, "buy": 0.28, "sell": 0.05, "pv_forecast_kwh": 4.664, "house_forecast_kwh": 0.6, "cost": 0.023, "vehicle_kwh": null, "vehicle_given_kwh": null},
{"start": "2026-01-14T10:00:00+10:00", "end": "2026-01-14T11:00:00+10:00", "pv_kwh": 5.2, "house_kwh": 0.5, "import_kwh": 0.1, "export_kwh": 0.1, "charge_kwh": 4.7, "discharge_kwh": 0.0, "soc": 60.0, "buy": 0.08, "sell": 0.05, "pv_forecast_kwh": 5.72, "house_forecast_kwh": 0.6, "cost": 0.003, "vehicle_kwh": null, "vehicle_given_kwh": null},
{"start": "2026-01-14T11:00:00+10:00", "end": "2026-01-14T12:00:00+10:00", "pv_kwh": 5.8, "house_kwh": 0.5, "import_kwh": 0.1, "export_kwh": 0.1, "charge_kwh": 5.3, "discharge_kwh": 0.0, "soc": 65.0, "buy": 0.08, "sell": 0.05, "pv_forecast_kwh": 6.38, "house_forecast_kwh": 0.6, "cost": 0.003, "vehicle_kwh": null, "vehicle_given_kwh": null},
{"start": "2026-01-14T12:00:00+10:00", "end": "2026-01-14T13:00:00+10:00", "pv_kwh": 6.0, "house_kwh": 0.5, "import_kwh": 0.1, "export_kwh": 0.1, "charge_kwh": 5.5, "discharge_kwh": 0.0, "soc": 70.0, "buy": 0.08, "sell": 0.05, "pv_forecast_kwh": 6.6, "house_forecast_kwh": 0.6, "cost": 0.003, "vehicle_kwh": null, "vehicle_given_kwh": null},
{"start": "2026-01-14T13:00:00+10:00", "end": "2026-01-14T14:00:00+10:00", "pv_kwh": 5.8, "house_kwh": 0.5, "import_kwh": 0.1, "export_kwh": 0.1, "charge_kwh": 5.3, "discharge_kwh": 0.0, "soc": 75.0, "buy": 0.08, "sell": 0.05, "pv_forecast_kwh": 6.38, "house_forecast_kwh": 0.6, "cost": 0.003, "vehicle_kwh": null, "vehicle_given_kwh": null},
{"start": "2026-01-14T14:00:00+10:00", "end": "2026-01-14T15:00:00+10:00", "pv_kwh": 5.2, "house_kwh": 0.5, "import_kwh": 0.1, "export_kwh": 0.1, "charge_kwh": 4.7, "discharge_kwh": 0.0, "soc": 80.0, "buy": 0.28, "sell": 0.05, "pv_forecast_kwh": 5.72, "house_forecast_kwh": 0.6, "cost": 0.023, "vehicle_kwh": null, "vehicle_given_kwh": null},
{"start": "2026-01-14T15:00:00+10:00", "end": "2026-01-14T16:00:00+10:00", "pv_kwh": 4.24, "house_kwh": 0.5, "import_kwh": 0.1, "export_kwh": 0.1, "charge_kwh": 3.74, "discharge_kwh": 0.0, "soc": 85.0, "buy": 0.28, "sell": 0.05, "pv_forecast_kwh": 4.664, "house_forecast_kwh": 0.6, "cost": 0.023, "vehicle_kwh": null, "vehicle_given_kwh": null},
{"start": "2026-01-14T16:00:00+10:00", "end": "2026-01-14T17:00:00+10:00", "pv_kwh": 3.0, "house_kwh": 0.5, "import_kwh": 0.1, "export_kwh": 0.1, "charge_kwh": 2.5, "discharge_kwh": 0.0, "soc": 90.0, "buy": 0.28, "sell": 0.05, "pv_forecast_kwh": 3.3, "house_forecast_kwh": 0.6, "cost": 0.023, "vehicle_kwh": null, "vehicle_given_kwh": null},
{"start": "2026-01-14T17:00:00+10:00", "end": "2026-01-14T18:00:00+10:00", "pv_kwh": 1.55, "house_kwh": 2.0, "import_kwh": 0.1, "export_kwh": 0.1, "charge_kwh": 0.0, "discharge_kwh": 0.45, "soc": 95.0, "buy": 0.55, "sell": 0.45, "pv_forecast_kwh": 1.705, "house_forecast_kwh": 0.6, "cost": 0.01, "vehicle_kwh": null, "vehicle_given_kwh": null},
{"start": "2026-01-14T18:00:00+10:00", "end": "2026-01-14T19:00:00+10:00", "pv_kwh": 0.0, "house_kwh": 2.0, "import_kwh": 0.1, "export_kwh": 0.1, "charge_kwh": 0.0, "discharge_kwh": 2.0, "soc": 90.0, "buy": 0.55, "sell": 0.45, "pv_forecast_kwh": 0.0, "house_forecast_kwh": 0.6, "cost": 0.01, "vehicle_kwh": null, "vehicle_given_kwh": null},
{"start": "2026-01-14T19:00:00+10:00", "end": "2026-01-14T20:00:00+10:00", "pv_kwh": 0.0, "house_kwh": 2.0, "import_kwh": 0.1, "export_kwh": 0.1, "charge_kwh": 0.0, "discharge_kwh": 2.0, "soc": 85.0, "buy": 0.55, "sell": 0.45, "pv_forecast_kwh": 0.0, "house_forecast_kwh": 0.6, "cost": 0.01, "vehicle_kwh": null, "vehicle_given_kwh": null},
{"start": "2026-01-14T20:00:00+10:00", "end": "2026-01-14T21:00:00+10:00", "pv_kwh": 0.0, "house_kwh": 2.0, "import_kwh": 0.1, "export_kwh": 0.1, "charge_kwh": 0.0, "discharge_kwh": 2.0, "soc": 80.0, "buy": 0.55, "sell": 0.05, "pv_forecast_kwh": 0.0, "house_forecast_kwh": 0.6, "cost": 0.05, "vehicle_kwh": null, "vehicle_given_kwh": null},
{"start": "2026-01-14T21:00:00+10:00", "end": "2026-01-14T22:00:00+10:00", "pv_kwh": 0.0, "house_kwh": 0.7, "import_kwh": 0.1, "export_kwh": 0.1, "charge_kwh": 0.0, "discharge_kwh": 0.7, "soc": 75.0, "buy": 0.28, "sell": 0.05, "pv_forecast_kwh": 0.0, "house_forecast_kwh": 0.6, "cost": 0.023, "vehicle_kwh": null, "vehicle_given_kwh": null},
{"start": "2026-01-14T22:00:00+10:00", "end": "2026-01-14T23:00:00+10:00", "pv_kwh": 0.0, "house_kwh": 0.7, "import_kwh": 0.1, "export_kwh": 0.1, "charge_kwh": 0.0, "discharge_kwh": 0.7, "soc": 70.0, "buy": 0.28, "sell": 0.05, "pv_forecast_kwh": 0.0, "house_forecast_kwh": 0.6, "cost": 0.023, "vehicle_kwh": null, "vehicle_given_kwh": null},
{"start": "2026-01-14T23:00:00+10:00", "end": "2026-01-15T00:00:00+10:00", "pv_kwh": 0.0, "house_kwh": 0.7, "import_kwh": 0.1, "export_kwh": 0.1, "charge_kwh": 0.0, "discharge_kwh": 0.7, "soc": 65.0, "buy": 0.28, "sell": 0.05, "pv_forecast_kwh": 0.0, "house_forecast_kwh": 0.6, "cost": 0.023, "vehicle_kwh": null, "vehicle_given_kwh": null}
],
"accuracy": {
"pv": {
"mean_absolute_error_w": 310.0,
"bias_w": -40.0,
"hours": 11
},
"house": {
"mean_absolute_error_w": 316.7,
"bias_w": -175.0,
"hours": 24
}
},
"self_powered_percent": 87.1,
"outages": []
} satisfies History;
