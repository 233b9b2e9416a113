"""A .tflite in which each layer has the bits that were chosen for it."""

import difflib
from collections.abc import Mapping, Sequence

from tinyq.errors import TinyqError
from tinyq.ir.bits import Bits
from tinyq.mixing.layers import Layer, layers_to_choose, rewritten


def mixed(int8: bytes, float32: bytes, bits: Mapping[str, Bits]) -> bytes:
    """The model with `bits` for its layers; what is not named stays at 8, and of 8 alone it is `int8`, byte for byte.

    A range that int8 quantizes is the range that int16 quantizes, so the int16x8 form of the whole model is not needed:
    a model with one layer that has no such form can have 16 bits everywhere else.

    Args:
        int8: the quantized .tflite, `Source.tflite` of the scheme int8.
        float32: the float model that was quantized, `Source.ranged`: weights of 4 bits are made of its weights. May be
            empty: then they are made of the int8 ones.
        bits: by layer name; 4: int4 weights and int8 activations, 16: int8 weights and int16 activations.

    Raises:
        TinyqError: a layer that there is not, or bits that are not possible for it.
    """
    layers = {layer.name: layer for layer in layers_to_choose(int8)}
    for name, number in bits.items():
        if name not in layers:
            raise _unknown(name, list(layers))
        if number not in layers[name].possible:
            raise _impossible(layers[name], number)
    changed = {name: number for name, number in bits.items() if number != 8}
    return rewritten(int8, float32, changed) if changed else int8


def _unknown(name: str, layers: Sequence[str]) -> TinyqError:
    close = difflib.get_close_matches(name, layers, 1)
    return TinyqError(
        f"found bits for a layer {name}; accepted: {', '.join(layers)}",
        f"did you mean {close[0]}?"
        if close
        else "a layer that only moves values has the bits of the layer before it, and is not named",
    )


def _impossible(layer: Layer, bits: int) -> TinyqError:
    accepted = " or ".join(str(each) for each in layer.possible)
    return TinyqError(
        f"layer {layer.name} ({layer.op}): found {bits} bits; accepted: {accepted}",
        "leave the layer out for 8 bits" if len(layer.possible) == 1 else f"write {layer.possible[-1]}",
    )
