"""Thin typed clients of cloud services; each gets its HTTP session from outside and knows nothing of Home Assistant."""
