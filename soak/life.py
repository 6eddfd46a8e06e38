"""What happens in a soak: requests, faults, other writers, kills and cancels, each at random and each with an end."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Any, Final

from custom_components.sigenstor_panel.control.alerts import Alert
from custom_components.sigenstor_panel.control.guardrails import SafetyLimits
from custom_components.sigenstor_panel.control.intents import Intent, Override, OverrideKind, new_override
from custom_components.sigenstor_panel.control.memory import ControlSettings
from custom_components.sigenstor_panel.control.schedules import parse_schedule
from custom_components.sigenstor_panel.model.command import Action, Actor, ChargeSource, Command
from custom_components.sigenstor_panel.model.message import plain, say
from custom_components.sigenstor_panel.model.telemetry import GridStatus
from simulator.disturbances import Disturbances, parse_disturbances
from simulator.other_writers import OTHER_WRITERS

from .invariants import Invariants
from .world import CONTROL_REGISTERS, POLL_S, World

BLOCK_S: Final = 300
STATE_OF_CHARGE: Final = 30014
_MOVING: Final = (Action.CHARGE, Action.DISCHARGE)


class Life:
    """Some months of a plant and its controller."""

    def __init__(self, world: World, invariants: Invariants, random: Random) -> None:
        """Take the world, what must hold in it, and where chance comes from."""
        self._world = world
        self._invariants = invariants
        self._random = random
        self._ends: list[tuple[float, Callable[[], None]]] = []
        self._asking: asyncio.Task[None] | None = None
        self._testing: asyncio.Task[None] | None = None
        self.faults = 0

    async def live(self, hours: float) -> None:
        """Let this many hours pass."""
        world, until_s = self._world, self._world.steady_s + hours * 3600
        while world.steady_s < until_s:
            if self._random.random() < 0.7:
                await self._request()
            if self._random.random() < 0.4:
                await self._trouble()
            await self._pass(BLOCK_S)
            if self._random.random() < 0.01:
                await self._hand_back()

    async def _pass(self, seconds: int) -> None:
        for _ in range(0, seconds, POLL_S):
            due = [end for end in self._ends if end[0] <= self._world.steady_s]
            self._ends = [end for end in self._ends if end not in due]
            for _, end in due:
                end()
            self._invariants.troubled(active=bool(self._ends))
            await self._world.run(POLL_S, self._invariants.check)

    # -- requests ---------------------------------------------------------------

    async def _request(self) -> None:
        random, controller = self._random, self._world.controller
        what = random.choice(
            [
                *["force"] * 3,
                *["clear", *["optimiser"] * 2, "stop", *["clear_stop"] * 3, "schedule", "export", "settings", "test"],
            ]
        )
        world = self._world
        if random.random() < 0.15:
            self._cancel_at_an_await()
        if what == "force":
            kind = random.choice(list(OverrideKind))
            hold = kind is OverrideKind.FORCE_HOLD
            override = new_override(
                kind,
                now=world.now,
                power_w=None if hold else random.randint(100, 12_000),
                target_soc=None if hold else random.uniform(5, 98),
                duration=timedelta(minutes=random.randint(1, 120)),
            )
            await self._ask(controller.async_set_override(override))
        elif what == "clear":
            await self._ask(controller.async_set_override(None))
        elif what == "optimiser":
            action = random.choice(list(Action))
            power_w = random.randint(100, 12_000) if action in _MOVING else 0
            command = Command(
                action=action,
                power_w=power_w,
                source=random.choice(list(ChargeSource)),
                export_limit_w=random.choice([None, None, 2_000]),
                pv_limit_w=random.choice([None, None, 0, 1_500]),
            )
            controller.automatic = Intent(
                command=command,
                actor=Actor.OPTIMISER,
                requested_by=say("word.actor_optimiser"),
                reason=plain("soak"),
                expires_at=None,
            )
        elif what == "stop":
            await self._stop()
        elif what == "clear_stop":
            await self._ask(controller.async_clear_emergency_stop())
            self._invariants.stop_cleared()
        elif what == "schedule":
            hour = random.randint(0, 22)
            data = {"name": "soak", "action": "hold", "start": f"{hour:02}:00", "end": f"{hour:02}:59"}
            schedule = parse_schedule({**data, "days": list(range(7))}, now=world.now)
            await self._ask(controller.async_change(schedules=(schedule,)))
        elif what == "test":
            # Nobody waits for it here: time has to go on meanwhile.
            self._testing = asyncio.create_task(self._test())
        elif what == "export":
            await self._ask(controller.async_change(export_limit_w=random.choice([None, None, 0, 1_500])))
        else:
            await self._ask(controller.async_change(settings=self._some_settings()))
        world.awaits_left = None

    async def _test(self) -> None:
        await self._world.do(self._world.controller.async_test_pv_limit())

    async def _ask(self, work: Coroutine[Any, Any, None]) -> None:
        """Ask for something as an automation does, which may be ended at any moment."""
        self._asking = asyncio.create_task(self._world.do(work))
        await asyncio.wait([self._asking])
        if self._asking.cancelled():
            # What was asked for goes on to its end, and only then it is known what came of it.
            await asyncio.sleep(20)

    def _cancel_at_an_await(self) -> None:
        async def cancel() -> None:
            if self._asking is not None:
                self._asking.cancel()

        self._world.awaits_left, self._world.at_zero = self._random.randint(0, 40), cancel

    def _some_settings(self) -> ControlSettings:
        random, settings = self._random, self._world.controller.memory.settings
        limits = SafetyLimits(
            min_soc=random.choice([5.0, 5.0, 12.5, 30.0]),
            max_soc=random.choice([98.0, 98.0, 80.0, 60.0]),
            step_w=random.choice([1_000, 1_000, 300, 5_000]),
            cooldown=timedelta(seconds=random.choice([60, 60, 150])),
            main_fuse_w=random.choice([None, None, 14_490, 7_000]),
        )
        return replace(settings, limits=limits)

    async def _stop(self) -> None:
        """Press stop; sometimes whoever pressed is cancelled, and sometimes presses again."""
        self._invariants.stop_pressed()
        self._asking = pressed = asyncio.create_task(self._world.controller.async_emergency_stop())
        if self._random.random() < 0.3:
            for _ in range(self._random.randint(1, 12)):
                await asyncio.sleep(0)
            pressed.cancel()
        if self._random.random() < 0.2:
            await self._world.do(self._world.controller.async_emergency_stop())
        await asyncio.wait([pressed])

    # -- trouble ------------------------------------------------------------------

    def _for(self, seconds: int, end: Callable[[], None]) -> None:
        self._ends.append((self._world.steady_s + seconds, end))

    async def _trouble(self) -> None:
        random, plant = self._random, self._world.plant
        self.faults += 1
        self._invariants.troubled(active=True)
        length_s = random.choice([20, 60, 200, 900])
        troubles: dict[str, Callable[[], None]] = {
            "link": self._link_down,
            "refused": lambda: self._disturb(length_s, access="write", exception=random.choice([2, 4, 6])),
            "unread": lambda: self._disturb(length_s, access="read", exception=random.choice([4, 6])),
            "silent": lambda: self._disturb(length_s, access="any", silent=True),
            "ignored": lambda: self._disturb(length_s, access="write", ignored=True),
            "alarm": lambda: self._fault("ess", random.choice([1, 4]), length_s),
            "grid": lambda: self._fault("on_off_grid", 1, length_s),
            "reboot": lambda: plant.reboot(silent_s=20, forgets_limits=random.random() < 0.2),
            "vpp": lambda: plant.dispatch_vpp(power_w=random.randint(-4000, 4000), for_s=length_s),
            "others": lambda: self._others(length_s),
            "house": lambda: self._house(length_s),
            "sun": lambda: setattr(plant, "pv_power_w", random.choice([None, 0, 3_000, 9_000])),
            "warm": lambda: self._warm(length_s),
            "clock": self._set_clock,
            "audit": lambda: self._break("audit_broken", length_s),
            "disk": lambda: self._break("disk_full", length_s),
            "hang": lambda: self._hang(length_s),
            "another plant": lambda: self._another_plant(length_s),
        }
        name = random.choice([*troubles, "kill", "kill"])
        if name == "kill":
            await self._kill()
        else:
            troubles[name]()
        if name in ("reboot", "others"):
            self._invariants.forget_owner()
        if name in ("reboot", "vpp", "kill"):
            self._for(length_s + 120, lambda: None)
        plant.settle()

    def _link_down(self) -> None:
        self._world.link_down = True
        self._for(self._random.choice([20, 60, 600]), lambda: setattr(self._world, "link_down", False))

    def _disturb(self, length_s: int, **disturbance: object) -> None:
        addresses = self._random.sample(CONTROL_REGISTERS, self._random.choice([1, 1, 2]))
        if self._random.random() < 0.3:
            addresses = [STATE_OF_CHARGE]
        plant = self._world.plant
        plant.disturbances.add(parse_disturbances([{**disturbance, "addresses": addresses}]), plant.time_s)
        self._for(length_s, lambda: setattr(plant, "disturbances", Disturbances()))

    def _fault(self, name: str, value: int, length_s: int) -> None:
        faults = self._world.plant.faults
        faults[name] = value
        self._for(length_s, lambda: faults.update({name: 0}))

    def _others(self, length_s: int) -> None:
        self._world.let_others_write(self._random.choice(list(OTHER_WRITERS)))
        self._for(length_s, self._world.let_others_write)

    def _house(self, length_s: int) -> None:
        plant = self._world.plant
        plant.house_power_w = self._random.choice([200, 4_000, 12_000])
        self._for(length_s, lambda: setattr(plant, "house_power_w", None))

    def _warm(self, length_s: int) -> None:
        def set_to(celsius: float) -> None:
            for inverter in self._world.plant.inverters:
                inverter.battery.temperature_c = celsius

        set_to(self._random.choice([-3.0, 52.0]))
        self._for(length_s, lambda: set_to(22.0))

    def _set_clock(self) -> None:
        self._world.clock_is_off_by += timedelta(minutes=self._random.choice([-1500, -60, -2, 2, 60, 1500]))
        self._for(60, lambda: None)

    def _break(self, name: str, length_s: int) -> None:
        setattr(self._world.trouble, name, True)
        self._for(length_s, lambda: setattr(self._world.trouble, name, False))

    def _hang(self, length_s: int) -> None:
        self._world.trouble.answers.clear()
        self._for(length_s, self._world.trouble.answers.set)

    def _another_plant(self, length_s: int) -> None:
        self._world.let_another_plant_answer(another=True)
        self._for(length_s, lambda: self._world.let_another_plant_answer(another=False))

    async def _kill(self) -> None:
        """Kill the process at one of the next awaits of a command, or right now."""
        world = self._world
        alerts = world.controller.alerts
        unrecorded = world.trouble.audit_broken or Alert.NOT_RECORDED in alerts
        unsaved = not world.trouble.answers.is_set() or (world.trouble.disk_full and unrecorded)
        world.trouble.answers.set()
        stopped = world.controller.memory.emergency_stop
        if self._random.random() < 0.7:
            reached = asyncio.Event()

            async def freeze() -> None:
                reached.set()
                await asyncio.Event().wait()

            world.awaits_left, world.at_zero = self._random.randint(0, 40), freeze
            work = asyncio.create_task(world.do(world.controller.async_set_override(self._some_override())))
            death = asyncio.create_task(reached.wait())
            await asyncio.wait([work, death], return_when=asyncio.FIRST_COMPLETED)
        await world.kill()
        if stopped and not unsaved:
            self._invariants.expect_stop()
        elif not world.controller.memory.emergency_stop:
            self._invariants.stop_cleared()

    def _some_override(self) -> Override:
        return new_override(OverrideKind.FORCE_CHARGE, now=self._world.now, power_w=2_000)

    async def _hand_back(self) -> None:
        """Stop in order, look at the registers now and two hours later, and start again."""
        world = self._world
        if self._ends or world.controller.memory.emergency_stop:
            return
        await world.do(world.controller.async_close(plain("soak")))
        self._invariants.check_given_back()
        if world.data is not None and world.data.grid_status is GridStatus.ON_GRID:
            await asyncio.sleep(7200)
            world.let_plant_go_on()
            self._invariants.check_given_back()
        await world.kill()
