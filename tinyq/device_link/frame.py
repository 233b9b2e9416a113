"""Frames on the serial port: a body and its CRC-32, stuffed so that the byte 0 stands between frames and nowhere else.

The stuffing is one block of Cheshire and Baker, "Consistent Overhead Byte Stuffing", IEEE/ACM Transactions on
Networking 7(2), 1999: each 0 becomes the distance to the next one. The firmware's side is
firmware_templates/app/frame.c.j2.
"""

from zlib import crc32

MOST_BYTES = 250  # of a body: with its CRC they are the 254 that one block holds
_CRC_BYTES = 4
_MOST_STUFFED = 1 + MOST_BYTES + _CRC_BYTES


def pack(body: bytes) -> bytes:
    """A body of at most `MOST_BYTES` bytes as it travels, with a 0 on either side."""
    assert 0 < len(body) <= MOST_BYTES
    block = bytearray(b"\0" + body + crc32(body).to_bytes(_CRC_BYTES, "little"))
    following = len(block)
    for place in reversed(range(len(block))):
        if block[place] == 0:
            block[place], following = following - place, place
    return b"\0" + bytes(block) + b"\0"


def unpack(stuffed: bytes) -> bytes | None:
    """The body of what stood between two 0; None where that is no frame, or was damaged."""
    if 0 in stuffed:
        return None
    block, place = bytearray(stuffed), 0
    while place < len(block):
        distance, block[place] = block[place], 0
        place += distance
    body, crc = bytes(block[1:-_CRC_BYTES]), bytes(block[-_CRC_BYTES:])
    whole = place == len(block) and body and crc32(body) == int.from_bytes(crc, "little")
    return body if whole else None


class FrameReader:
    """Finds frames in what arrives, however it is cut; texts and damaged frames between them are dropped.

    Attributes:
        damaged: how many pieces between two 0 were no frame.
    """

    def __init__(self) -> None:
        self.damaged = 0
        self._piece = bytearray()

    def feed(self, received: bytes) -> list[bytes]:
        """The bodies of the frames that `received` completes."""
        bodies = []
        for piece in received.split(b"\0")[:-1]:
            body = self._ended(piece)
            if body is not None:
                bodies.append(body)
        self._add(received.rpartition(b"\0")[2])
        return bodies

    def _ended(self, piece: bytes) -> bytes | None:
        self._add(piece)
        stuffed = bytes(self._piece)
        self._piece.clear()
        if not stuffed:
            return None
        body = unpack(stuffed) if len(stuffed) <= _MOST_STUFFED else None
        self.damaged += body is None
        return body

    def _add(self, piece: bytes) -> None:
        # One byte too many marks a piece that is too long; a board that talks without end fills no memory.
        self._piece += piece[: _MOST_STUFFED + 1 - len(self._piece)]
