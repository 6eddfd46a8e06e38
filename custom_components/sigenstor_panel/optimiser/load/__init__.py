"""What the house is expected to use."""
