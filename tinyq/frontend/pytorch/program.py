"""A program that torch.export wrote becomes a float .tflite, by Google's litert-torch."""

import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from tinyq.errors import TinyqError
from tinyq.frontend.pytorch.names import named_by_module
from tinyq.frontend.same_answers import agree, difference

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
        TinyqError: inputs of unknown size, operators that litert-torch lacks, or other answers than PyTorch's.
    """
    import litert_torch

    examples = _examples(program, where)
    try:
        model = litert_torch.convert(program.module(), examples)
    except Exception as error:  # litert-torch raises whatever its stages raise
        first = str(error).strip().partition("\n")[0]
        raise TinyqError(
            f"{where}: litert-torch can't convert it: {type(error).__name__}: {first}",
            "put other layers in place of what it names, or export to ONNX, which takes another way: "
            "torch.onnx.export(model.eval(), (example_input,), 'model.onnx')",
        ) from error
    _require_same_answers(program.module()(*examples), model(*examples), where)
    with tempfile.TemporaryDirectory() as folder:
        written = Path(folder) / "float32.tflite"
        model.export(str(written))
        return named_by_module(written.read_bytes())


def _examples(program: Any, where: str) -> tuple[Any, ...]:  # noqa: ANN401  as above
    """Random numbers of the type and shape of each input, with batch 1; integers are 0 and 1, which every table has."""
    import torch

    chance = torch.Generator().manual_seed(0)
    values = {node.name: node.meta["val"] for node in program.graph.nodes if node.op == "placeholder"}
    examples = []
    for name in program.graph_signature.user_inputs:
        shape = _fixed_shape(values[name].shape, name, where)
        is_float = values[name].dtype.is_floating_point
        numbers = torch.randn(shape, generator=chance) if is_float else torch.randint(0, 2, shape, generator=chance)
        examples.append(numbers.to(values[name].dtype))
    return tuple(examples)


def _fixed_shape(shape: Any, name: str, where: str) -> list[int]:  # noqa: ANN401  a torch.Size
    sizes = [int(size) if isinstance(size, int) else 0 for size in shape]  # a dynamic size is a symbol
    if not sizes or sizes[0] > 1 or 0 in sizes[1:]:
        found = ", ".join(str(size or "dynamic") for size in sizes)
        raise TinyqError(
            f"{where}: input {name} has the shape [{found}]; accepted: a batch of 1, or dynamic, and then fixed sizes",
            f"export with an example input of batch 1: {_EXPORT}",
        )
    return [1, *sizes[1:]]


def _require_same_answers(wanted: Any, found: Any, where: str) -> None:  # noqa: ANN401  a tensor, or several
    import torch

    leaves = torch.utils._pytree.tree_leaves
    for number, (wants, has) in enumerate(zip(leaves(wanted), leaves(found), strict=True)):
        if not agree(np.asarray(has), wants.detach().numpy()):
            raise TinyqError(
                f"{where}: what litert-torch makes of it answers otherwise than PyTorch: output {number} has "
                f"{difference(np.asarray(has), wants.detach().numpy())}",
                "give a part of the model at a time, to find the operator; or export to ONNX, which takes another way",
            )
