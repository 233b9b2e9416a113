"""UF2 blocks, read back by the specification's layout."""

import struct

from tinyq.firmware.uf2 import uf2

RP2040 = 0xE48B_FF56


def blocks(data: bytes) -> list[tuple[int, ...]]:
    """The eight words in front of each block's data, and the one behind it."""
    assert len(data) % 512 == 0
    return [
        (*struct.unpack_from("<8I", data, start), *struct.unpack_from("<I", data, start + 508))
        for start in range(0, len(data), 512)
    ]


def test_each_block_names_its_place_and_the_family() -> None:
    data = uf2(bytes(range(256)) + b"end", 0x1000_0000, RP2040)
    assert blocks(data) == [
        (0x0A32_4655, 0x9E5D_5157, 0x2000, 0x1000_0000, 256, 0, 2, RP2040, 0x0AB1_6F30),
        (0x0A32_4655, 0x9E5D_5157, 0x2000, 0x1000_0100, 256, 1, 2, RP2040, 0x0AB1_6F30),
    ]


def test_the_last_page_is_filled_as_erased_flash_is() -> None:
    data = uf2(b"end", 0x1000_0000, RP2040)
    assert data[32:288] == b"end" + b"\xff" * 253
    assert data[288:508] == bytes(220)


def test_the_payloads_are_the_image() -> None:
    image = bytes(number % 251 for number in range(3000))
    data = uf2(image, 0x1000_0000, RP2040)
    payloads = b"".join(data[start + 32 : start + 288] for start in range(0, len(data), 512))
    assert payloads.rstrip(b"\xff") == image
