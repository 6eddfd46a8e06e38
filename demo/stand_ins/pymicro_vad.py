"""Stands in for a speech library that would need a C++ compiler: Home Assistant imports it, the demo never uses it."""


class MicroVad:
    """Do nothing."""
