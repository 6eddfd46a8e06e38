"""The records of commands and decisions in a database of their own. Every call blocks."""
