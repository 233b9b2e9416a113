"""The receiving half of a serial port that the processor reads byte by byte."""

from tinyq.emulator.device.peripherals import Bus


class Receiver:
    """What has arrived and was not read."""

    def __init__(self) -> None:
        self._waiting = b""

    def has_byte(self, bus: Bus) -> bool:
        """Whether a byte waits."""
        self._waiting = self._waiting or bus.receive(1)
        return bool(self._waiting)

    def take(self, bus: Bus) -> int:
        """The byte that waits longest; 0 where there is none."""
        byte = self._waiting[0] if self.has_byte(bus) else 0
        self._waiting = b""
        return byte
