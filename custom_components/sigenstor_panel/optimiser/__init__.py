"""Pure functions from inputs to a recommendation and a plan."""
