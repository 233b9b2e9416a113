"""The host's side of the serial protocol drives the emulated firmware image through a pseudo-terminal."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from support.faulty_line import Answer, Faults, both_ways
from support.serial_line import SerialLine
from support.tiny_model import tiny_model

from tinyq import __version__
from tinyq.codegen.write import write_if_changed
from tinyq.device_link import board as board_link
from tinyq.device_link.board import BoardModel, connected
from tinyq.device_link.frame import FrameReader, pack
from tinyq.device_link.link import Command, Link, Patience
from tinyq.emulator.device.machine import Machine
from tinyq.errors import TinyqError
from tinyq.firmware.board import load_board
from tinyq.firmware.platformio import build_image
from tinyq.firmware.project import project_files
from tinyq.ir.graph import Array
from tinyq.tools.serial_port import open_port

NANO33 = load_board("nano33")
WEIGHTS = np.array([3, 1, 4, 1, 5, 9, 2, 6])
IMPATIENT = Patience(attempts=3, seconds=0.1)


@pytest.fixture(scope="module")
def elf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    project = tmp_path_factory.mktemp("served")
    write_if_changed(project, project_files(tiny_model(), NANO33, "zig", None))
    return build_image(project)


@pytest.fixture
def firmware(elf: Path) -> tuple[Answer, bytes]:
    """The image after its self-test: what it answers, and what it has said so far."""
    machine = Machine.load(elf, NANO33)
    machine.run()
    return machine.exchange, bytes(machine.sent)


def samples(count: int) -> Array:
    return np.random.default_rng(3).integers(-128, 128, (count, 1, 8)).astype(np.int8)


def expected(inputs: Array) -> Array:
    answers: Array = (inputs + WEIGHTS[inputs.astype(np.uint8) % 8]).astype(np.int8)
    return answers


@contextmanager
def model_behind(answer: Answer, greeting: bytes = b"") -> Iterator[BoardModel]:
    with SerialLine(answer, greeting) as line, connected(line.name, 115200, tiny_model()) as model:
        yield model


@contextmanager
def link_to(answer: Any) -> Iterator[Link]:
    with SerialLine(answer) as line, open_port(line.name, 115200) as port:
        yield Link(port)


def refusal(answer: Answer, patience: Patience = IMPATIENT) -> str:
    """What a request that fails says."""
    with link_to(answer) as link, pytest.raises(TinyqError) as caught:
        link.request(Command.RUN, patience=patience)
    return str(caught.value).replace(link.name, "PORT")


def test_the_firmware_says_what_it_is(firmware: tuple[Answer, bytes]) -> None:
    with model_behind(*firmware) as model:
        assert model.identity == {
            "protocol": 1,
            "tinyq": __version__,
            "model": "tiny",
            "sha256": "",
            "board": "nano33",
            "clock_hz": 64_000_000,
            "cycle_counter": True,
            "inputs": [{"name": "x", "shape": [1, 8], "dtype": "int8", "bytes": 8}],
            "outputs": [{"name": "y", "shape": [1, 8], "dtype": "int8", "bytes": 8}],
        }


def test_the_firmware_answers_and_counts_cycles(firmware: tuple[Answer, bytes]) -> None:
    inputs = samples(20)
    with model_behind(*firmware) as model:
        (found,) = model.run([inputs])
        assert model.cycles is not None
        assert 100 < model.cycles < 1000
        assert model.link.repeated == 0
    assert np.array_equal(found, expected(inputs))


def test_lost_changed_and_repeated_bytes_change_no_answer(
    firmware: tuple[Answer, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tinyq.device_link.link.REPLY_SECONDS", 0.01)
    inputs, faults = samples(60), Faults(every=150)
    answer, greeting = firmware
    with model_behind(both_ways(answer, faults), greeting) as model:
        (found,) = model.run([inputs])
        assert model.link.repeated > 5
    assert faults.count > 20
    assert np.array_equal(found, expected(inputs))


def test_a_run_whose_reply_was_lost_is_not_run_twice(firmware: tuple[Answer, bytes]) -> None:
    answer, _ = firmware
    lost: list[bytes] = []

    def lose_first_run(data: bytes) -> bytes:
        said = answer(data)
        if len(data) > 2 and data[3:4] == b"\x03" and not lost:
            lost.append(said)
            return b""
        return said

    with model_behind(lose_first_run) as model:
        (first,) = model.run([samples(1)])
        assert lost
        assert model.link.repeated == 1
    assert np.array_equal(first, expected(samples(1)))


def test_a_board_that_holds_another_model_is_refused(firmware: tuple[Answer, bytes]) -> None:
    other = replace(tiny_model(), identifier="other", sha256="0123456789abcdef")
    with SerialLine(*firmware) as line, pytest.raises(TinyqError) as caught, connected(line.name, 115200, other):
        pass
    assert str(caught.value) == (
        f"{line.name}: the board (nano33) holds the model tiny (SHA-256 ...), not other (SHA-256 0123456789ab...)\n"
        "  hint: run `tinyq build` and `tinyq flash --board nano33` with this model first"
    )


def test_a_board_that_is_silent_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(board_link, "FIRST_ANSWER", IMPATIENT)
    with pytest.raises(TinyqError) as caught, model_behind(lambda _: b"") as model:
        pytest.fail(str(model))
    assert str(caught.value).partition(": ")[2] == (
        "no answer within 0.3 s, after 3 attempts; 0 damaged frames arrived\n"
        "  hint: check the cable (TX to RX, RX to TX, ground to ground), the baud rate, and that the board runs a "
        "firmware of tinyq (`tinyq flash`); reset it and try again"
    )


def test_a_board_that_only_talks_is_given_up() -> None:
    assert refusal(lambda _: b"\x01\x02\0" * 50).startswith("PORT: no answer within 0.3 s, after 3 attempts; ")


def test_a_reply_to_an_earlier_request_is_dropped(firmware: tuple[Answer, bytes]) -> None:
    answer, _ = firmware
    late: list[bytes] = []

    def one_behind(data: bytes) -> bytes:
        late.append(answer(data))
        return late[-2] if len(late) > 1 else b""

    with link_to(one_behind) as link:
        first = link.request(Command.IDENTIFY, bytes(4), Patience(5, 1.0))
        assert first[4:16] == b'{"protocol":'
        assert link.repeated == 1
        assert link.request(Command.READ, bytes(5) + b"\x08", Patience(5, 1.0)) == bytes([3]) * 8
        assert link.repeated == 2


def test_what_the_firmware_can_not_do_it_refuses(firmware: tuple[Answer, bytes]) -> None:
    answer, _ = firmware
    with link_to(answer) as link:
        for data in (b"", bytes(5) + b"\x09", b"\x01" + bytes(4) + b"\x01", b"\0\xff\xff\xff\xff\x01"):
            with pytest.raises(TinyqError) as caught:
                link.request(Command.READ, data)
            assert str(caught.value) == (
                f"{link.name}: the board refuses READ: it has no such tensor, or not so many bytes\n"
                "  hint: its firmware is of another version: build and flash it again"
            )
        with pytest.raises(TinyqError, match="refuses WRITE: it has no such tensor, or not so many bytes"):
            link.request(Command.WRITE, bytes(5) + b"\x09" * 9)
        with pytest.raises(TinyqError, match="refuses IDENTIFY: it has no such tensor, or not so many bytes"):
            link.request(Command.IDENTIFY, b"\xff\xff\xff\xff")


def test_a_firmware_of_another_protocol_is_refused() -> None:
    reader, text = FrameReader(), b'{"protocol":9}'

    def future(data: bytes) -> bytes:
        size = len(text).to_bytes(4, "little")
        return b"".join(pack(request[:2] + b"\0" + size + text) for request in reader.feed(data))

    with pytest.raises(TinyqError) as caught, model_behind(future):
        pass
    assert str(caught.value).partition(": ")[2] == (
        "the board speaks protocol 9, this tinyq speaks 1\n  hint: build and flash its firmware again with this tinyq"
    )


def test_a_port_that_does_not_exist_lists_those_that_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tinyq.tools.serial_port.serial_ports", lambda: ())
    with pytest.raises(TinyqError) as caught, connected("/dev/ttyACM99", 115200, tiny_model()):
        pass
    assert str(caught.value) == (
        "/dev/ttyACM99: there is no such serial port\n"
        "  hint: ports found: none; plug the board in with a cable that carries data"
    )


def test_a_board_that_is_unplugged_in_the_middle_ends_with_its_port() -> None:
    far, near = os.openpty()
    name = os.ttyname(near)
    os.close(near)
    with open_port(name, 115200) as port:
        link = Link(port)
        os.close(far)
        with pytest.raises(TinyqError) as caught:
            link.request(Command.RUN, patience=IMPATIENT)
    assert str(caught.value).startswith(f"{name}: the serial port failed: ")
    assert caught.value.hint == "unplug the board, plug it in, try again"
