"""The register table and the coding of values."""

from hypothesis import given, strategies as st
import pytest

from simulator.registers import INTEGER_BITS, Register, register_table


def _register(kind: str, gain: float = 1, count: int | None = None) -> Register:
    count = count or INTEGER_BITS[kind] // 16
    return Register(30000, count, "RO", kind, gain, "", "", None, None, None)


@given(st.sampled_from(sorted(INTEGER_BITS)), st.sampled_from([1, 10, 100, 1000]), st.data())
def test_every_value_of_every_type_and_gain_survives_encoding_and_decoding(
    kind: str, gain: int, data: st.DataObject
) -> None:
    bits = INTEGER_BITS[kind]
    low, high = (-(1 << bits - 1), (1 << bits - 1) - 1) if kind[0] == "S" else (0, (1 << bits) - 1)
    # Near 2^53 a float no longer holds every whole number after a division.
    raw = data.draw(st.integers(low, min(high, 2**50)))
    register = _register(kind, gain)
    words = register.encode(raw / gain)
    assert all(0 <= word <= 0xFFFF for word in words)
    value = register.decode(words)
    if kind == "U32" and raw == 0xFFFFFFFF:
        assert value is None
    else:
        assert isinstance(value, float)
        assert round(value * gain) == raw


@given(st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=20))
def test_text_survives_encoding_and_decoding(text: str) -> None:
    register = _register("STRING", count=10)
    words = register.encode(text)
    assert len(words) == 10
    assert register.decode(words) == text


def test_the_high_word_comes_first() -> None:
    assert _register("U32").encode(0x00012345) == [0x0001, 0x2345]
    assert _register("U64").encode(1) == [0, 0, 0, 1]


def test_negative_numbers_are_twos_complement() -> None:
    assert _register("S16").encode(-1) == [0xFFFF]
    assert _register("S32", 1000).encode(-2.5) == [0xFFFF, 0x10000 - 2500]


def test_a_limit_that_is_not_set_has_all_bits_one() -> None:
    assert _register("U32", 1000).encode(None) == [0xFFFF, 0xFFFF]
    assert _register("U32", 1000).decode([0xFFFF, 0xFFFF]) is None


def test_a_value_beyond_its_type_is_held_at_the_end_of_the_range() -> None:
    assert _register("U16").encode(-5) == [0]
    assert _register("S16").encode(40_000) == [0x7FFF]


@pytest.mark.parametrize("device", ["plant", "inverter"])
def test_registers_of_a_device_do_not_overlap_and_are_as_long_as_their_type(device: str) -> None:
    end = 0
    for register in register_table(device).by_address.values():
        assert register.address >= end
        end = register.address + register.count
        if register.type != "STRING":
            assert register.count == INTEGER_BITS[register.type] // 16


@given(st.integers(29_990, 30_300), st.integers(1, 124))
def test_a_span_touches_exactly_the_registers_that_share_an_address_with_it(address: int, count: int) -> None:
    table = register_table("plant")
    expected = [
        register
        for register in table.by_address.values()
        if register.address < address + count and address < register.address + register.count
    ]
    assert table.touching(address, count) == expected


@pytest.mark.parametrize(("value", "allowed"), [(1, True), (0.8, True), (0.79, False), (-0.8, True), (-1, False)])
def test_a_power_factor_lies_outside_the_middle(value: float, allowed: bool) -> None:
    assert register_table("plant").by_address[40007].accepts(value) is allowed
