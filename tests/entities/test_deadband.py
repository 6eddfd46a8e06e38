"""Which changes of a value are worth a row in the recorder."""

from datetime import UTC, datetime, timedelta

from custom_components.sigenstor_panel.entities.write_gate import NO_DEADBAND, Deadband, WriteGate

NOW = datetime(2026, 1, 15, 2, 0, tzinfo=UTC)
POWER = Deadband(100, share=0.05)


def after(seconds: float) -> datetime:
    """Return a time after the start."""
    return NOW + timedelta(seconds=seconds)


def test_a_change_of_availability_is_written_at_once() -> None:
    gate = WriteGate(POWER)
    assert gate.opens(500, available=True, now=NOW)
    assert gate.opens(None, available=False, now=after(1))
    assert gate.opens(500, available=True, now=after(2))


def test_many_small_changes_are_written_once_they_add_up() -> None:
    gate = WriteGate(POWER)
    gate.opens(500, available=True, now=NOW)
    assert [gate.opens(500 + 30 * step, available=True, now=after(step)) for step in range(1, 6)] == [
        False,
        False,
        False,
        True,
        False,
    ]


def test_the_deadband_of_a_large_value_is_a_share_of_it() -> None:
    gate = WriteGate(POWER)
    gate.opens(8_000, available=True, now=NOW)
    assert not gate.opens(8_390, available=True, now=after(1))
    assert gate.opens(8_400, available=True, now=after(2))


def test_a_value_that_stays_is_never_written_again() -> None:
    gate = WriteGate(POWER)
    gate.opens(500, available=True, now=NOW)
    assert not gate.opens(500, available=True, now=after(3_600))


def test_a_state_without_numbers_is_written_whenever_it_changes() -> None:
    gate = WriteGate(NO_DEADBAND)
    gate.opens("running", available=True, now=NOW)
    assert gate.opens("fault", available=True, now=after(1))
    assert gate.opens(None, available=True, now=after(2))


def test_a_timestamp_moves_once_a_minute() -> None:
    gate = WriteGate(NO_DEADBAND)
    gate.opens(NOW, available=True, now=NOW)
    assert not gate.opens(after(10), available=True, now=after(10))
    assert gate.opens(after(60), available=True, now=after(60))
