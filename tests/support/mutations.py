"""Broken .tflite files: what a full disk, a bad cable or a malicious sender makes of a good one."""

import random
import struct
from collections.abc import Callable

_NUMBERS = (0, 1, -1, 2, 127, 128, 255, 256, 2**15, 2**16, 2**20, 2**24, 2**31 - 1, -(2**31))


def _flip(data: bytearray, chance: random.Random) -> None:
    for _ in range(chance.choice((1, 1, 2, 8, 64))):
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)


def _number(data: bytearray, chance: random.Random) -> None:
    """An aligned 32-bit word: a shape, an offset, a length, a scale."""
    for _ in range(chance.choice((1, 1, 1, 2, 4))):
        place = 4 * chance.randrange(len(data) // 4)
        number = chance.choice(_NUMBERS) if chance.random() < 0.7 else chance.randrange(-1000, 1000)
        struct.pack_into("<i", data, place, number)


def _byte(data: bytearray, chance: random.Random) -> None:
    data[chance.randrange(len(data))] = chance.randrange(256)


def _cut(data: bytearray, chance: random.Random) -> None:
    del data[chance.randrange(len(data)) :]


def _remove(data: bytearray, chance: random.Random) -> None:
    start = chance.randrange(len(data))
    del data[start : start + chance.randrange(1, 64)]


def _insert(data: bytearray, chance: random.Random) -> None:
    start = chance.randrange(len(data))
    data[start:start] = chance.randbytes(chance.randrange(1, 64))


def _copy(data: bytearray, chance: random.Random) -> None:
    """A piece over another one, as a filesystem that has mixed up its blocks."""
    size = chance.choice((4, 8, 16, 64))
    source, target = chance.randrange(len(data)), chance.randrange(len(data))
    data[target : target + size] = data[source : source + size]


_WAYS: tuple[Callable[[bytearray, random.Random], None], ...] = (
    _flip,
    _number,
    _number,
    _number,
    _byte,
    _cut,
    _remove,
    _insert,
    _copy,
)


def mutated(data: bytes, seed: int) -> bytes:
    """`data` broken in one or two ways; the same for the same seed."""
    chance = random.Random(seed)
    result = bytearray(data)
    for _ in range(chance.choice((1, 1, 1, 2))):
        if len(result) >= 8:
            chance.choice(_WAYS)(result, chance)
    return bytes(result)
