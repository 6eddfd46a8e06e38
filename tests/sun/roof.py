"""The panels of the simulated plant, as their owner would describe them."""

from collections.abc import Awaitable, Callable

from custom_components.sigenstor_panel.coordinator.sun import SunCoordinator
from custom_components.sigenstor_panel.model.solar import PvArray
from simulator.inverter import PV_PEAK_W
from simulator.plant import PV_AZIMUTH, PV_TILT

PANELS = PvArray(name="Roof", peak_kw=PV_PEAK_W / 1000, azimuth=PV_AZIMUTH, tilt=PV_TILT, year_installed=2026)

type Start = Callable[..., Awaitable[SunCoordinator]]
