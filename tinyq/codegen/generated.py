"""What code generation hands on: the C of one model and what an application must know to call it."""

from collections.abc import Mapping
from dataclasses import dataclass

from tinyq.ir.graph import Tensor


@dataclass(frozen=True)
class GeneratedModel:
    """The C library of one model.

    Attributes:
        identifier: the C identifier that every symbol starts with, such as `kws`.
        files: C sources and headers by path inside the library's folder; `<identifier>.h` is the interface.
        runtime_files: headers that all models of an image share, by path inside the runtime's folder.
        inputs: the tensors behind `<identifier>_input(0)`, `(1)`, ...
        outputs: the tensors behind `<identifier>_output(0)`, `(1)`, ...
        arena_bytes: size of `<identifier>_arena`.
        sha256: of the quantized .tflite that it was made from: two models with one hash answer the same; empty for a
            model that was written by hand.
        states: offset in the arena and size of everything that outlives an inference.
        flags: for the compiler, besides those that all code of an image gets.
    """

    identifier: str
    files: Mapping[str, str]
    runtime_files: Mapping[str, str]
    inputs: tuple[Tensor, ...]
    outputs: tuple[Tensor, ...]
    arena_bytes: int
    sha256: str = ""
    states: tuple[tuple[int, int], ...] = ()
    flags: tuple[str, ...] = ()

    @property
    def is_stateful(self) -> bool:
        """Whether it has `<identifier>_reset`, which must be called before a sequence starts."""
        return bool(self.states)


@dataclass(frozen=True)
class SelfTest:
    """One sample that the firmware runs after reset, and what it must answer, as the tensors' raw bytes.

    Attributes:
        inputs: the sample; None for zeros, which take no flash.
        outputs: what the model answers to it.
    """

    inputs: tuple[bytes, ...] | None
    outputs: tuple[bytes, ...]
