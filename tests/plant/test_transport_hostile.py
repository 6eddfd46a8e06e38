"""What a device, a gateway or a bad radio link can send back: no value ever answers a request that it does not belong to."""

import asyncio
from contextlib import suppress
import logging

from hostile import PIECE_S, Answer, HostileDevice, frame, honest
from hypothesis import example, given, strategies as st
from modbus_connection import (
    ModbusConnectionError,
    ModbusDesyncError,
    ModbusExceptionError,
    ModbusTimeoutError,
    ModbusUnit,
)
import pytest

from custom_components.sigenstor_panel.plant.transport import PlantConnection, UnidentifiedPlantError, whole_reply

PATIENT_S, IMPATIENT_S = 60, 0.2


@pytest.fixture
def unit(link: PlantConnection) -> ModbusUnit:
    """The plant of the device, which may take its time."""
    unit = link.for_unit(247)
    unit.require_timeout(PATIENT_S)
    return unit


def changed(at: int, value: int) -> Answer:
    """Answer with one byte of the reply changed."""

    def answer(request: bytes) -> list[bytes]:
        reply = bytearray(honest(request)[0])
        reply[at] = value
        return [bytes(reply)]

    return answer


def other_than(**changes: int) -> Answer:
    """Answer as if something else had been asked."""

    def answer(request: bytes) -> list[bytes]:
        asked = {
            "transaction": int.from_bytes(request[:2]),
            "unit": request[6],
            "function": request[7],
            "address": int.from_bytes(request[8:10]),
            "count": int.from_bytes(request[10:12]),
        }
        other = asked | changes
        return honest(
            frame(
                other["transaction"].to_bytes(2),
                other["unit"],
                other["function"],
                other["address"].to_bytes(2) + other["count"].to_bytes(2),
            )
        )

    return answer


def of_the_next(request: bytes) -> list[bytes]:
    """Answer the request that comes next, before it is there."""
    return honest(((int.from_bytes(request[:2]) + 1) % 0x10000).to_bytes(2) + request[2:])


def refused_as(function: int) -> Answer:
    """Refuse a function that was not asked for."""
    return lambda request: [frame(request[:2], request[6], function | 0x80, b"\x02")]


def complaints(caplog: pytest.LogCaptureFixture) -> list[str]:
    """Return what was logged as an error, and as a warning of the library."""
    return [
        record.message
        for record in caplog.records
        if record.levelno >= (logging.WARNING if record.name.startswith("pymodbus") else logging.ERROR)
    ]


WRONG_REPLIES = {
    "too few registers": other_than(count=3),
    "too many registers": other_than(count=5),
    "no register at all": other_than(count=0),
    "a byte count that says less than there is": changed(8, 6),
    "a byte count that says more than there is": changed(8, 10),
    "a length that says less than there is": changed(5, 9),
    "a length that says more than there is": changed(5, 13),
    "the other kind of registers": other_than(function=3),
    "a write": other_than(function=6),
    "an unknown function": lambda request: [frame(request[:2], request[6], 0x63, bytes(9))],
    "a refusal of something else": refused_as(3),
    "a refusal with more to it": lambda request: [frame(request[:2], request[6], 0x84, b"\x02\x02")],
    "another unit": other_than(unit=1),
    "an earlier transaction": other_than(transaction=0),
    "the next transaction": of_the_next,
    "another protocol": changed(3, 1),
    "noise": lambda _: [bytes(range(200, 240))],
}


@pytest.mark.parametrize("answer", WRONG_REPLIES.values(), ids=WRONG_REPLIES)
async def test_a_reply_that_is_none_fails_the_read_and_the_connection(
    device: HostileDevice, unit: ModbusUnit, answer: Answer, caplog: pytest.LogCaptureFixture
) -> None:
    device.answers = [answer]
    with pytest.raises(ModbusDesyncError):
        await unit.read_input_registers(30000, 4)
    assert not unit.connected
    assert await unit.read_input_registers(30010, 4) == [30010, 30011, 30012, 30013]
    assert len(device.connections) == 2
    assert not complaints(caplog)


WRONG_ECHOES = {
    "another register": other_than(address=40032),
    "another value": changed(11, 99),
    "the other kind of write": other_than(function=16),
    "a read": other_than(function=3, count=1),
    "another unit": other_than(unit=1),
    "another transaction": other_than(transaction=0),
    "more than a write is answered with": lambda request: [frame(request[:2], request[6], 6, request[8:12] + bytes(2))],
}


@pytest.mark.parametrize("answer", WRONG_ECHOES.values(), ids=WRONG_ECHOES)
async def test_a_write_counts_only_when_the_device_says_the_same_register_and_value(
    device: HostileDevice, link: PlantConnection, unit: ModbusUnit, answer: Answer
) -> None:
    device.answers = [answer]
    link.allow_writes(247, 1)
    with pytest.raises(ModbusDesyncError):
        await unit.write_register(40031, 2)
    link.allow_writes(247, 2)
    await unit.write_register(40031, 2)


@pytest.mark.parametrize("changes", [{"address": 40034}, {"count": 1}, {"function": 6}])
async def test_a_write_of_several_registers_counts_only_when_the_device_says_the_same_registers(
    device: HostileDevice, link: PlantConnection, unit: ModbusUnit, changes: dict[str, int]
) -> None:
    device.answers = [other_than(**changes)]
    link.allow_writes(247, 1)
    with pytest.raises(ModbusDesyncError):
        await unit.write_registers(40032, [0, 5000])
    link.allow_writes(247, 2)
    await unit.write_registers(40032, [0, 5000])


async def test_a_refusal_is_an_answer_and_keeps_the_connection(device: HostileDevice, unit: ModbusUnit) -> None:
    device.answers = [refused_as(4)]
    with pytest.raises(ModbusExceptionError) as refused:
        await unit.read_input_registers(30000, 4)
    assert refused.value.exception_code == 2
    assert await unit.read_input_registers(30010, 1) == [30010]
    assert len(device.connections) == 1


async def test_a_reply_in_pieces_is_put_together(device: HostileDevice, unit: ModbusUnit) -> None:
    device.answers = [lambda request: [bytes([byte]) for byte in honest(request)[0]]]
    assert await unit.read_input_registers(30000, 4) == [30000, 30001, 30002, 30003]


async def test_a_reply_that_never_ends_is_given_up_with_its_connection(device: HostileDevice, unit: ModbusUnit) -> None:
    device.answers = [honest, lambda request: [honest(request)[0][:-1]]]
    await unit.read_input_registers(29990, 1)
    unit.require_timeout(IMPATIENT_S)
    with pytest.raises(ModbusTimeoutError):
        await unit.read_input_registers(30000, 4)
    unit.require_timeout(PATIENT_S)
    assert await unit.read_input_registers(30010, 1) == [30010]
    assert len(device.connections) == 2


async def test_a_reply_that_comes_after_the_request_was_given_up_answers_nobody(
    device: HostileDevice, unit: ModbusUnit
) -> None:
    late: list[bytes] = []
    device.answers = [honest, lambda request: late.extend(honest(request)) or []]
    await unit.read_input_registers(29990, 1)
    unit.require_timeout(IMPATIENT_S)
    with pytest.raises(ModbusTimeoutError):
        await unit.read_input_registers(30000, 2)
    unit.require_timeout(PATIENT_S)
    second = asyncio.create_task(unit.read_input_registers(30010, 2))
    with suppress(ConnectionError):
        device.connections[0].writelines(late)
        await device.connections[0].drain()
    assert await second == [30010, 30011]


async def test_what_a_cancelled_request_gets_later_answers_nobody(device: HostileDevice, unit: ModbusUnit) -> None:
    late: list[bytes] = []
    device.answers = [lambda request: late.extend(honest(request)) or []]
    first = asyncio.create_task(unit.read_input_registers(30000, 2))
    await device.asked.wait()
    first.cancel()
    second = asyncio.create_task(unit.read_input_registers(30010, 2))
    with suppress(ConnectionError):
        device.connections[0].write(late[0])
        await device.connections[0].drain()
    assert await second == [30010, 30011]
    assert first.cancelled()


@pytest.mark.parametrize("glued", [True, False], ids=["in one piece", "one after the other"])
async def test_a_device_that_says_everything_twice_is_understood_or_fails(
    device: HostileDevice, unit: ModbusUnit, glued: bool
) -> None:
    def twice(request: bytes) -> list[bytes]:
        reply = honest(request)[0]
        return [reply + reply] if glued else [reply, reply]

    device.answers = [twice] * 20
    read = 0
    for address in range(30000, 30020):
        with suppress(ModbusDesyncError):
            assert await unit.read_input_registers(address, 1) == [address]
            read += 1
    assert read >= (20 if glued else 10)


async def test_replies_that_change_places_answer_neither_request(device: HostileDevice, unit: ModbusUnit) -> None:
    kept: list[bytes] = []
    device.answers = [lambda request: kept.extend(honest(request)) or of_the_next(request), lambda _: [kept[0]]]
    for address in (30000, 30010):
        with pytest.raises(ModbusDesyncError):
            await unit.read_input_registers(address, 2)


async def test_requests_of_several_units_at_once_each_get_their_own(
    device: HostileDevice, link: PlantConnection
) -> None:
    asked = [(unit, address) for unit in (1, 2, 247) for address in range(30000, 30010)]
    words = await asyncio.gather(*(link.for_unit(unit).read_input_registers(address, 1) for unit, address in asked))
    assert words == [[address] for _, address in asked]
    assert len(device.connections) == 1


async def test_the_connection_is_quiet_before_and_after_the_requests_of_a_unit_that_needs_it(
    device: HostileDevice, link: PlantConnection, unit: ModbusUnit, monkeypatch: pytest.MonkeyPatch
) -> None:
    pauses: list[bool] = []

    async def pause(seconds: float) -> None:
        if seconds != PIECE_S:
            pauses.append(seconds > 0)

    monkeypatch.setattr(asyncio, "sleep", pause)
    unit.set_message_spacing(100)
    other = link.for_unit(1)
    for asked in (unit, unit, other, other):
        await asked.read_input_registers(30000, 1)
    assert pauses == [False, True, True]


async def test_a_connection_that_the_device_closes_fails_what_is_asked_at_once(
    device: HostileDevice, unit: ModbusUnit
) -> None:
    device.answers = [lambda _: device.connections[-1].close() or []]
    with pytest.raises(ModbusConnectionError):
        await unit.read_input_registers(30000, 1)
    assert await unit.read_input_registers(30010, 1) == [30010]


async def test_nothing_is_written_on_a_connection_that_nobody_allowed_it_on(
    device: HostileDevice, link: PlantConnection, unit: ModbusUnit
) -> None:
    with pytest.raises(UnidentifiedPlantError):
        await unit.write_register(40029, 1)
    link.allow_writes(247, link.generation)
    await unit.write_register(40029, 1)
    # The device goes away while the next write waits for its turn: whoever answers then may be another one.
    device.answers = [lambda _: device.connections[-1].close() or []]
    reading = asyncio.create_task(unit.read_input_registers(30000, 1))
    await asyncio.sleep(0)
    with pytest.raises(UnidentifiedPlantError):
        await unit.write_register(40031, 2)
    with pytest.raises(ModbusConnectionError):
        await reading
    assert [request[7] for request in device.requests] == [6, 4]


async def test_an_outage_is_raised_and_not_logged_by_the_library(
    socket_enabled: None, device: HostileDevice, caplog: pytest.LogCaptureFixture
) -> None:
    away = PlantConnection("127.0.0.1", 9)
    with pytest.raises(ModbusConnectionError):
        await away.for_unit(247).read_input_registers(30000, 1)
    assert not complaints(caplog)
    logging.getLogger("pymodbus.logging").warning("Another integration's")
    assert [record.levelname for record in caplog.records if record.name == "pymodbus.logging"][-1] == "WARNING"


REQUESTS = st.builds(
    lambda transaction, unit, function, address, count: frame(
        transaction.to_bytes(2), unit, function, address.to_bytes(2) + count.to_bytes(2)
    ),
    st.integers(1, 3),
    st.sampled_from([1, 2, 247]),
    st.sampled_from([3, 4, 6, 16]),
    st.integers(30000, 30002),
    st.integers(1, 4),
)


@given(st.data(), REQUESTS)
def test_only_the_reply_to_a_request_is_taken_for_it_however_it_arrives(data: st.DataObject, request: bytes) -> None:
    (reply,) = honest(request)
    cut = data.draw(st.integers(0, len(reply)))
    more = data.draw(st.binary(max_size=20))
    assert whole_reply(request, reply[:cut]) == (reply if cut == len(reply) else None)
    assert whole_reply(request, reply + more) == reply


@given(REQUESTS, REQUESTS)
@example(frame(b"\0\1", 247, 4, b"\x75\x30\0\2"), frame(b"\0\2", 247, 4, b"\x75\x31\0\2"))
def test_the_reply_to_another_request_is_refused(request: bytes, other: bytes) -> None:
    # A read's reply does not say which registers it holds: that is what the transaction is for.
    same = request[:8] == other[:8] and (request[10:] == other[10:] if request[7] in {3, 4} else request == other)
    (reply,) = honest(other)
    if same:
        assert whole_reply(request, reply) == reply
    else:
        with pytest.raises(ModbusDesyncError):
            whole_reply(request, reply)
