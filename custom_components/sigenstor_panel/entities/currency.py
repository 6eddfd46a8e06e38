"""Units of what is counted in money, which depend on the contract."""

from dataclasses import dataclass

from homeassistant.components.sensor import SensorDeviceClass, SensorEntityDescription
from homeassistant.const import UnitOfEnergy


@dataclass(frozen=True, kw_only=True)
class CurrencyDescription(SensorEntityDescription):
    """Describes a sensor that may be in the currency of the contract."""

    in_currency: bool = False
    """The unit is the currency, per kWh unless it is money."""

    def unit_in(self, currency: str) -> str | None:
        """Return the unit with the currency of the contract, which may be known only once its source is."""
        if not self.in_currency:
            return self.native_unit_of_measurement
        money = self.device_class is SensorDeviceClass.MONETARY
        return currency if money else f"{currency}/{UnitOfEnergy.KILO_WATT_HOUR}"
