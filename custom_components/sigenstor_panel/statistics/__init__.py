"""What is read from, and written to, the recorder's statistics."""
