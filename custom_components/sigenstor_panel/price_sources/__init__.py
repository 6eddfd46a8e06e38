"""Prices of homes without Amber: tariffs entered by hand, and what other integrations publish. Pure."""
