"""What an assistant can tell about a system and do with it, through the same rights and guardrails as everybody.

An order that may cost money is not carried out at once: whoever gave it hears what it costs, and confirms.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from homeassistant.components.homeassistant import async_should_expose
from homeassistant.components.select import DOMAIN as SELECT_DOMAIN
from homeassistant.components.sensor import DOMAIN as SENSOR_DOMAIN
from homeassistant.core import Context, HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import config_validation as cv, entity_registry as er
from homeassistant.util import dt as dt_util
from homeassistant.util.hass_dict import HassKey
import voluptuous as vol

from ..const import DOMAIN
from ..control.intents import OverrideKind
from ..errors import translated_errors
from ..model.message import Message, say
from ..model.prices import clipped
from ..model.validation import time_of_day
from ..plants import Access, async_check_access, entry_of, plants_of
from ..runtime import SigenStorConfigEntry, SigenStorRuntimeData
from ..texts import currency_of, localize

CONF_SYSTEM: Final = "system"
CONF_TARGET_SOC: Final = "target_soc"
CONF_UNTIL: Final = "until"

CONFIRM_WITHIN: Final = timedelta(minutes=5)

_CHARGE_LOSS = 0.95
_MARGIN = 1.1
"""Of the power that would be just enough: near full, a battery takes less."""
_MIN_POWER_W = 100
_MORNING = "07:00"
_PLAN_PARTS = 12
_SOC = vol.All(vol.Coerce(float), vol.Range(min=0, max=100))

type _Args = Mapping[str, Any]
type Answer = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """Who asks, by which assistant."""

    context: Context | None
    assistant: str | None
    device_id: str | None = None

    @property
    def key(self) -> tuple[str | None, ...]:
        """What tells one asker from another."""
        return None if self.context is None else self.context.user_id, self.assistant, self.device_id


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingOverride:
    """An override that waits for its confirmation."""

    entry_id: str
    kind: OverrideKind
    values: Mapping[str, Any]
    until: datetime | None
    asked_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Skill:
    """Describes something that an assistant can do."""

    title: Message
    description: Message
    run: Callable[[HomeAssistant, SigenStorConfigEntry, Asker, _Args], Awaitable[Answer]]
    access: Access = Access.READ
    parameters: Mapping[vol.Marker, Any] = field(default_factory=dict)
    """What it takes; the markers' descriptions are messages."""
    destructive: bool = False


_ORDERS: HassKey[dict[tuple[str | None, ...], PendingOverride]] = HassKey(f"{DOMAIN}_orders")


async def async_use(hass: HomeAssistant, skill: Skill, asker: Asker, args: _Args) -> Answer:
    """Do what is asked for. Raises `HomeAssistantError` for what cannot be, or may not be."""
    entry = _entry(hass, args.get(CONF_SYSTEM))
    await async_check_access(hass, entry, asker.context, skill.access)
    if not async_is_exposed(hass, entry, asker.assistant, skill.access):
        raise ServiceValidationError(translation_domain=DOMAIN, translation_key=skill.access.value)
    with translated_errors():
        return {CONF_SYSTEM: entry.title, **await skill.run(hass, entry, asker, args)}


@callback
def async_is_exposed(hass: HomeAssistant, entry: SigenStorConfigEntry, assistant: str | None, access: Access) -> bool:
    """Return whether the owner exposed control's state, or for orders the control mode, to an assistant."""
    if assistant is None:
        return True
    platform, key = (SENSOR_DOMAIN, "control_state") if access is Access.READ else (SELECT_DOMAIN, "control_mode")
    entity_id = er.async_get(hass).async_get_entity_id(platform, DOMAIN, f"{entry.unique_id}_{key}")
    return entity_id is not None and async_should_expose(hass, assistant, entity_id)


@callback
def async_exposed_systems(hass: HomeAssistant, assistant: str, access: Access) -> list[str]:
    """Return the names of the systems that are exposed to an assistant."""
    return [entry.title for entry in plants_of(hass) if async_is_exposed(hass, entry, assistant, access)]


def _entry(hass: HomeAssistant, system: str | None) -> SigenStorConfigEntry:
    if system is None:
        return entry_of(hass, None)
    for entry in plants_of(hass):
        if entry.title.casefold() == system.strip().casefold():
            return entry_of(hass, entry.entry_id)
    raise ServiceValidationError(
        translation_domain=DOMAIN, translation_key="no_such_system", translation_placeholders={"system": system[:60]}
    )


async def _state(hass: HomeAssistant, entry: SigenStorConfigEntry, _asker: Asker, _args: _Args) -> Answer:
    runtime = entry.runtime_data
    reading, status = runtime.telemetry.data, runtime.control.data
    return {
        "soc_percent": reading.soc,
        "battery_w": reading.battery_power_w,
        "solar_w": reading.pv_power_w,
        "house_w": reading.house_power_w,
        "grid_w": reading.grid_power_w,
        "reading_is_recent": runtime.telemetry.fresh,
        "state": status.state.value,
        "on_behalf_of": localize(hass, status.owner),
        "why": localize(hass, status.reason, currency=currency_of(hass, entry)),
        "until": _local(status.expires_at),
        "emergency_stop": status.emergency_stop,
        "needs_attention": status.alert and localize(hass, status.alert),
    }


async def _plan(hass: HomeAssistant, entry: SigenStorConfigEntry, _asker: Asker, _args: _Args) -> Answer:
    state = entry.runtime_data.optimiser.data
    stored, inputs = state.decision, state.inputs
    plan = None if stored is None else stored.recommendation.plan
    if stored is None or inputs is None or plan is None:
        return {"plan": [], "problem": None if state.problem is None else localize(hass, state.problem)}
    parts: list[dict[str, Any]] = []
    for slot in plan.slots:
        if not parts or parts[-1]["action"] != slot.action.value:
            parts.append({"action": slot.action.value, "start": _local(inputs.now + slot.start)})
        parts[-1] |= {"end": _local(inputs.now + slot.start + slot.duration), "soc_percent": round(slot.soc_after)}
    return {
        "plan": parts[:_PLAN_PARTS],
        "why_now": localize(hass, stored.recommendation.reason, now=stored.made_at, currency=currency_of(hass, entry)),
        "cost": round(plan.cost, 2),
        "currency": currency_of(hass, entry),
    }


async def _prices(hass: HomeAssistant, entry: SigenStorConfigEntry, _asker: Asker, _args: _Args) -> Answer:
    prices, now = entry.runtime_data.prices, dt_util.utcnow()
    slot = prices.data.current(now) if prices and prices.data else None
    if prices is None or slot is None:
        problem = prices and prices.problem
        return {"buy_per_kwh": None, "problem": problem and localize(hass, problem)}
    today = prices.data.today(now, dt_util.get_default_time_zone())
    following = prices.data.next_after(now)
    return {
        "buy_per_kwh": slot.buy_per_kwh,
        "sell_per_kwh": slot.sell_per_kwh,
        "level": slot.level,
        "until": _local(slot.end),
        "next_buy_per_kwh": None if following is None else following.buy_per_kwh,
        "lowest_today_per_kwh": None if today is None else today.buy_min,
        "highest_today_per_kwh": None if today is None else today.buy_max,
        "currency": currency_of(hass, entry),
        "recent": prices.fresh,
    }


async def _savings(hass: HomeAssistant, entry: SigenStorConfigEntry, _asker: Asker, _args: _Args) -> Answer:
    state = entry.runtime_data.optimiser.data
    today, totals = state.today.savings, state.totals
    return {
        "saved_today": None if today is None else round(today.vs_no_battery, 2),
        "saved_in_total": None if totals is None else round(totals.vs_no_battery, 2),
        "cost_today": None if state.today.cost is None else round(state.today.cost, 2),
        "compared_with": localize(hass, say("assistant.no_battery")),
        "currency": currency_of(hass, entry),
    }


async def _charge(hass: HomeAssistant, entry: SigenStorConfigEntry, asker: Asker, args: _Args) -> Answer:
    runtime, now = entry.runtime_data, dt_util.utcnow()
    soc, target = _soc_of(runtime), args[CONF_TARGET_SOC]
    if target <= soc:
        return {"done": False, "soc_percent": soc, "why": "already_there"}
    until = _next(args.get(CONF_UNTIL), now)
    reading = runtime.telemetry.data
    rated_w = reading.rated_charge_power_w
    energy_kwh = None if reading.rated_capacity_kwh is None else reading.rated_capacity_kwh * (target - soc) / 100
    bought_kwh = None if energy_kwh is None else energy_kwh / _CHARGE_LOSS
    values: dict[str, Any] = {"target_soc": target}
    enough = None
    if until is not None and bought_kwh is not None:
        needed_w = bought_kwh * 1000 * _MARGIN / ((until - now) / timedelta(hours=1))
        values["power_w"] = round(max(_MIN_POWER_W, needed_w if rated_w is None else min(needed_w, rated_w)))
        enough = rated_w is None or needed_w <= rated_w
    return _ask(
        hass,
        entry,
        asker,
        PendingOverride(
            entry_id=entry.entry_id, kind=OverrideKind.FORCE_CHARGE, values=values, until=until, asked_at=now
        ),
        bought_kwh,
        time_is_enough=enough,
    )


async def _keep(hass: HomeAssistant, entry: SigenStorConfigEntry, asker: Asker, args: _Args) -> Answer:
    runtime, now = entry.runtime_data, dt_util.utcnow()
    soc, target = _soc_of(runtime), args[CONF_TARGET_SOC]
    if soc < target:
        return {"done": False, "soc_percent": soc, "why": "below_already"}
    until = _next(args.get(CONF_UNTIL, _MORNING), now)
    order = PendingOverride(
        entry_id=entry.entry_id,
        kind=OverrideKind.FORCE_HOLD,
        values={"target_soc": target},
        until=until,
        asked_at=now,
    )
    capacity_kwh = runtime.telemetry.data.rated_capacity_kwh
    lowest = runtime.control.controller.memory.settings.limits.min_soc
    # At most what is kept has to be bought instead.
    kept_kwh = None if capacity_kwh is None else capacity_kwh * max(0.0, target - lowest) / 100
    return _ask(hass, entry, asker, order, kept_kwh, keeps_soc_percent=target)


async def _confirm(hass: HomeAssistant, entry: SigenStorConfigEntry, asker: Asker, _args: _Args) -> Answer:
    order = hass.data.get(_ORDERS, {}).pop(asker.key, None)
    now = dt_util.utcnow()
    if order is None or order.entry_id != entry.entry_id or not timedelta() <= now - order.asked_at <= CONFIRM_WITHIN:
        raise ServiceValidationError(translation_domain=DOMAIN, translation_key="nothing_to_confirm")
    duration = None if order.until is None else order.until - now
    await entry.runtime_data.control.async_force(order.kind, duration=duration, **order.values)
    return {"done": True, **await _state(hass, entry, asker, {})}


async def _release(hass: HomeAssistant, entry: SigenStorConfigEntry, asker: Asker, _args: _Args) -> Answer:
    await entry.runtime_data.control.async_clear_override()
    return {"done": True, **await _state(hass, entry, asker, {})}


def _ask(
    hass: HomeAssistant,
    entry: SigenStorConfigEntry,
    asker: Asker,
    order: PendingOverride,
    bought_kwh: float | None,
    **about: object,
) -> Answer:
    """Keep an order until it is confirmed, and say what it may cost."""
    runtime, end = entry.runtime_data, order.until
    if end is None and bought_kwh is not None:
        power_w = runtime.control.controller.memory.settings.override_power_w
        end = order.asked_at + timedelta(hours=bought_kwh * 1000 * _MARGIN / power_w)
    price = None if end is None else _highest_buy(runtime, order.asked_at, end)
    hass.data.setdefault(_ORDERS, {})[asker.key] = order
    return {
        "done": False,
        "needs_confirmation": True,
        "until": _local(order.until),
        "power_w": order.values.get("power_w"),
        "buys_at_most_kwh": None if bought_kwh is None else round(bought_kwh, 1),
        "costs_at_most": None if bought_kwh is None or price is None else round(max(0.0, bought_kwh * price), 2),
        "buy_per_kwh": None if price is None else round(price, 3),
        "currency": currency_of(hass, entry),
        **about,
    }


def _highest_buy(runtime: SigenStorRuntimeData, start: datetime, end: datetime) -> float | None:
    """Return the highest price that a time may have; None where a part of it has no price yet."""
    if runtime.prices is None or runtime.prices.data is None:
        return None
    parts = list(clipped(runtime.prices.data.slots, start, end))
    if sum((part.duration for part in parts), timedelta()) < end - start:
        return None
    return max(part.buy_per_kwh if part.buy_high_per_kwh is None else part.buy_high_per_kwh for part in parts)


def _soc_of(runtime: SigenStorRuntimeData) -> float:
    """Return the state of charge. Raises `HomeAssistantError` where it is not known."""
    if not runtime.telemetry.fresh or runtime.telemetry.data.soc is None:
        raise HomeAssistantError(translation_domain=DOMAIN, translation_key="soc_unknown")
    return runtime.telemetry.data.soc


def _next(text: object, now: datetime) -> datetime | None:
    """Return the next time that the clock on the wall shows this; None for none."""
    if text is None:
        return None
    at, local = time_of_day(CONF_UNTIL, text), dt_util.as_local(now)
    moment = local.replace(hour=at.hour, minute=at.minute, second=at.second, microsecond=0, fold=0)
    while dt_util.as_utc(moment) <= now + timedelta(minutes=1):
        moment += timedelta(days=1)
    return dt_util.as_utc(moment)


def _local(moment: datetime | None) -> str | None:
    return None if moment is None else dt_util.as_local(moment).isoformat(timespec="minutes")


_ONE_SYSTEM: Mapping[vol.Marker, Any] = {vol.Optional(CONF_SYSTEM, description=say("assistant.system")): cv.string}

SKILLS: Mapping[str, Skill] = {
    "state": Skill(
        title=say("assistant.state_title"),
        description=say("assistant.state_description"),
        run=_state,
    ),
    "plan": Skill(
        title=say("assistant.plan_title"),
        description=say("assistant.plan_description"),
        run=_plan,
    ),
    "price": Skill(title=say("assistant.price_title"), description=say("assistant.price_description"), run=_prices),
    "savings": Skill(
        title=say("assistant.savings_title"), description=say("assistant.savings_description"), run=_savings
    ),
    "charge": Skill(
        title=say("assistant.charge_title"),
        description=say("assistant.charge_description"),
        run=_charge,
        access=Access.CONTROL,
        parameters={
            vol.Required(CONF_TARGET_SOC, description=say("assistant.charge_target_soc")): _SOC,
            vol.Optional(CONF_UNTIL, description=say("assistant.charge_until")): cv.string,
        },
        destructive=True,
    ),
    "keep": Skill(
        title=say("assistant.keep_title"),
        description=say("assistant.keep_description"),
        run=_keep,
        access=Access.CONTROL,
        parameters={
            vol.Required(CONF_TARGET_SOC, description=say("assistant.keep_target_soc")): _SOC,
            vol.Optional(CONF_UNTIL, description=say("assistant.keep_until")): cv.string,
        },
        destructive=True,
    ),
    "confirm": Skill(
        title=say("assistant.confirm_title"),
        description=say("assistant.confirm_description"),
        run=_confirm,
        access=Access.CONTROL,
        destructive=True,
    ),
    "release": Skill(
        title=say("assistant.release_title"),
        description=say("assistant.release_description"),
        run=_release,
        access=Access.CONTROL,
    ),
}


def parameters_of(hass: HomeAssistant, skill: Skill) -> dict[vol.Marker, Any]:
    """Return what a skill takes, described in Home Assistant's language."""
    return {
        type(marker)(marker.schema, description=localize(hass, marker.description)): valid
        for marker, valid in {**skill.parameters, **_ONE_SYSTEM}.items()
    }
