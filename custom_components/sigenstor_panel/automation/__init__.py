"""What automations and assistants ask of systems: following them across reloads, and skills with their rights."""
