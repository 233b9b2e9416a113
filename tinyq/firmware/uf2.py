"""UF2, the form in which a bootloader that looks like a USB drive takes an image (https://github.com/microsoft/uf2)."""

import struct

_MAGIC_START = (0x0A32_4655, 0x9E5D_5157)
_MAGIC_END = 0x0AB1_6F30
_FAMILY_ID_PRESENT = 0x2000
_PAYLOAD_BYTES = 256  # what every bootloader takes, and a page of the RP2040's flash
_DATA_BYTES = 476  # the payload, and zeros behind it: a block is 512 bytes, as a sector of the drive
_ERASED = b"\xff"


def uf2(image: bytes, origin: int, family: int) -> bytes:
    """An image as UF2.

    Args:
        image: its bytes.
        origin: the address of the first one.
        family: the number of the processor's family; a bootloader drops blocks of another one.
    """
    payloads = [image[start : start + _PAYLOAD_BYTES] for start in range(0, len(image), _PAYLOAD_BYTES)]
    blocks = []
    for number, payload in enumerate(payloads):
        address = origin + number * _PAYLOAD_BYTES
        sizes = (_FAMILY_ID_PRESENT, address, _PAYLOAD_BYTES, number, len(payloads), family)
        data = payload.ljust(_PAYLOAD_BYTES, _ERASED).ljust(_DATA_BYTES, b"\0")
        blocks.append(struct.pack("<8I", *_MAGIC_START, *sizes) + data + struct.pack("<I", _MAGIC_END))
    return b"".join(blocks)
