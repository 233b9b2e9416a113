"""Checks that several operators share; each refuses with what was found and what is accepted."""

from collections.abc import Sequence
from typing import Any

from tinyq.errors import TinyqError
from tinyq.ir.graph import DType, Tensor
from tinyq.numerics.affine import Activation
from tinyq.numerics.fixed_point import quantize_multiplier
from tinyq.ops.base import Call

LARGEST_SHIFT = 31
LARGEST_WIDE_SHIFT = 7  # of sums of 64 bits (TFLite kernels/internal/common.cc)
#: Element types of activations: real numbers of one scale.
QUANTIZED: tuple[DType, ...] = ("int8", "int16")
FLOAT_HINT = "quantize the model to full-integer int8 with `tinyq quantize`"

# Numbering of the schema's ActivationFunctionType.
_ACTIVATIONS: dict[int, Activation] = {0: "NONE", 1: "RELU", 2: "RELU_N1_TO_1", 3: "RELU6"}


def read_activation(source: Any) -> Activation:
    """The fused activation in the builtin options `source`.

    Raises:
        TinyqError: an activation that no converter fuses into an int8 operator.
    """
    code = int(source.fusedActivationFunction)
    if code not in _ACTIVATIONS:
        raise TinyqError(
            f"found fused activation number {code}; accepted: {', '.join(_ACTIVATIONS.values())}",
            "put the activation in a layer of its own",
        )
    return _ACTIVATIONS[code]


def require_dtype(call: Call[Any], tensor: Tensor, *accepted: DType) -> None:
    """Refuse a tensor of another element type."""
    if tensor.dtype not in accepted:
        hint = FLOAT_HINT if tensor.dtype == "float32" else ""
        call.refuse(f"tensor {tensor.name} of type {tensor.dtype}", " or ".join(accepted), hint)


def require_per_tensor(call: Call[Any], *tensors: Tensor) -> None:
    """Refuse tensors without a single scale and zero point."""
    for tensor in tensors:
        if tensor.quantization is None or tensor.quantization.axis is not None:
            found = "no quantization" if tensor.quantization is None else "per-channel quantization"
            call.refuse(f"tensor {tensor.name} with {found}", "one scale and one zero point")


def require_activations(call: Call[Any], *tensors: Tensor) -> None:
    """Refuse quantized tensors that are not all of int8, or all of int16."""
    dtype = tensors[0].dtype
    require_dtype(call, tensors[0], *QUANTIZED)
    for tensor in tensors:
        require_dtype(call, tensor, dtype)
    require_quantized(call, *tensors)


def require_quantized(call: Call[Any], *tensors: Tensor) -> None:
    """Refuse tensors without a single scale and zero point; int16 is symmetric, its zero point is 0."""
    require_per_tensor(call, *tensors)
    for tensor in tensors:
        if tensor.dtype == "int16" and tensor.zero_point:
            call.refuse(f"tensor {tensor.name} of type int16 with zero point {tensor.zero_point}", "zero point 0")


def require_rank(call: Call[Any], tensor: Tensor, rank: int) -> None:
    """Refuse a tensor with another number of dimensions."""
    if len(tensor.shape) != rank:
        call.refuse(f"tensor {tensor.name} of shape {list(tensor.shape)}", f"{rank} dimensions")


def require_shape(call: Call[Any], tensor: Tensor, shape: Sequence[int]) -> None:
    """Refuse a tensor whose shape does not follow from the other tensors and options."""
    if tensor.shape != tuple(shape):
        call.refuse(
            f"tensor {tensor.name} of shape {list(tensor.shape)}",
            f"{list(shape)}, which follows from the layer's other tensors and options",
        )


def require_tflm(call: Call[Any], why: str) -> None:
    """Refuse an operator that has no exact form in the profile xnnpack."""
    if call.arithmetic != "tflm":
        call.refuse("the arithmetic xnnpack", f"tflm: in the profile xnnpack {why}", "use --arithmetic tflm")


def require_constant(call: Call[Any], tensor: Tensor) -> None:
    """Refuse a tensor whose value is not known at build time."""
    if not tensor.is_constant:
        call.refuse(f"tensor {tensor.name}, computed at run time", "a constant there")


def require_state(call: Call[Any], tensor: Tensor) -> None:
    """Refuse a tensor that does not keep its value from one inference to the next."""
    if not tensor.is_state:
        call.refuse(f"tensor {tensor.name}, which keeps no value", "a variable tensor there", "convert the model again")


def require_multiplier(call: Call[Any], real: float, largest_shift: int = LARGEST_SHIFT) -> None:
    """Refuse a multiplier so large that its left shift leaves 32 bits, or is above `largest_shift`."""
    if quantize_multiplier(real)[1] > largest_shift:
        call.refuse(
            f"an output scale of {call.output.scale:g}, {real:g} times finer than what is scaled to it",
            f"an output scale less than 2**{largest_shift} times finer",
            "the calibration data leave this layer's output almost constant: check them",
        )


def require_same_quantization(call: Call[Any]) -> None:
    """Refuse an output whose scale or zero point differs from the input's."""
    require_one_quantization(call, call.input)


def require_one_quantization(call: Call[Any], *inputs: Tensor) -> None:
    """Refuse an output whose scale or zero point differs from one of the `inputs`'."""
    for tensor in inputs:
        if tensor.quantization != call.output.quantization:
            call.refuse(
                f"input and output of different quantization, {_formula(tensor)} and {_formula(call.output)}",
                "the same scale and zero point",
            )


def _formula(tensor: Tensor) -> str:
    return f"{tensor.scale:.9g} * (q{-tensor.zero_point:+d})"


def integers(tensor: Tensor | None) -> tuple[int, ...]:
    """The numbers in a constant tensor; none where it is absent or computed, which `check` refuses."""
    return () if tensor is None or tensor.data is None else tuple(map(int, tensor.data.flat))


def axis_of(axis: int, rank: int) -> int:
    """`axis` counted from the front; `rank`, which `check` refuses, where there is no such axis."""
    return axis % rank if -rank <= axis < rank else rank


def require_axis(call: Call[Any], axis: int, rank: int) -> None:
    """Refuse an axis that `axis_of` found to be none."""
    if not 0 <= axis < rank:
        call.refuse(f"an axis beyond the {rank} dimensions", f"axes {-rank} to {rank - 1}")
