"""Frames: what is packed is unpacked, and what is damaged is never taken for a frame."""

import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinyq.device_link.frame import MOST_BYTES, FrameReader, pack, unpack

BODIES = st.binary(min_size=1, max_size=MOST_BYTES)


@given(BODIES)
def test_a_body_comes_back(body: bytes) -> None:
    framed = pack(body)
    assert (framed[0], framed[-1]) == (0, 0)
    assert 0 not in framed[1:-1]
    assert unpack(framed[1:-1]) == body


@pytest.mark.parametrize("byte", [0, 1, 0xFF])
@pytest.mark.parametrize("count", [1, 249, MOST_BYTES])
def test_runs_of_one_byte_come_back(byte: int, count: int) -> None:
    assert unpack(pack(bytes([byte]) * count)[1:-1]) == bytes([byte]) * count


def test_a_frame_is_stuffed_as_the_paper_has_it() -> None:
    crc = zlib.crc32(b"\x11\0\x22").to_bytes(4, "little")
    assert 0 not in crc
    assert pack(b"\x11\0\x22") == b"\0\x02\x11\x06\x22" + crc + b"\0"


@given(BODIES, st.data())
def test_a_damaged_frame_is_dropped(body: bytes, data: st.DataObject) -> None:
    stuffed = bytearray(pack(body)[1:-1])
    place = data.draw(st.integers(0, len(stuffed) - 1))
    stuffed[place] ^= data.draw(st.integers(1, 255))
    assert unpack(bytes(stuffed)) is None


@given(st.binary(max_size=400))
def test_noise_is_no_frame(noise: bytes) -> None:
    assert unpack(noise.replace(b"\0", b"")) is None


@given(st.lists(BODIES, max_size=4), st.integers(1, 60))
def test_frames_are_found_however_they_are_cut(bodies: list[bytes], step: int) -> None:
    stream, reader, found = b"text before\n" + b"".join(map(pack, bodies)), FrameReader(), []
    for start in range(0, len(stream), step):
        found += reader.feed(stream[start : start + step])
    assert found == bodies


def test_endless_noise_fills_no_memory() -> None:
    reader = FrameReader()
    for _ in range(1000):
        assert reader.feed(b"\x55" * 1000) == []
    assert len(reader._piece) < 300
    assert reader.feed(b"\0" + pack(b"then a frame")) == [b"then a frame"]
    assert reader.damaged == 1
