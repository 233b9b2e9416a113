"""What a board consists of: each a section of its TOML file."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Memory:
    """A range of addresses that the application owns.

    Attributes:
        origin: address of the first byte.
        bytes: size.
    """

    origin: int
    bytes: int


@dataclass(frozen=True)
class Serial:
    """The port that texts leave by.

    Attributes:
        driver: the template platform/serial/<driver>.c.j2.
        baud: symbols a second.
        parameters: what else that template asks for, such as addresses and pins.
    """

    driver: str
    baud: int
    parameters: Mapping[str, int]


@dataclass(frozen=True)
class Clock:
    """How the processor comes to its speed.

    Attributes:
        driver: the template platform/clock/<driver>.c.j2.
        parameters: what that template asks for.
    """

    driver: str
    parameters: Mapping[str, int]


@dataclass(frozen=True)
class Boot:
    """Code that the chip's own boot ROM runs before the application, at the start of the flash.

    Attributes:
        driver: the template platform/boot/<driver>.c.j2.
        bytes: its size; the vector table lies behind it.
    """

    driver: str
    bytes: int


@dataclass(frozen=True)
class Framework:
    """What PlatformIO calls this board where a framework builds the firmware.

    Attributes:
        platform: the development platform, such as `ststm32`.
        board: the board's name in it.
    """

    platform: str
    board: str


@dataclass(frozen=True)
class ActiveCurrent:
    """What the processor draws while it computes, as its maker has published it; other parts of the board not.

    Attributes:
        microamperes: at `clock_hz`; a figure in µA/MHz is one at 1 MHz.
        clock_hz: the speed that it was measured at.
        millivolts: the supply.
        source: where the figure stands, and under which conditions it holds.
    """

    microamperes: int
    clock_hz: int
    millivolts: int
    source: str

    def joules(self, cycles: int) -> float:
        """The energy that `cycles` take: cycles / clock * voltage * current, at any clock if current grows with it."""
        return cycles / self.clock_hz * self.millivolts * 1e-3 * self.microamperes * 1e-6
