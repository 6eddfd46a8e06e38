"""Lets the real controller live through months of faults, other writers and kills, and checks what must never happen."""
