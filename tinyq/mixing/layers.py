"""The layers of a model for which bits can be chosen, and which bits those are."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from tinyq.errors import TinyqError
from tinyq.frontend.schema import pack, parse
from tinyq.frontend.tflite import import_tflite
from tinyq.frontend.tflite_calls import Operation
from tinyq.ir.bits import Bits
from tinyq.mixing.constants import RealConstants
from tinyq.mixing.narrow import narrow, weights_of
from tinyq.mixing.owners import owned_operations, touches_float_or_state
from tinyq.mixing.widen import join, widen
from tinyq.ops import tflite_name

_WHERE = "the quantized model"


@dataclass(frozen=True)
class Layer:
    """What bits are chosen for: the operators of one name.

    Attributes:
        name: of the Keras layer, as `tinyq debug` shows it.
        op: the TFLite name of the operator that has its weights, or of its first one.
        weights: how many a convolution or dense layer has; 0 of others.
        possible: what can be chosen, ascending; 8 always is, and means that the layer stays as it was quantized.
    """

    name: str
    op: str
    weights: int
    possible: tuple[Bits, ...]


@lru_cache(maxsize=4)
def layers_to_choose(int8: bytes) -> tuple[Layer, ...]:
    """The layers of the .tflite `int8` in the order they run, as tinyq.frontend.quantize makes it.

    What only moves values, such as a Flatten, goes with the layer before it, and is none by itself.
    """
    layers: dict[str, list[Operation]] = {}
    for each in owned_operations(parse(int8, _WHERE), _WHERE):
        layers.setdefault(each.layer, []).append(each.operation)
    weighted = {name: [each for each in layers[name] if weights_of(each) is not None] for name in layers}
    narrow_ones = _possible(int8, 4, [name for name in layers if any(map(_has_int8, weighted[name]))])
    wide_ones = _possible(int8, 16, [name for name in layers if not any(map(touches_float_or_state, layers[name]))])
    possible: dict[str, tuple[Bits, ...]] = {
        name: (*((4,) if name in narrow_ones else ()), 8, *((16,) if name in wide_ones else ())) for name in layers
    }
    return tuple(_layer(name, weighted[name] or layers[name], possible[name]) for name in layers)


def _layer(name: str, operations: Sequence[Operation], possible: tuple[Bits, ...]) -> Layer:
    weights = [weights_of(each) for each in operations]
    elements = sum(each.elements for each in weights if each is not None)
    return Layer(name, tflite_name(operations[0].op), elements, possible)


def _has_int8(operation: Operation) -> bool:
    weights = weights_of(operation)
    return weights is not None and weights.dtype == "int8"


def _possible(int8: bytes, bits: Bits, names: Sequence[str]) -> Collection[str]:
    """Which of these layers can have so many bits: asked of all together first, which is quick where all can."""
    if _can_be_built(rewritten(int8, b"", dict.fromkeys(names, bits))):
        return names
    return [name for name in names if _can_be_built(rewritten(int8, b"", {name: bits}))]


def _can_be_built(tflite: bytes) -> bool:
    """Whether every operator takes the types that it has."""
    try:
        import_tflite(tflite, "model", _WHERE, allow_float=True)
    except TinyqError:
        return False
    return True


def rewritten(int8: bytes, float32: bytes, bits: Mapping[str, Bits]) -> bytes:
    """As tinyq.mixing.mixed, but nothing is checked."""
    model, constants = parse(int8, _WHERE), RealConstants(float32)
    owned = owned_operations(model, _WHERE)
    for each in owned:
        if bits.get(each.layer) == 4:
            narrow(model, each.operation, constants)
        elif bits.get(each.layer) == 16:
            widen(model, each.operation, constants)
    join(model, {id(each.operation.source) for each in owned if bits.get(each.layer) == 16}, _WHERE)
    return pack(model)
