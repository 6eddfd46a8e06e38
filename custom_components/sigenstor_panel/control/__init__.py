"""The only code that writes to the plant: intents, guardrails, one writer, and a record of every write."""
