"""The exact plan, what stands behind it, and its reasons."""
