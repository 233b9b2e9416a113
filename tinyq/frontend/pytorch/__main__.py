"""The child process that holds PyTorch: leaves a float .tflite in the request's folder; tinyq/frontend/serve.py."""

from pathlib import Path
from typing import Any

from tinyq.frontend.serve import CONVERTED, Emit, serve_request


def serve(request: dict[str, Any], emit: Emit) -> None:
    """Convert the program that the request names.

    Raises:
        TinyqError: one that can't be taken.
    """
    emit({"stage": "starting PyTorch"})
    from tinyq.frontend.pytorch.program import convert, load

    program = load(Path(request["model"]))
    emit({"stage": "converting with litert-torch"})
    (Path(request["folder"]) / CONVERTED).write_bytes(convert(program, request["model"]))
    emit({"done": [], "notes": []})


if __name__ == "__main__":
    serve_request(serve)
