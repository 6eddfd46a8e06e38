"""Smooth noise that is a pure function of a seed and a position."""

from __future__ import annotations

from math import floor

_MASK = (1 << 64) - 1


def lattice(seed: int, channel: int, position: int) -> float:
    """Return a number in [0, 1) that a seed, a channel and a whole position fix for ever."""
    mixed = (seed * 0x9E3779B97F4A7C15 + channel * 0xD1B54A32D192ED03 + position) & _MASK
    mixed = (mixed ^ mixed >> 30) * 0xBF58476D1CE4E5B9 & _MASK
    mixed = (mixed ^ mixed >> 27) * 0x94D049BB133111EB & _MASK
    return ((mixed ^ mixed >> 31) >> 11) / (1 << 53)


def smooth(seed: int, channel: int, position: float) -> float:
    """Return noise in [0, 1) that changes smoothly and is free again one position further."""
    whole = floor(position)
    part = position - whole
    weight = part * part * (3 - 2 * part)
    return (1 - weight) * lattice(seed, channel, whole) + weight * lattice(seed, channel, whole + 1)
