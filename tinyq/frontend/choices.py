"""What a user may choose about how a model is made small and computed: on the command line, or in tinyq.toml."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace

from tinyq.ir.bits import Bits
from tinyq.ir.scheme import IN_FLOAT


@dataclass(frozen=True)
class Choices:
    """Each is None, or False, where the user said nothing about it.

    Attributes:
        stream: whether the firmware takes one step of a sequence a call, though the model takes whole sequences.
        optimize: what counts most, as tinyq.pipeline.target knows it.
        arithmetic: how the model rounds, likewise.
        calibrate: how the ranges of a Keras model are chosen, as tinyq.calibration.recipe knows it.
        scheme: the types of activations and weights of a Keras model, as tinyq.pipeline.source knows it.
        layers: the bits of each layer in the scheme mixed, by its name; what is not named has 8.
        allow_float: whether what has no integer form may compute in float32 at run time.
    """

    stream: bool = False
    optimize: str | None = None
    arithmetic: str | None = None
    calibrate: str | None = None
    scheme: str | None = None
    layers: Mapping[str, Bits] | None = None
    allow_float: bool = False

    @property
    def in_float(self) -> bool:
        """Whether anything may compute in float32 at run time."""
        return self.allow_float or self.scheme in IN_FLOAT

    def over(self, other: "Choices") -> "Choices":
        """What is chosen here, and for the rest what `other` says."""
        chosen = {field.name: getattr(self, field.name) for field in fields(self)}
        said = {name: value for name, value in chosen.items() if value not in (None, False)}
        return replace(other, **said)


NOTHING_CHOSEN = Choices()
