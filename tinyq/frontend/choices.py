"""What a user may choose about how a model is made small and computed: on the command line, or in tinyq.toml."""

from dataclasses import dataclass, fields


@dataclass(frozen=True)
class Choices:
    """Each is None, or False, where the user said nothing about it.

    Attributes:
        stream: whether the firmware takes one step of a sequence a call, though the model takes whole sequences.
        optimize: what counts most, as tinyq.pipeline.target knows it.
        arithmetic: how the model rounds, likewise.
        calibrate: how the ranges of a Keras model are chosen, as tinyq.calibration.recipe knows it.
        scheme: the types of activations and weights of a Keras model, as tinyq.pipeline.source knows it.
        allow_float: whether what has no integer form may compute in float32 at run time.
    """

    stream: bool = False
    optimize: str | None = None
    arithmetic: str | None = None
    calibrate: str | None = None
    scheme: str | None = None
    allow_float: bool = False

    @property
    def in_float(self) -> bool:
        """Whether anything may compute in float32 at run time."""
        return self.allow_float or self.scheme == "float32"

    def over(self, other: "Choices") -> "Choices":
        """What is chosen here, and for the rest what `other` says."""
        names = [field.name for field in fields(self)]
        return Choices(**{name: getattr(self, name) or getattr(other, name) for name in names})


NOTHING_CHOSEN = Choices()
