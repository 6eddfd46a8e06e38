"""What the optimiser would have saved: real prices and a real home, gone through day by day."""
