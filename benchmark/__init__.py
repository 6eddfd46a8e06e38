"""Figures the design has budgets for: `scripts/benchmark`. Measured and printed, never asserted."""
