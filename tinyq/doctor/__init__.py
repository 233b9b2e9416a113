"""What this machine has of all that tinyq needs, and how to get what it lacks."""
