"""A controller in a process of its own, so that a test can kill it: real TCP, real files, and a clock that is told.

`dying_controller.py PORT DIRECTORY` reads one JSON object a line and answers each with one. Home Assistant is not
loaded: the package's own `__init__` would, and this has to start fast.
"""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
import json
from pathlib import Path
import sys
from types import ModuleType
from typing import Any
from zoneinfo import ZoneInfo

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "custom_components" / "sigenstor_panel"

if "custom_components.sigenstor_panel" not in sys.modules:
    sys.path.insert(0, str(ROOT))
    for name, folder in (("custom_components", PACKAGE.parent), ("custom_components.sigenstor_panel", PACKAGE)):
        package = ModuleType(name)
        package.__path__ = [str(folder)]
        sys.modules[name] = package

from custom_components.sigenstor_panel.control import memory  # noqa: E402
from custom_components.sigenstor_panel.control.controller import Controller, Environment  # noqa: E402
from custom_components.sigenstor_panel.control.intents import Intent, OverrideKind, new_override  # noqa: E402
from custom_components.sigenstor_panel.control.memory import ControlMemory, ControlMode, ControlSettings  # noqa: E402
from custom_components.sigenstor_panel.control.saver import StateSaver  # noqa: E402
from custom_components.sigenstor_panel.control.state_file import StateFile  # noqa: E402
from custom_components.sigenstor_panel.model.command import Action, Actor, Command  # noqa: E402
from custom_components.sigenstor_panel.model.message import plain  # noqa: E402
from custom_components.sigenstor_panel.model.telemetry import ControlRegisters, Telemetry  # noqa: E402
from custom_components.sigenstor_panel.plant.client import PlantClient  # noqa: E402
from custom_components.sigenstor_panel.plant.decode import TelemetryDecoder, control_registers  # noqa: E402
from custom_components.sigenstor_panel.plant.transport import PlantConnection  # noqa: E402
from custom_components.sigenstor_panel.records.audit_log import AuditLog  # noqa: E402

START = datetime(2026, 1, 15, 12, 0, tzinfo=UTC)
BRISBANE = ZoneInfo("Australia/Brisbane")
SETTINGS = ControlSettings(acknowledge_after=timedelta(0))
memory.ACKNOWLEDGE_RANGE_S = (0.0, 10.0)


class Files:
    """The memory and the audit, as the integration keeps them."""

    def __init__(self, directory: Path) -> None:
        self._memory = StateSaver(StateFile(directory / "memory", ControlMemory.from_dict))
        self._log = AuditLog(f"sqlite:///{directory / 'audit.db'}", "kill")
        self.interrupted = [entry.action for entry in self._log.open()]

    async def load(self) -> ControlMemory:
        stored = await self._memory.load()
        return ControlMemory(settings=SETTINGS) if stored is None else ControlMemory.from_dict(stored)

    async def save(self, memory: ControlMemory) -> None:
        await self._memory.save(memory.as_dict())

    async def begin(self, **attempt: Any) -> int:
        return self._log.begin(**attempt)

    async def complete(self, row: int, *result: Any) -> None:
        self._log.complete(row, *result)

    def rows(self) -> list[list[str]]:
        entries = self._log.query(START - timedelta(days=1), START + timedelta(days=9), limit=1000)
        return [[entry.action, entry.outcome] for entry in entries]


class Process:
    """The plant as the controller sees it, the controller, and the time it believes."""

    def __init__(self, port: int, directory: Path) -> None:
        self._directory = directory
        self._passed_s = 0.0
        connection = PlantConnection("127.0.0.1", port)
        self._client = PlantClient(
            connection.for_unit, message_spacing_s=0, clock=lambda: self._passed_s, link=connection
        )
        self._decoder = TelemetryDecoder()
        self._telemetry: Telemetry | None = None

    async def begin(self, passed_s: float) -> None:
        self._passed_s = passed_s
        self._files = Files(self._directory)
        await self._client.async_identify([1])
        self._controller = Controller(
            Environment(
                plant=self,
                audit=self._files,
                save=self._files.save,
                now=lambda: START + timedelta(seconds=self._passed_s),
                monotonic=lambda: self._passed_s,
                zone=lambda: BRISBANE,
                on_event=lambda _: None,
            ),
            await self._files.load(),
        )
        # Nothing moves on the state of charge of a single reading.
        await self.passes(0)
        await self.passes(0)

    async def passes(self, seconds: float) -> None:
        self._passed_s += seconds
        reading = await self._client.async_read(slow=False)
        now = START + timedelta(seconds=self._passed_s)
        self._telemetry = self._decoder.decode(replace(reading, taken_at=now), BRISBANE)
        await self._controller.async_tick()

    async def force(self, kind: str, power_w: int, target_soc: float) -> None:
        now = START + timedelta(seconds=self._passed_s)
        override = new_override(OverrideKind(kind), now=now, power_w=power_w, target_soc=target_soc)
        await self._controller.async_set_override(override)

    async def limit_pv(self, limit_w: int | None) -> None:
        await self._controller.async_change(settings=replace(SETTINGS, mode=ControlMode.AUTO), pv_limit_obeyed=True)
        command = Command(action=Action.SELF_CONSUME, pv_limit_w=limit_w)
        request = Intent(
            command=command,
            actor=Actor.OPTIMISER,
            requested_by=plain("Optimiser"),
            reason=plain("negative"),
            expires_at=None,
        )
        self._controller.automatic = None if limit_w is None else request
        await self._controller.async_tick()

    async def clear(self) -> None:
        await self._controller.async_set_override(None)

    async def emergency_stop(self) -> None:
        await self._controller.async_emergency_stop()

    def answer(self) -> dict[str, Any]:
        return {
            "interrupted": self._files.interrupted,
            "rows": self._files.rows(),
            "memory": self._controller.memory.as_dict(),
            "alert": self._controller.alert and str(self._controller.alert),
        }

    def telemetry(self) -> Telemetry | None:
        return self._telemetry

    async def read_control(self) -> ControlRegisters:
        await self._client.async_read_control()
        return control_registers(self._client.control)

    async def write(self, field: str, value: float) -> None:
        await self._client.async_write(field, value)


async def main(port: str, directory: str) -> None:
    process = Process(int(port), Path(directory))
    while line := await asyncio.to_thread(sys.stdin.readline):
        ((method, arguments),) = json.loads(line).items()
        await getattr(process, method)(*arguments)
        sys.stdout.write(json.dumps(process.answer()) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
