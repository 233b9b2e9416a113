"""Instructions and cycles of each layer, from the image that would be flashed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tinyq.codegen.generated import GeneratedModel
from tinyq.codegen.view import Layer
from tinyq.emulator.device.engine import interface_of
from tinyq.emulator.device.model import DeviceModel
from tinyq.emulator.device.run import DEFAULT_LIMIT
from tinyq.emulator.device.timing import flash_waits, timing_of
from tinyq.firmware.board import Board


@dataclass(frozen=True)
class LayerProfile:
    """What one layer costs.

    Attributes:
        name: the layer's name in the model.
        op: the operator's TFLite name.
        macs: multiply-accumulates.
        instructions: executed, those of the functions that it calls among them.
        cycles: of the processor, flash waits included.
        flash_cycles: the part of them in which the processor waits for constants out of flash.
    """

    name: str
    op: str
    macs: int
    instructions: int
    cycles: int
    flash_cycles: int


@dataclass(frozen=True)
class Profile:
    """What one inference costs.

    Attributes:
        identifier: the model's C identifier.
        board: where it ran.
        instructions: of `<identifier>_invoke` as a whole.
        cycles: of it, flash waits included.
        layers: in the order they run; what they don't add up to is `<identifier>_invoke` itself.
        accuracy: how far the cycle model was from silicon.
    """

    identifier: str
    board: Board
    instructions: int
    cycles: int
    layers: tuple[LayerProfile, ...]
    accuracy: str

    @property
    def macs(self) -> int:
        """Multiply-accumulates of all layers."""
        return sum(layer.macs for layer in self.layers)

    def milliseconds(self, cycles: int) -> float:
        """How long `cycles` take at the board's clock."""
        return 1000 * cycles / self.board.clock_hz

    def as_dict(self) -> dict[str, Any]:
        """The `profile` object of report.json."""
        return {
            "instructions": self.instructions,
            "cycles": self.cycles,
            "clock_hz": self.board.clock_hz,
            "accuracy": self.accuracy,
            "layers": [vars(layer) for layer in self.layers],
        }


def profile(
    image: Path,
    board: Board,
    model: GeneratedModel,
    layers: Sequence[Layer],
    sample: bytes | None = None,
    limit: int = DEFAULT_LIMIT,
) -> Profile:
    """Run one sample on an emulated board and count.

    Args:
        image: `firmware.elf`.
        board: the board that it was linked for.
        model: the generated C in it.
        layers: the layers as they appear in it.
        sample: the bytes of all inputs; zeros where it is None.
        limit: of instructions; more is a hang.

    Raises:
        TinyqError: the image holds another model, faults or hangs.
    """
    interface = interface_of(model)
    device = DeviceModel(image, board, interface)
    symbols, counter = device.machine.symbols, device.machine.counter
    invoke = symbols.required(f"{model.identifier}_invoke")
    # A layer's function is entered only by a call: what it calls itself does not change whose turn it is.
    owners = {layer.symbol: (symbols.required(layer.symbol).start,) for layer in layers}
    total = device.count(sample or bytes(sum(interface.input_bytes)), {**owners, invoke.name: invoke.addresses}, limit)
    counted = [counter.of(layer.symbol) for layer in layers]
    waits = [_waits(board, layer) for layer in layers]
    return Profile(
        model.identifier,
        board,
        total.instructions,
        round(total.cycles) + sum(waits),
        tuple(
            LayerProfile(layer.name, layer.op, layer.macs, count.instructions, round(count.cycles) + wait, wait)
            for layer, count, wait in zip(layers, counted, waits, strict=True)
        ),
        timing_of(board.cpu).accuracy,
    )


def _waits(board: Board, layer: Layer) -> int:
    return flash_waits(layer.weight_bytes, board.flash_line_bytes, board.flash_wait_cycles)
