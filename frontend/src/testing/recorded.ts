// Written by tests/panel/test_recorded.py.
import type { AuditRow, Decision, History, Live, Plan, Plant, Schedule, Scores } from "../api/types";

export const plants = [
  {
    "entry_id": "01KEZP3380DRPG2TTAFPSMVBZT",
    "title": "SigenStor",
    "loaded": true,
    "currency": "AUD",
    "time_zone": "Australia/Brisbane",
    "may_control": true,
    "entities": {
      "state_of_charge": "sensor.sigenstor_state_of_charge"
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
        "id": "c4c70de3b687466ca95eec6b763994e7",
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
    "checking": null,
    "check": null,
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
  "no_battery_objective": 11.1839,
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
  "no_battery_objective": 11.1839,
  "self_consumption_cost": 13.0248,
  "self_consumption_objective": 11.1839,
  "degradations": [
    "no_pv_forecast",
    "no_load_profile"
  ]
} satisfies Plan;

export const schedules = [
  {
    "id": "c4c70de3b687466ca95eec6b763994e7",
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
