"""The PV forecast, and what is learned about it."""
