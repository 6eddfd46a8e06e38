// Written by tests/panel/test_recorded.py.
import type { AuditRow, Decision, History, Live, Plan, Plant, Schedule, Scores } from "../api/types";

export const plants = [
  {
    "entry_id": "01KEZP338071RPFXVQKRAESS4Z",
    "title": "SigenStor",
    "loaded": true,
    "currency": "AUD",
    "time_zone": "Australia/Brisbane",
    "may_control": true,
    "entities": {
      "clear_override": "button.sigenstor_clear_override",
      "optimise_now": "button.sigenstor_optimise_now",
      "schedules": "calendar.sigenstor_schedules",
      "control": "event.sigenstor_control",
      "price": "event.sigenstor_price",
      "override_power": "number.sigenstor_override_power",
      "charge_target_soc": "number.sigenstor_charge_target",
      "override": "select.sigenstor_override",
      "control_mode": "select.sigenstor_control_mode",
      "export_floor_soc": "number.sigenstor_export_floor",
      "min_soc": "number.sigenstor_minimum_state_of_charge",
      "optimiser_strategy": "select.sigenstor_optimiser_strategy",
      "max_soc": "number.sigenstor_maximum_state_of_charge",
      "min_temperature": "number.sigenstor_minimum_battery_temperature",
      "max_temperature": "number.sigenstor_maximum_battery_temperature",
      "power_step": "number.sigenstor_power_step",
      "state_of_charge": "sensor.sigenstor_state_of_charge",
      "stored_energy": "sensor.sigenstor_stored_energy",
      "cooldown": "number.sigenstor_minimum_time_between_commands",
      "price_weight": "number.sigenstor_price_engine_weight",
      "emergency_stop": "switch.sigenstor_emergency_stop",
      "battery_power": "sensor.sigenstor_battery_power",
      "solar_weight": "number.sigenstor_solar_engine_weight",
      "usage_weight": "number.sigenstor_usage_engine_weight",
      "pcs_alarm": "binary_sensor.sigenstor_inverter_alarm",
      "ess_alarm": "binary_sensor.sigenstor_battery_alarm",
      "pv_power": "sensor.sigenstor_pv_power",
      "reserve_soc": "number.sigenstor_reserve",
      "gateway_alarm": "binary_sensor.sigenstor_gateway_alarm",
      "dc_charger_alarm": "binary_sensor.sigenstor_dc_charger_alarm",
      "house_power": "sensor.sigenstor_house_power",
      "grid_power": "sensor.sigenstor_grid_power",
      "plant_alarm": "binary_sensor.sigenstor_system_alarm",
      "remote_ems": "binary_sensor.sigenstor_remote_ems",
      "grid_import_power": "sensor.sigenstor_grid_import_power",
      "grid_export_power": "sensor.sigenstor_grid_export_power",
      "connection": "binary_sensor.sigenstor_connection",
      "override_active": "binary_sensor.sigenstor_override_active",
      "cell_temperature": "sensor.sigenstor_cell_temperature",
      "control_problem": "binary_sensor.sigenstor_control_problem",
      "price_spike": "binary_sensor.sigenstor_price_spike",
      "cell_voltage": "sensor.sigenstor_cell_voltage",
      "state_of_health": "sensor.sigenstor_state_of_health",
      "demand_window": "binary_sensor.sigenstor_demand_window",
      "price_estimate": "binary_sensor.sigenstor_estimated_price",
      "cycles": "sensor.sigenstor_cycles",
      "pv_energy": "sensor.sigenstor_pv_energy",
      "house_energy": "sensor.sigenstor_house_energy",
      "grid_import_energy": "sensor.sigenstor_grid_import_energy",
      "grid_export_energy": "sensor.sigenstor_grid_export_energy",
      "battery_charged_energy": "sensor.sigenstor_battery_charged_energy",
      "battery_discharged_energy": "sensor.sigenstor_battery_discharged_energy",
      "pv_energy_today": "sensor.sigenstor_pv_energy_today",
      "house_energy_today": "sensor.sigenstor_house_energy_today",
      "grid_import_energy_today": "sensor.sigenstor_grid_import_energy_today",
      "grid_export_energy_today": "sensor.sigenstor_grid_export_energy_today",
      "battery_charged_energy_today": "sensor.sigenstor_battery_charged_energy_today",
      "battery_discharged_energy_today": "sensor.sigenstor_battery_discharged_energy_today",
      "running_state": "sensor.sigenstor_running_state",
      "ems_mode": "sensor.sigenstor_ems_mode",
      "grid_status": "sensor.sigenstor_grid_status",
      "data_source": "sensor.sigenstor_data_source",
      "last_update": "sensor.sigenstor_last_update",
      "control_state": "sensor.sigenstor_control_state",
      "buy_price": "sensor.sigenstor_buy_price",
      "sell_price": "sensor.sigenstor_feed_in_price",
      "buy_price_next": "sensor.sigenstor_next_buy_price",
      "sell_price_next": "sensor.sigenstor_next_feed_in_price",
      "buy_price_today_min": "sensor.sigenstor_lowest_buy_price_today",
      "buy_price_today_mean": "sensor.sigenstor_average_buy_price_today",
      "buy_price_today_max": "sensor.sigenstor_highest_buy_price_today",
      "price_level": "sensor.sigenstor_price_level",
      "renewables": "sensor.sigenstor_renewables_in_the_grid",
      "load_forecast_now": "sensor.sigenstor_house_power_forecast_now",
      "load_forecast_error": "sensor.sigenstor_house_power_forecast_error",
      "recommendation": "sensor.sigenstor_recommendation",
      "recommendation_reason": "sensor.sigenstor_recommendation_reason",
      "recommended_power": "sensor.sigenstor_recommended_battery_power",
      "recommendation_confidence": "sensor.sigenstor_recommendation_confidence",
      "marginal_value": "sensor.sigenstor_value_of_stored_energy",
      "expected_cost_today": "sensor.sigenstor_expected_cost_today",
      "savings_today": "sensor.sigenstor_savings_today",
      "savings_total": "sensor.sigenstor_total_savings",
      "savings_today_vs_self_consumption": "sensor.sigenstor_savings_today_vs_self_consumption",
      "savings_total_vs_self_consumption": "sensor.sigenstor_total_savings_vs_self_consumption",
      "share_of_possible_saving": "sensor.sigenstor_share_of_possible_savings",
      "optimiser_status": "sensor.sigenstor_optimiser_status",
      "schedule_eac0ddc2504d46d690bb38c3f805f00f": "switch.sigenstor_night"
    }
  }
] satisfies Plant[];

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
    "state": "charging",
    "owner": {
      "key": "word.override_force_charge"
    },
    "actor": "manual",
    "wanted": "charge",
    "applied": "charge",
    "power_w": 2000,
    "ramping_to_w": null,
    "reason": {
      "key": "control.force_charge_until",
      "values": {
        "power_w": 2000,
        "target_soc": 95.0,
        "until_at": "2026-01-15T02:30:01+00:00"
      }
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
      {
        "id": "eac0ddc2504d46d690bb38c3f805f00f",
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
        "created_at": "2026-01-15T02:00:01+00:00"
      }
    ],
    "export_limit_w": null,
    "settings": {
      "mode": "manual",
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
    "wanted_power_w": 2000,
    "due_at": null,
    "stopped": null
  },
  "prices": {
    "now": {
      "buy": 0.3,
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
      "id": 2,
      "made_at": "2026-01-15T02:00:01+00:00",
      "mode": "manual",
      "strategy": "plan",
      "action": "hold",
      "target_power_w": 0,
      "export_limit_w": null,
      "reason": {
        "key": "reason.hold_to_use",
        "values": {
          "used_at": "2026-01-15T08:00:00+00:00"
        },
        "details": [
          {
            "key": "reason.buying_costs",
            "values": {
              "buy_per_kwh": 0.3
            }
          },
          {
            "key": "reason.buying_then",
            "values": {
              "buy_per_kwh": 0.5,
              "then_at": "2026-01-15T08:00:00+00:00"
            }
          }
        ]
      },
      "confidence": 0.552,
      "engine": "planner",
      "trigger": "asked",
      "soc": 40.0,
      "buy": 0.3,
      "sell": 0.05,
      "marginal_per_kwh": 0.31622776601683794,
      "degradations": [
        "no_pv_forecast",
        "no_load_profile"
      ],
      "opinions": [
        {
          "engine": "planner",
          "action": "hold",
          "target_power_w": 0,
          "reason": {
            "key": "reason.hold_to_use",
            "values": {
              "used_at": "2026-01-15T08:00:00+00:00"
            },
            "details": [
              {
                "key": "reason.buying_costs",
                "values": {
                  "buy_per_kwh": 0.3
                }
              },
              {
                "key": "reason.buying_then",
                "values": {
                  "buy_per_kwh": 0.5,
                  "then_at": "2026-01-15T08:00:00+00:00"
                }
              }
            ]
          },
          "confidence": 0.552,
          "weight": 1.0
        },
        {
          "engine": "price",
          "action": "hold",
          "target_power_w": 0,
          "reason": {
            "key": "reason.keep_for_dear",
            "values": {
              "dear_at": "2026-01-15T08:00:00+00:00"
            },
            "details": [
              {
                "key": "reason.buying_costs",
                "values": {
                  "buy_per_kwh": 0.3
                }
              },
              {
                "key": "reason.buying_then",
                "values": {
                  "buy_per_kwh": 0.5,
                  "then_at": "2026-01-15T08:00:00+00:00"
                }
              }
            ]
          },
          "confidence": 0.35,
          "weight": 1.0
        }
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
    {
      "start": "2026-01-15T02:00:01+00:00",
      "end": "2026-01-15T02:30:00+00:00",
      "buy": 0.3,
      "sell": 0.05,
      "pv_w": 0,
      "house_w": 741,
      "battery_w": 0,
      "grid_w": 741,
      "curtailed_w": 0,
      "soc_before": 40.0,
      "soc_after": 40.0,
      "action": "hold",
      "cost": 0.11112,
      "export_limit_w": null,
      "marginal_per_kwh": 0.31623,
      "extrapolated": false,
      "reason": {
        "key": "reason.hold_to_use",
        "values": {
          "used_at": "2026-01-15T08:00:00+00:00"
        },
        "details": [
          {
            "key": "reason.buying_costs",
            "values": {
              "buy_per_kwh": 0.3
            }
          },
          {
            "key": "reason.buying_then",
            "values": {
              "buy_per_kwh": 0.5,
              "then_at": "2026-01-15T08:00:00+00:00"
            }
          }
        ]
      }
    },
    {
      "start": "2026-01-15T02:30:00+00:00",
      "end": "2026-01-15T03:00:00+00:00",
      "buy": 0.3,
      "sell": 0.05,
      "pv_w": 0,
      "house_w": 741,
      "battery_w": 0,
      "grid_w": 741,
      "curtailed_w": 0,
      "soc_before": 40.0,
      "soc_after": 40.0,
      "action": "hold",
      "cost": 0.11118,
      "export_limit_w": null,
      "marginal_per_kwh": 0.31623,
      "extrapolated": false,
      "reason": {
        "key": "reason.hold_to_use",
        "values": {
          "used_at": "2026-01-15T08:00:00+00:00"
        },
        "details": [
          {
            "key": "reason.buying_costs",
            "values": {
              "buy_per_kwh": 0.3
            }
          },
          {
            "key": "reason.buying_then",
            "values": {
              "buy_per_kwh": 0.5,
              "then_at": "2026-01-15T08:00:00+00:00"
            }
          }
        ]
      }
    }
  ],
  "cost": 10.0381,
  "objective": 9.5793,
  "no_battery_cost": 13.6983,
  "self_consumption_cost": 11.3878,
  "self_consumption_objective": 10.8939,
  "degradations": [
    "no_pv_forecast",
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
    {
      "start": "2026-01-15T02:00:01+00:00",
      "end": "2026-01-15T02:30:00+00:00",
      "buy": 0.3,
      "sell": 0.05,
      "pv_w": 0,
      "house_w": 741,
      "battery_w": 0,
      "grid_w": 741,
      "curtailed_w": 0,
      "soc_before": 40.0,
      "soc_after": 40.0,
      "action": "hold",
      "cost": 0.11112,
      "export_limit_w": null,
      "marginal_per_kwh": 0.31623,
      "extrapolated": false,
      "reason": {
        "key": "reason.hold_to_use",
        "values": {
          "used_at": "2026-01-15T08:00:00+00:00"
        },
        "details": [
          {
            "key": "reason.buying_costs",
            "values": {
              "buy_per_kwh": 0.3
            }
          },
          {
            "key": "reason.buying_then",
            "values": {
              "buy_per_kwh": 0.5,
              "then_at": "2026-01-15T08:00:00+00:00"
            }
          }
        ]
      }
    },
    {
      "start": "2026-01-15T02:30:00+00:00",
      "end": "2026-01-15T03:00:00+00:00",
      "buy": 0.3,
      "sell": 0.05,
      "pv_w": 0,
      "house_w": 741,
      "battery_w": 0,
      "grid_w": 741,
      "curtailed_w": 0,
      "soc_before": 40.0,
      "soc_after": 40.0,
      "action": "hold",
      "cost": 0.11118,
      "export_limit_w": null,
      "marginal_per_kwh": 0.31623,
      "extrapolated": false,
      "reason": {
        "key": "reason.hold_to_use",
        "values": {
          "used_at": "2026-01-15T08:00:00+00:00"
        },
        "details": [
          {
            "key": "reason.buying_costs",
            "values": {
              "buy_per_kwh": 0.3
            }
          },
          {
            "key": "reason.buying_then",
            "values": {
              "buy_per_kwh": 0.5,
              "then_at": "2026-01-15T08:00:00+00:00"
            }
          }
        ]
      }
    }
  ],
  "cost": 11.5347,
  "objective": 9.8188,
  "no_battery_cost": 13.6983,
  "self_consumption_cost": 13.0248,
  "self_consumption_objective": 11.1839,
  "degradations": [
    "no_pv_forecast",
    "no_load_profile"
  ]
} satisfies Plan;

export const schedules = [
  {
    "id": "eac0ddc2504d46d690bb38c3f805f00f",
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
    "created_at": "2026-01-15T02:00:01+00:00"
  }
] satisfies Schedule[];

export const decisions = [
  {
    "id": 2,
    "made_at": "2026-01-15T02:00:01+00:00",
    "mode": "manual",
    "strategy": "plan",
    "action": "hold",
    "target_power_w": 0,
    "export_limit_w": null,
    "reason": {
      "key": "reason.hold_to_use",
      "values": {
        "used_at": "2026-01-15T08:00:00+00:00"
      },
      "details": [
        {
          "key": "reason.buying_costs",
          "values": {
            "buy_per_kwh": 0.3
          }
        },
        {
          "key": "reason.buying_then",
          "values": {
            "buy_per_kwh": 0.5,
            "then_at": "2026-01-15T08:00:00+00:00"
          }
        }
      ]
    },
    "confidence": 0.552,
    "engine": "planner",
    "trigger": "asked",
    "soc": 40.0,
    "buy": 0.3,
    "sell": 0.05,
    "marginal_per_kwh": 0.31622776601683794,
    "degradations": [
      "no_pv_forecast",
      "no_load_profile"
    ],
    "opinions": [
      {
        "engine": "planner",
        "action": "hold",
        "target_power_w": 0,
        "reason": {
          "key": "reason.hold_to_use",
          "values": {
            "used_at": "2026-01-15T08:00:00+00:00"
          },
          "details": [
            {
              "key": "reason.buying_costs",
              "values": {
                "buy_per_kwh": 0.3
              }
            },
            {
              "key": "reason.buying_then",
              "values": {
                "buy_per_kwh": 0.5,
                "then_at": "2026-01-15T08:00:00+00:00"
              }
            }
          ]
        },
        "confidence": 0.552,
        "weight": 1.0
      },
      {
        "engine": "price",
        "action": "hold",
        "target_power_w": 0,
        "reason": {
          "key": "reason.keep_for_dear",
          "values": {
            "dear_at": "2026-01-15T08:00:00+00:00"
          },
          "details": [
            {
              "key": "reason.buying_costs",
              "values": {
                "buy_per_kwh": 0.3
              }
            },
            {
              "key": "reason.buying_then",
              "values": {
                "buy_per_kwh": 0.5,
                "then_at": "2026-01-15T08:00:00+00:00"
              }
            }
          ]
        },
        "confidence": 0.35,
        "weight": 1.0
      }
    ]
  },
  {
    "id": 1,
    "made_at": "2026-01-15T02:00:01+00:00",
    "mode": "manual",
    "strategy": "plan",
    "action": "hold",
    "target_power_w": 0,
    "export_limit_w": null,
    "reason": {
      "key": "reason.hold_to_use",
      "values": {
        "used_at": "2026-01-15T08:00:00+00:00"
      },
      "details": [
        {
          "key": "reason.buying_costs",
          "values": {
            "buy_per_kwh": 0.3
          }
        },
        {
          "key": "reason.buying_then",
          "values": {
            "buy_per_kwh": 0.5,
            "then_at": "2026-01-15T08:00:00+00:00"
          }
        }
      ]
    },
    "confidence": 0.552,
    "engine": "planner",
    "trigger": "start",
    "soc": 40.0,
    "buy": 0.3,
    "sell": 0.05,
    "marginal_per_kwh": 0.31622776601683794,
    "degradations": [
      "no_pv_forecast",
      "no_load_profile"
    ],
    "opinions": [
      {
        "engine": "planner",
        "action": "hold",
        "target_power_w": 0,
        "reason": {
          "key": "reason.hold_to_use",
          "values": {
            "used_at": "2026-01-15T08:00:00+00:00"
          },
          "details": [
            {
              "key": "reason.buying_costs",
              "values": {
                "buy_per_kwh": 0.3
              }
            },
            {
              "key": "reason.buying_then",
              "values": {
                "buy_per_kwh": 0.5,
                "then_at": "2026-01-15T08:00:00+00:00"
              }
            }
          ]
        },
        "confidence": 0.552,
        "weight": 1.0
      },
      {
        "engine": "price",
        "action": "hold",
        "target_power_w": 0,
        "reason": {
          "key": "reason.keep_for_dear",
          "values": {
            "dear_at": "2026-01-15T08:00:00+00:00"
          },
          "details": [
            {
              "key": "reason.buying_costs",
              "values": {
                "buy_per_kwh": 0.3
              }
            },
            {
              "key": "reason.buying_then",
              "values": {
                "buy_per_kwh": 0.5,
                "then_at": "2026-01-15T08:00:00+00:00"
              }
            }
          ]
        },
        "confidence": 0.35,
        "weight": 1.0
      }
    ]
  }
] satisfies Decision[];

export const audit = [
  {
    "id": 1,
    "time": "2026-01-15T02:00:01+00:00",
    "actor": "manual",
    "owner": {
      "key": "word.override_force_charge"
    },
    "action": "charge",
    "reason": {
      "key": "control.force_charge_until",
      "values": {
        "power_w": 2000,
        "target_soc": 95.0,
        "until_at": "2026-01-15T02:30:01+00:00"
      }
    },
    "power_w": 2000,
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
      "remote_ems_mode": "charge_pv_first",
      "charge_cutoff_soc": 98.0,
      "discharge_cutoff_soc": 5.0,
      "charge_limit_w": 2000
    },
    "read_back": {
      "remote_ems_enabled": true,
      "remote_ems_mode": "charge_pv_first",
      "charge_limit_w": 2000,
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
  }
] satisfies AuditRow[];

export const scores = {
  "rows": [],
  "supply_per_day": null
} satisfies Scores;

export const history = {
  "rows": [],
  "accuracy": {
    "pv": null,
    "house": null
  },
  "outages": []
} satisfies History;
