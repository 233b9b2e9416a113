"""What a model takes."""

from dataclasses import dataclass


@dataclass(frozen=True)
class InputSpec:
    """One input of a model.

    Attributes:
        name: the input's name in the model.
        shape: without the batch axis.
        dtype: of the model's input: float32 or an integer for a Keras model, int8 for a quantized .tflite.
    """

    name: str
    shape: tuple[int, ...]
    dtype: str

    @property
    def keys(self) -> tuple[str, ...]:
        """The names that data may have for this input; the converter decorates a Keras name on both sides."""
        return tuple(dict.fromkeys((self.name, self.name.removeprefix("serving_default_").partition(":")[0])))
