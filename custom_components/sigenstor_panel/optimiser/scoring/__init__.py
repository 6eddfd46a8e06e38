"""What was earned, against what could have been."""
