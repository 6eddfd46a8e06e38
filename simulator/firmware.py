"""Kinds of firmware that owners run, as the quirks that tell them apart."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

_BEFORE_SPC113: Mapping[str, Any] = {
    "pre_spc113_gating": True,
    "limits_bound_to_mode": True,
    "limits_read_zero_when_off": True,
}

FIRMWARE_KINDS: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        "spc115": {},
        "spc110": _BEFORE_SPC113,
        "standby_lifts_export_limit": {**_BEFORE_SPC113, "standby_lifts_export_limit": True},
        "only_cut_offs_hold": {**_BEFORE_SPC113, "standby_does_not_hold": True},
    }
)
"""Quirks by kind. The limits count in every mode from SPC113 on; before, a hold needs standby or the cut-offs."""


def firmware_quirks(kind: Any) -> dict[str, Any]:
    """Return the quirks of a kind of firmware; null switches off what another kind has.

    Raises ValueError with a sentence that names the kinds.
    """
    if not isinstance(kind, str) or kind not in FIRMWARE_KINDS:
        raise ValueError(f"firmware must be one of {', '.join(FIRMWARE_KINDS)}, not {kind!r}.")
    names = {name for quirks in FIRMWARE_KINDS.values() for name in quirks}
    return {**dict.fromkeys(names), **FIRMWARE_KINDS[kind]}
