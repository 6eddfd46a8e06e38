"""Asks the owner what only the owner can answer; nothing changes without an answer."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

from homeassistant.components.repairs import ConfirmRepairFlow, RepairsFlow
from homeassistant.config_entries import ConfigEntry, ConfigEntryState
from homeassistant.const import CONF_HOST
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import issue_registry as ir
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.helpers.selector import TextSelector, TextSelectorConfig, TextSelectorType
import voluptuous as vol

from .clients.my_sigen import MySigenAuthError, MySigenClient, MySigenError
from .const import CONF_BASE_URL, CONF_PASSWORD, CONF_REGION, CONF_REPLACED, CONF_USERNAME, DOMAIN, OPTION_CLOUD
from .control.memory import ControlMode
from .coordinator.address_probe import async_look, why_not
from .coordinator.fixable_issues import CLOUD_LOGIN, WRONG_PLANT
from .coordinator.inverters import async_take_in
from .coordinator.left_behind import async_purge
from .plants import entry_of

if TYPE_CHECKING:
    from homeassistant.components.repairs import RepairsFlowResult  # since 2026.6


class LearningFlow(RepairsFlow):
    """Lets the owner choose, after the learning period, between acting, learning on, and advising for good."""

    def __init__(self, entry_id: str) -> None:
        """Take the entry of the plant."""
        self._entry_id = entry_id

    async def async_step_init(self, user_input: dict[str, Any] | None = None) -> RepairsFlowResult:
        """Ask."""
        return self.async_show_menu(step_id="init", menu_options=["let_it_act", "learn_on", "only_advise"])

    async def async_step_let_it_act(self, user_input: dict[str, Any] | None = None) -> RepairsFlowResult:
        """Let the optimiser control the plant."""
        return await self._async_change(ControlMode.AUTO)

    async def async_step_learn_on(self, user_input: dict[str, Any] | None = None) -> RepairsFlowResult:
        """Learn for as long again."""
        await entry_of(self.hass, self._entry_id).runtime_data.optimiser.async_learn_on()
        return self.async_create_entry(data={})

    async def async_step_only_advise(self, user_input: dict[str, Any] | None = None) -> RepairsFlowResult:
        """Advise, and ask no more."""
        return await self._async_change(ControlMode.MANUAL)

    async def _async_change(self, mode: ControlMode) -> RepairsFlowResult:
        await entry_of(self.hass, self._entry_id).runtime_data.control.async_change_settings(mode=mode)
        return self.async_create_entry(data={})


class LimitsFlow(RepairsFlow):
    """Lets the owner say what is to become of battery limits that may be somebody else's."""

    def __init__(self, entry_id: str) -> None:
        """Take the entry of the plant."""
        self._entry_id = entry_id

    async def async_step_init(self, user_input: dict[str, Any] | None = None) -> RepairsFlowResult:
        """Ask."""
        issue = ir.async_get(self.hass).async_get_issue(DOMAIN, self.issue_id)
        return self.async_show_menu(
            step_id="init",
            menu_options=["set_to_rated", "keep_limits"],
            description_placeholders=None if issue is None else issue.translation_placeholders,
        )

    async def async_step_set_to_rated(self, user_input: dict[str, Any] | None = None) -> RepairsFlowResult:
        """Let the battery do what it is rated for."""
        return await self._async_settle(to_rated=True)

    async def async_step_keep_limits(self, user_input: dict[str, Any] | None = None) -> RepairsFlowResult:
        """Leave the limits as they are, and ask no more."""
        return await self._async_settle(to_rated=False)

    async def _async_settle(self, *, to_rated: bool) -> RepairsFlowResult:
        try:
            await entry_of(self.hass, self._entry_id).runtime_data.control.async_settle_limits(to_rated=to_rated)
        except HomeAssistantError as err:
            return self.async_abort(reason="not_settled", description_placeholders={"error": str(err)})
        return self.async_create_entry(data={})


class LeftBehindFlow(RepairsFlow):
    """Lets the owner delete what a system left that is no longer set up."""

    def __init__(self, plant: str, *, in_recorder: bool) -> None:
        """Take the serial number of the plant, and where its record is."""
        self._plant = plant
        self._in_recorder = in_recorder

    async def async_step_init(self, user_input: dict[str, Any] | None = None) -> RepairsFlowResult:
        """Ask."""
        issue = ir.async_get(self.hass).async_get_issue(DOMAIN, self.issue_id)
        return self.async_show_menu(
            step_id="init",
            menu_options=["keep", "delete"],
            description_placeholders=None if issue is None else issue.translation_placeholders,
        )

    async def async_step_keep(self, user_input: dict[str, Any] | None = None) -> RepairsFlowResult:
        """Leave everything as it is."""
        return self.async_create_entry(data={})

    async def async_step_delete(self, user_input: dict[str, Any] | None = None) -> RepairsFlowResult:
        """Delete everything, unless the system came back meanwhile."""
        if self.hass.config_entries.async_entry_for_domain_unique_id(DOMAIN, self._plant) is not None:
            return self.async_abort(reason="set_up_again")
        try:
            await async_purge(self.hass, self._plant, in_recorder=self._in_recorder)
        except HomeAssistantError as err:
            return self.async_abort(reason="not_deleted", description_placeholders={"error": str(err)})
        return self.async_create_entry(data={})


class ExchangedFlow(RepairsFlow):
    """Lets the owner say that an inverter was exchanged: the new one takes the place of the old one."""

    def __init__(self, entry_id: str, known_as: str, by: str) -> None:
        """Take the entry, what the inverter is known by, and the serial number that answers now."""
        self._entry_id = entry_id
        self._known_as = known_as
        self._by = by

    async def async_step_init(self, user_input: dict[str, Any] | None = None) -> RepairsFlowResult:
        """Ask."""
        if user_input is not None:
            entry = self.hass.config_entries.async_get_known_entry(self._entry_id)
            replaced = {**entry.data.get(CONF_REPLACED, {}), self._known_as: self._by}
            self.hass.config_entries.async_update_entry(entry, data={**entry.data, CONF_REPLACED: replaced})
            self.hass.config_entries.async_schedule_reload(entry.entry_id)
            return self.async_create_entry(data={})
        issue = ir.async_get(self.hass).async_get_issue(DOMAIN, self.issue_id)
        return self.async_show_form(
            step_id="init",
            data_schema=vol.Schema({}),
            description_placeholders=None if issue is None else issue.translation_placeholders,
        )


class FoundFlow(RepairsFlow):
    """Lets the owner say what an inverter is that was found while another one is silent."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        """Take what the issue knows of both."""
        self._data = data

    async def async_step_init(self, user_input: dict[str, Any] | None = None) -> RepairsFlowResult:
        """Ask."""
        issue = ir.async_get(self.hass).async_get_issue(DOMAIN, self.issue_id)
        return self.async_show_menu(
            step_id="init",
            menu_options=["it_replaces", "it_is_one_more"],
            description_placeholders=None if issue is None else issue.translation_placeholders,
        )

    async def async_step_it_replaces(self, user_input: dict[str, Any] | None = None) -> RepairsFlowResult:
        """Let it take the place of the silent one."""
        return self._take_in((self._data["silent"], self._data["silent_unit"]))

    async def async_step_it_is_one_more(self, user_input: dict[str, Any] | None = None) -> RepairsFlowResult:
        """Add it, and leave the silent one as it is."""
        return self._take_in(None)

    def _take_in(self, place_of: tuple[str, int] | None) -> RepairsFlowResult:
        entry = self.hass.config_entries.async_get_known_entry(self._data["entry_id"])
        async_take_in(self.hass, entry, self._data["found"], self._data["found_unit"], place_of)
        return self.async_create_entry(data={})


class EntryFlow(RepairsFlow):
    """Sets something right of one system."""

    def __init__(self, entry_id: str) -> None:
        """Take the entry of the plant."""
        self._entry_id = entry_id

    @property
    def _entry(self) -> ConfigEntry[Any]:
        return self.hass.config_entries.async_get_known_entry(self._entry_id)

    def _form(self, step_id: str, schema: vol.Schema | None = None, **more: Any) -> RepairsFlowResult:
        return self.async_show_form(
            step_id=step_id,
            data_schema=schema or vol.Schema({}),
            description_placeholders={"plant": self._entry.title},
            **more,
        )


class StopFlow(EntryFlow):
    """Lets the owner lift an emergency stop."""

    async def async_step_init(self, user_input: dict[str, Any] | None = None) -> RepairsFlowResult:
        """Ask first."""
        return await self.async_step_lift()

    async def async_step_lift(self, user_input: dict[str, Any] | None = None) -> RepairsFlowResult:
        """Let control go on."""
        if user_input is None:
            return self._form("lift")
        try:
            await entry_of(self.hass, self._entry_id).runtime_data.control.async_clear_emergency_stop()
        except HomeAssistantError as err:
            return self.async_abort(reason="not_lifted", description_placeholders={"error": str(err)})
        return self.async_create_entry(data={})


class StopWaitsFlow(EntryFlow):
    """Tries once more to carry out an emergency stop that has not reached the plant."""

    async def async_step_init(self, user_input: dict[str, Any] | None = None) -> RepairsFlowResult:
        """Ask first."""
        return await self.async_step_try_again()

    async def async_step_try_again(self, user_input: dict[str, Any] | None = None) -> RepairsFlowResult:
        """Set the entry up again: what comes first then is the stop."""
        if user_input is None:
            return self._form("try_again")
        await self.hass.config_entries.async_reload(self._entry_id)
        if self._entry.state is not ConfigEntryState.LOADED:
            return self.async_abort(reason="not_reached")
        return self.async_create_entry(data={})


class WrongPlantFlow(EntryFlow):
    """Lets the owner say where the system is now; another one is refused."""

    async def async_step_init(self, user_input: dict[str, Any] | None = None) -> RepairsFlowResult:
        """Ask for the address."""
        return await self.async_step_address()

    async def async_step_address(self, user_input: dict[str, Any] | None = None) -> RepairsFlowResult:
        """Look at the address before it is taken over."""
        entry, errors = self._entry, dict[str, str]()
        if user_input is not None:
            data = {**entry.data, CONF_HOST: user_input[CONF_HOST].strip()}
            found, _ = await async_look(self.hass, data)
            if found is None:
                errors = {"base": "cannot_connect"}
            elif why_not(self.hass, entry, found) is not None:
                errors = {CONF_HOST: "another_plant"}
            else:
                self.hass.config_entries.async_update_entry(entry, data=data)
                self.hass.config_entries.async_schedule_reload(entry.entry_id)
                return self.async_create_entry(data={})
        return self._form("address", _ADDRESS, errors=errors)


class CloudLoginFlow(EntryFlow):
    """Asks for the mySigen login that is accepted now."""

    async def async_step_init(self, user_input: dict[str, Any] | None = None) -> RepairsFlowResult:
        """Ask for the login."""
        return await self.async_step_login()

    async def async_step_login(self, user_input: dict[str, Any] | None = None) -> RepairsFlowResult:
        """Try the login before it is taken over."""
        entry, errors = self._entry, dict[str, str]()
        if OPTION_CLOUD not in entry.options:
            return self.async_abort(reason="no_cloud")
        if user_input is not None:
            login = {**entry.options[OPTION_CLOUD], **user_input}
            client = MySigenClient(
                async_get_clientsession(self.hass),
                login[CONF_USERNAME],
                login[CONF_PASSWORD],
                region=login[CONF_REGION],
                base_url=login.get(CONF_BASE_URL),
            )
            try:
                await client.energy_flow()
            except MySigenAuthError:
                errors = {"base": "invalid_cloud_login"}
            except MySigenError:
                errors = {"base": "cloud_unavailable"}
            else:
                options = {**entry.options, OPTION_CLOUD: login}
                self.hass.config_entries.async_update_entry(entry, options=options)
                self.hass.config_entries.async_schedule_reload(entry.entry_id)
                return self.async_create_entry(data={})
        return self._form("login", _LOGIN, errors=errors)


_ADDRESS = vol.Schema({vol.Required(CONF_HOST): TextSelector()})
_LOGIN = vol.Schema(
    {
        vol.Required(CONF_USERNAME): TextSelector(TextSelectorConfig(type=TextSelectorType.EMAIL)),
        vol.Required(CONF_PASSWORD): TextSelector(TextSelectorConfig(type=TextSelectorType.PASSWORD)),
    }
)
_FLOWS: Mapping[str, type[EntryFlow]] = {
    "emergency_stop": StopFlow,
    "emergency_stop_waits": StopWaitsFlow,
    WRONG_PLANT: WrongPlantFlow,
    CLOUD_LOGIN: CloudLoginFlow,
}


async def async_create_fix_flow(
    hass: HomeAssistant, issue_id: str, data: dict[str, str | int | float | None] | None
) -> RepairsFlow:
    """Return the flow that settles an issue."""
    if data is None:
        return ConfirmRepairFlow()
    if "fix" in data:
        return _FLOWS[cast("str", data["fix"])](cast("str", data["entry_id"]))
    if "plant" in data:
        return LeftBehindFlow(cast("str", data["plant"]), in_recorder=bool(data["in_recorder"]))
    if "found" in data:
        return FoundFlow(data)
    if "exchanged" in data:
        return ExchangedFlow(cast("str", data["entry_id"]), cast("str", data["exchanged"]), cast("str", data["by"]))
    if "limits" in data:
        return LimitsFlow(cast("str", data["entry_id"]))
    return LearningFlow(cast("str", data["entry_id"]))
