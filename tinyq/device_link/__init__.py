"""A board on a serial port: what its firmware is, and what it answers."""
