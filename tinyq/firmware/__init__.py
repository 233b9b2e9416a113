"""Boards, the PlatformIO project, and the image it builds."""
