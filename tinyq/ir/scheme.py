"""The schemes: of what types a model's activations and weights are."""

from typing import Literal

Scheme = Literal["int8", "int16x8", "int8-weights", "int4-weights", "dynamic", "float32", "mixed"]

#: Those whose activations are float32 between layers; they need no representative data.
IN_FLOAT: tuple[Scheme, ...] = ("int8-weights", "int4-weights", "dynamic", "float32")

#: Those in which the range of a tensor may be chosen in several ways from representative data.
CALIBRATED: tuple[Scheme, ...] = ("int8", "mixed")
