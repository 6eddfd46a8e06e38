"""What the entity platforms are made of."""
