"""The coordinators: each fetches from one source and holds its last known good."""
