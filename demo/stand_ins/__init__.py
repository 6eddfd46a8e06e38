"""Modules that the demo's Home Assistant finds on its path in place of libraries without wheels."""
