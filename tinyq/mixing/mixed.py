"""A .tflite in which each layer has the bits that were chosen for it."""

from collections.abc import Mapping

from tinyq.mixing.layers import Bits


def mixed(int8: bytes, float32: bytes, bits: Mapping[str, Bits]) -> bytes:
    """The model with `bits` for its layers; what is not named stays at 8, and of 8 alone it is `int8`, byte for byte.

    A range that int8 quantizes is the range that int16 quantizes, so the int16x8 form of the whole model is not needed:
    a model with one layer that has no such form can have 16 bits everywhere else.

    Args:
        int8: the quantized .tflite, `Source.tflite` of the scheme int8.
        float32: the float model that was quantized, `Source.ranged`: weights of 4 bits are made of its weights.
        bits: by layer name; 4: int4 weights and int8 activations, 16: int8 weights and int16 activations.

    Raises:
        TinyqError: a layer that there is not, or bits that are not possible for it.
    """
    raise NotImplementedError
