"""Ctrl-C for child processes of tests."""

import signal


def take_ctrl_c() -> None:
    """Let a child react to SIGINT as it does in a terminal; a shell starts background jobs with SIGINT ignored."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
