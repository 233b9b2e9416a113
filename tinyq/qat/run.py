"""One run of a model: what each layer is called with is rounded, so are its kernel and what it answers."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import keras

from tinyq.qat.fake_quantize import FIXED, Bounds
from tinyq.qat.intercept import KERNEL_LAYERS
from tinyq.qat.kernels import kernel_of
from tinyq.qat.layout import FUSED, MIXING, MOVING, Layout, activation_name


class Values(Protocol):
    """Where a run takes its numbers from."""

    def bounds(self, name: str, tensor: Any) -> Bounds:
        """The range called `name`; in training it looks at `tensor` before."""

    def kernel(self, layer: Any) -> Any:
        """The kernel of `layer`, rounded."""

    def bias(self, layer: Any, input_scale: Any) -> Any:
        """The bias of `layer`, rounded, with that of its normalization; None where neither is there."""


@dataclass(frozen=True, eq=False)
class _Known:
    """A tensor, itself rounded, and between which bounds.

    Attributes:
        tensor: kept, so that no other gets its id.
        bounds: None of what goes into a fused activation, which takes it as it is.
    """

    tensor: Any
    rounded: Any
    bounds: Bounds | None


class Run:
    """A run, during which it knows of each tensor whether it was rounded, and how."""

    def __init__(self, layout: Layout, values: Values) -> None:
        self._layout, self._values = layout, values
        self._known: dict[int, _Known] = {}  # by the id of the tensor
        self._biases: dict[int, Any] = {}  # by the id of the normalization that adds it

    def around(self, layer: Any, call: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """Call `layer`, as `intercepted` wants it."""
        if isinstance(layer, (*MOVING, *MIXING)) and id(args[0]) in self._known:
            bounds, output = self._known[id(args[0])].bounds, call(*args, **kwargs)
            return self._noted(bounds.rounded(output) if bounds and isinstance(layer, MIXING) else output, bounds)
        if isinstance(layer, MOVING):
            return call(*args, **kwargs)
        if id(layer) in self._layout.folded:
            output = args[0] + self._biases[id(layer)]
        else:
            output = self._computed(layer, call, *self.all_rounded(args, f"{layer.name}_input"), **kwargs)
        if id(layer) in self._layout.norms:
            return output
        if id(layer) in self._layout.fused:
            return self._noted(output, None)
        fixed = FIXED.get(activation_name(layer))
        return self._rounded(output, layer.name) if fixed is None else self._noted(fixed.rounded(output), fixed)

    def all_rounded(self, tensors: Any, name: str) -> Any:
        """`tensors`, nested as they are; each has a range of its own, whose name begins with `name`."""
        answers = [self._rounded(x, f"{name}{index}") for index, x in enumerate(keras.tree.flatten(tensors))]
        return keras.tree.pack_sequence_as(tensors, answers)

    def _rounded(self, tensor: Any, name: str) -> Any:
        """`tensor`, rounded by the range called `name` unless it was rounded before."""
        if id(tensor) not in self._known:
            bounds = self._values.bounds(name, tensor)
            self._known[id(tensor)] = _Known(tensor, self._noted(bounds.rounded(tensor), bounds), bounds)
        return self._known[id(tensor)].rounded

    def _noted(self, tensor: Any, bounds: Bounds | None) -> Any:
        self._known[id(tensor)] = _Known(tensor, tensor, bounds)
        return tensor

    def _computed(self, layer: Any, call: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        if not isinstance(layer, KERNEL_LAYERS):
            return call(*args, **kwargs)
        is_fused = activation_name(layer) in FUSED
        function, replaced = layer.activation, self._replaced(layer, args[0])
        if not is_fused:  # it runs behind the rounding of the sums, and outside of the scope, which drops assignments
            layer.activation = keras.activations.linear
        try:
            with keras.StatelessScope(state_mapping=replaced):
                sums = call(*args, **kwargs)
        finally:
            layer.activation = function
        return sums if is_fused else function(self._rounded(sums, f"{layer.name}_sum"))

    def _replaced(self, layer: Any, image: Any) -> list[tuple[Any, Any]]:
        """The variables of `layer` that have other values in this run, and these."""
        bounds = self._known[id(image)].bounds
        bias = None if bounds is None else self._values.bias(layer, bounds.scale)
        norm = self._layout.norms.get(id(layer))
        if norm is not None:
            self._biases[id(norm)] = bias
        kernel = (kernel_of(layer), self._values.kernel(layer))
        if not layer.use_bias:
            return [kernel]
        return [kernel, (layer.bias, bias if norm is None else keras.ops.zeros(layer.bias.shape))]
