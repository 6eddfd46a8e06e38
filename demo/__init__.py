"""A real Home Assistant beside a simulated SigenStor, ready to look at: `scripts/demo`."""
