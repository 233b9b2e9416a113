"""A program that torch.export wrote becomes a float .tflite, by Google's litert-torch."""

import tempfile
from pathlib import Path
from typing import Any

from tinyq.errors import TinyqError

_EXPORT = "torch.export.save(torch.export.export(model.eval(), (example_input,)), 'model.pt2')"


def load(file: Path) -> Any:  # noqa: ANN401  PyTorch is not here where types are checked
    """The program in `file`.

    Raises:
        TinyqError: it holds none, or one of another version of PyTorch.
    """
    import torch

    try:
        return torch.export.load(file)
    except Exception as error:  # torch raises whatever the file makes it raise
        first = str(error).strip().partition("\n")[0]
        raise TinyqError(
            f"{file}: PyTorch {torch.__version__} can't load it: {type(error).__name__}: {first}",
            f"save it with this version of PyTorch: {_EXPORT}",
        ) from error


def convert(program: Any, where: str) -> bytes:  # noqa: ANN401  as above
    """`program` as a float .tflite of batch 1; the layouts of its inputs and outputs stay what they are.

    Args:
        program: an ExportedProgram.
        where: its file, for error messages.

    Raises:
        TinyqError: inputs that aren't a batch of tensors, or operators that litert-torch lacks.
    """
    import litert_torch

    examples = tuple(_example(program, name, where) for name in program.graph_signature.user_inputs)
    try:
        model = litert_torch.convert(program.module(), examples)
    except Exception as error:  # litert-torch raises whatever its stages raise
        first = str(error).strip().partition("\n")[0]
        raise TinyqError(
            f"{where}: litert-torch can't convert it: {type(error).__name__}: {first}",
            "put other layers in place of what it names, or export to ONNX, which takes another way: "
            "torch.onnx.export(model.eval(), (example_input,), 'model.onnx')",
        ) from error
    with tempfile.TemporaryDirectory() as folder:
        written = Path(folder) / "float32.tflite"
        model.export(str(written))
        return written.read_bytes()


def _example(program: Any, name: str, where: str) -> Any:  # noqa: ANN401  as above
    """Zeros of the type and shape of the input `name`, with batch 1."""
    import torch

    value = next(node.meta["val"] for node in program.graph.nodes if node.name == name)
    sizes = [int(size) if isinstance(size, int) else None for size in value.shape]
    if not sizes or sizes[0] not in (1, None) or None in sizes[1:]:
        found = ", ".join("dynamic" if size is None else str(size) for size in sizes)
        raise TinyqError(
            f"{where}: input {name} has the shape [{found}]; accepted: a batch of 1, or dynamic, and then fixed sizes",
            f"export with an example input of batch 1: {_EXPORT}",
        )
    return torch.zeros([1, *(size for size in sizes[1:] if size is not None)], dtype=value.dtype)
