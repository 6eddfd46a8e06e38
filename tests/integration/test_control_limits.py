"""Limits that somebody else had set when control began: asked about under Repairs, and never lifted without an answer."""

from collections.abc import Awaitable, Callable
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
import pytest

from custom_components.sigenstor_panel.const import DOMAIN
from custom_components.sigenstor_panel.repairs import LimitsFlow, async_create_fix_flow
from simulator import Simulator

type Act = Callable[..., Awaitable[Any]]


def issue_of(hass: HomeAssistant, entry: ConfigEntry[Any]) -> ir.IssueEntry | None:
    return ir.async_get(hass).async_get_issue(DOMAIN, f"limits_in_doubt_{entry.entry_id}")


@pytest.fixture
async def flow(hass: HomeAssistant, simulator: Simulator, controlled: ConfigEntry[Any], act: Act) -> LimitsFlow:
    """The question, after a hold began beside another controller that had limited the battery to 1 kW."""
    simulator.plant.holding.update({40029: 1.0, 40031: 2.0, 40032: 1.0})
    assert issue_of(hass, controlled) is None
    await act("force_hold")
    issue = issue_of(hass, controlled)
    assert issue is not None
    assert issue.translation_placeholders is not None
    assert "40032 (charge limit): 1000 W" in issue.translation_placeholders["message"]
    flow = await async_create_fix_flow(hass, issue.issue_id, issue.data)
    assert isinstance(flow, LimitsFlow)
    flow.hass, flow.handler, flow.flow_id, flow.issue_id = hass, DOMAIN, "flow", issue.issue_id
    return flow


@pytest.mark.parametrize(("answer", "limit_kw"), [("set_to_rated", 10.0), ("keep_limits", 1.0)])
async def test_the_answer_counts_when_the_plant_is_handed_back(
    hass: HomeAssistant,
    simulator: Simulator,
    controlled: ConfigEntry[Any],
    flow: LimitsFlow,
    answer: str,
    limit_kw: float,
) -> None:
    asked = await flow.async_step_init()
    assert asked["menu_options"] == ["set_to_rated", "keep_limits"]
    await getattr(flow, f"async_step_{answer}")()
    assert issue_of(hass, controlled) is None
    await hass.config_entries.async_unload(controlled.entry_id)
    assert (simulator.plant.holding[40029], simulator.plant.holding[40032]) == (0, limit_kw)


async def test_what_cannot_be_changed_now_is_said(
    hass: HomeAssistant, simulator: Simulator, controlled: ConfigEntry[Any], flow: LimitsFlow, act: Act
) -> None:
    await hass.config_entries.async_unload(controlled.entry_id)
    simulator.plant.holding.update({40029: 1.0, 40032: 1.0})
    await hass.config_entries.async_setup(controlled.entry_id)
    answered = await flow.async_step_set_to_rated()
    assert answered["reason"] == "not_settled"
    assert issue_of(hass, controlled) is not None
