"""What can be made to go wrong: quirks of firmware and network, faults of the plant."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from .endpoint import HTTP_FAULTS
from .options import Option, any_text, bits, duration, on_off, one_of, ranges, text, whole, word

QUIRKS: Mapping[str, Option] = MappingProxyType(
    {
        "pre_spc113_gating": on_off(
            "Firmware SPC110: 40031, 40032, 40034 and 40036 answer exception 2, and the limits "
            "do nothing, while 40029 is 0"
        ),
        "limits_bound_to_mode": on_off("40032 counts in modes 3 and 4 only, 40034 in modes 5 and 6 only"),
        "limits_read_zero_when_off": on_off("40032 and 40034 read 0 while 40029 is 0"),
        "standby_does_not_hold": on_off(
            "Mode 1 is self-consumption; only the cut-offs 40047 and 40048 hold the battery"
        ),
        "standby_lifts_export_limit": on_off("40038 does nothing in mode 1"),
        "discharge_needs_pv": on_off("Mode 5 takes nothing from the battery without PV"),
        "battery_registers_without_battery": Option(
            "What an inverter without a battery answers for battery registers",
            "zero, all_ones or exception",
            word("zero", "all_ones", "exception"),
            off="zero",
        ),
        "unknown_unit": Option(
            "What is answered for a unit that is not there; 0 is silence", "0, 2, 10 or 11", one_of(0, 2, 10, 11), off=2
        ),
        "firmware_version": Option("What 30525 reads; empty for the simulation's own", "text", any_text, off=""),
        "export_limit_reverts_s": duration(
            "40038 returns to its earlier value this many simulated seconds after a write"
        ),
        "discharge_cutoff_import_bug": on_off(
            "40048 above the state of charge imports several kW, whatever 40040 says"
        ),
        "zero_export_limit_imports": on_off("40038 at exactly 0 without PV imports 1.3 kW"),
        "counters_zero_after_reconnect_s": duration(
            "Energy counters read 0 for this many simulated seconds after a client connects"
        ),
        "missing_registers": ranges("A read or write that touches one answers exception 2"),
        "late_reply_s": duration("Every reply comes this many seconds late"),
        "stalled": on_off("Connections are accepted, requests are never answered"),
        "drop_after_requests": Option(
            "A connection is closed after this many requests; 0 never",
            "a whole number from 0 to 1000000",
            whole(0, 1_000_000),
            off=0,
        ),
        "load_power_nonsense": on_off("30282 and 30284 read -373 kW for 10 s now and then"),
        "grid_charge_top_up_missing": on_off("Mode 4 charges from surplus PV only"),
        "silently_ignored_registers": ranges("A write is answered as done and changes nothing"),
        "refused_registers": ranges("A write answers exception 4"),
        "disobeyed_registers": ranges(
            "A write is taken and read back, and the plant goes on with what was there before"
        ),
        "rounded_down_registers": ranges("A value reads one of its last digit less than it is: 4.999 kW for 5 kW"),
        "unset_limits_refused": Option(
            "A write of 0xFFFFFFFF, or of that and 0xFFFFFFFE, answers exception 3",
            "none, all_ones or both",
            word("none", "all_ones", "both"),
            off="none",
        ),
        "amber_outage": Option(
            "Amber fails: as HTTP services do, or without a forecast",
            f"none, {', '.join(HTTP_FAULTS)} or empty_forecast",
            word("none", *HTTP_FAULTS, "empty_forecast"),
            off="none",
        ),
        "cloud_outage": Option(
            "The mySigen cloud fails: as HTTP services do, or with powers that do not add up",
            f"none, {', '.join(HTTP_FAULTS)} or bad_balance",
            word("none", *HTTP_FAULTS, "bad_balance"),
            off="none",
        ),
        "open_meteo_outage": Option(
            "Open-Meteo fails: as HTTP services do, or without radiation",
            f"none, {', '.join(HTTP_FAULTS)} or no_radiation",
            word("none", *HTTP_FAULTS, "no_radiation"),
            off="none",
        ),
        "amber_token": Option("The token that Amber accepts", "text", text, off="psk_demo"),
        "amber_sites": Option(
            "How many sites the Amber account has; 0 is an account that is not active yet",
            "a whole number from 0 to 2",
            whole(0, 2),
            off=1,
        ),
    }
)

REBOOT: Mapping[str, Option] = MappingProxyType(
    {
        "silent_s": duration("For how many simulated seconds nothing is answered and nothing runs"),
        "forgets_limits": on_off("40031 to 40045 go back to what a new plant has; 40029 goes to 0 in any case"),
    }
)

FAULTS: Mapping[str, Option] = MappingProxyType(
    {
        "pcs_1": bits("Alarm bits of 30027 and of the first inverter's 30605"),
        "pcs_2": bits("Alarm bits of 30028 and of the first inverter's 30606"),
        "ess": bits("Alarm bits of 30029 and of the first inverter's 30607"),
        "gateway": bits("Alarm bits of 30030 and of the first inverter's 30608"),
        "dc_charger": bits("Alarm bits of 30072 and of the first inverter's 30609"),
        "plant_1": bits("Alarm bits of 30280"),
        "plant_2": bits("Alarm bits of 30281"),
        "running_state": Option(
            "30051 and 30578; anything but 1 stops the inverters",
            "0 (standby), 1 (running), 2 (fault), 3 (shutdown) or 7 (environmental abnormality)",
            one_of(0, 1, 2, 3, 7),
            off=1,
        ),
        "on_off_grid": Option(
            "30009; anything but 0 parts the plant from the grid",
            "0 (on grid), 1 (off grid, automatic) or 2 (off grid, manual)",
            one_of(0, 1, 2),
            off=0,
        ),
        "meter_lost": on_off("The meter is not connected: 30004 and what it measures read 0"),
        "grid_outage": on_off("The grid fails: off grid (1), with the grid outage alarm"),
    }
)
