"""Runs the generated C on this machine: compiled here, loaded with ctypes."""

import ctypes
import hashlib
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np

from tinyq.codegen.generated import GeneratedModel
from tinyq.codegen.render import render
from tinyq.codegen.view import Layer, LayerOutput
from tinyq.codegen.write import write_if_changed
from tinyq.emulator.packing import pack, unpack
from tinyq.ir.graph import Array
from tinyq.tools.cache import cache_folder
from tinyq.tools.zig import compile_shared_library

SAMPLES_AT_ONCE = 50  # how often progress is told
_LIBRARY = {"darwin": "libmodel.dylib", "win32": "model.dll"}.get(sys.platform, "libmodel.so")

Compile = Callable[[Sequence[Path], Sequence[Path], Path], None]


class HostModel:
    """The generated C of one model, loaded into this process.

    Args:
        model: the generated C.
        layers: the layers as they appear in it.
        compile_library: compiles C files, with include folders, into a shared library; zig's compiler by default.
        folder: where to build; by default a place in tinyq's cache, where the same C is compiled only once.
    """

    def __init__(
        self,
        model: GeneratedModel,
        layers: Sequence[Layer],
        compile_library: Compile = compile_shared_library,
        folder: Path | None = None,
    ) -> None:
        self._model, self._layers = model, tuple(layers)
        files = _files(model, layers)
        where = folder or cache_folder() / "host" / _digest(files)
        library = where / _LIBRARY
        if folder is not None or not library.is_file():
            write_if_changed(where, files)
            compile_library([where / "host.c"], [where], library)
        self._run = ctypes.CDLL(str(library)).tinyq_host_run
        pointer = ctypes.POINTER(ctypes.c_uint8)
        self._run.argtypes = [pointer, pointer, ctypes.c_uint32, ctypes.c_uint32, pointer]

    def run(
        self, inputs: Sequence[Array], on_progress: Callable[[int], None] | None = None, steps: int = 1
    ) -> tuple[Array, ...]:
        """The outputs for many samples.

        Args:
            inputs: for each model input an array [samples, *shape] of the input's dtype.
            on_progress: told after each part how many samples are done.
            steps: so many samples in a row are one sequence, which starts after a reset.

        Returns:
            For each model output an array [samples, *shape].
        """
        samples = inputs[0].shape[0]
        packed = pack(inputs, self._model.inputs)
        outputs = np.empty((samples, sum(tensor.bytes for tensor in self._model.outputs)), np.uint8)
        at_once = max(1, SAMPLES_AT_ONCE // steps) * steps
        for start in range(0, samples, at_once):
            part = slice(start, start + at_once)
            self._invoke(packed[part], outputs[part], steps, None)
            if on_progress is not None:
                on_progress(min(start + at_once, samples))
        return unpack(outputs, self._model.outputs)

    def run_traced(self, inputs: Sequence[Array]) -> dict[str, Array]:
        """The raw bytes of every layer's outputs for the last sample, by tensor name; `inputs` are one sequence."""
        trace = np.zeros(sum(layer.bytes for layer in self._layers) + 1, np.uint8)
        packed = pack(inputs, self._model.inputs)
        outputs = np.empty((len(packed), sum(tensor.bytes for tensor in self._model.outputs)), np.uint8)
        self._invoke(packed, outputs, len(packed), trace)
        return {
            output.name: trace[start : start + size]
            for output, (start, size) in zip(_outputs(self._layers), _places(self._layers), strict=True)
        }

    def _invoke(self, packed: Array, outputs: Array, steps: int, trace: Array | None) -> None:
        pointer = ctypes.POINTER(ctypes.c_uint8)
        status = self._run(
            packed.ctypes.data_as(pointer),
            outputs.ctypes.data_as(pointer),
            len(packed),
            steps,
            None if trace is None else trace.ctypes.data_as(pointer),
        )
        assert status == 0, f"{self._model.identifier}_invoke() returned {status}"


def _files(model: GeneratedModel, layers: Sequence[Layer]) -> Mapping[str, str]:
    harness = render(
        "app/host.c.j2",
        id=model.identifier,
        places=_places(layers),
        dead=[layer.dead if output is layer.outputs[-1] else () for layer in layers for output in layer.outputs],
        input_bytes=[tensor.bytes for tensor in model.inputs],
        output_bytes=[tensor.bytes for tensor in model.outputs],
        states=sorted(model.states),
    )
    return {**model.files, **model.runtime_files, "host.c": harness}


def _places(layers: Sequence[Layer]) -> list[tuple[int, int]]:
    """Start and size of each output in the trace."""
    sizes = [output.bytes for output in _outputs(layers)]
    return [(int(start), size) for start, size in zip(np.cumsum([0, *sizes]), sizes, strict=False)]


def _outputs(layers: Sequence[Layer]) -> list[LayerOutput]:
    """The outputs of all layers, in the order in which they are written."""
    return [output for layer in layers for output in layer.outputs]


def _digest(files: Mapping[str, str]) -> str:
    content = "\0".join(part for path in sorted(files) for part in (path, files[path]))
    return hashlib.sha256(content.encode()).hexdigest()[:32]
