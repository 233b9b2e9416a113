"""What a converter's child process does around its work: reads a request, writes events, one JSON object a line.

Events: {"stage": text}, {"layers": [[name, class], ...]} (of the model), {"error": message, "hint": text},
{"done": [warning, ...], "notes": [sentence, ...]}.
"""

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TextIO

from tinyq.errors import TinyqError

Emit = Callable[[dict[str, Any]], None]

CONVERTED = "converted.tflite"  # in the request's folder: what a child made of a model that TensorFlow can't load


def serve_request(serve: Callable[[dict[str, Any], Emit], None]) -> None:
    """Let `serve` do what the request says whose file the command line names."""
    request = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    with _own_output() as output:

        def emit(event: dict[str, Any]) -> None:
            output.write(json.dumps(event) + "\n")
            output.flush()

        try:
            serve(request, emit)
        except TinyqError as error:
            emit({"error": error.message, "hint": error.hint})


def _own_output() -> TextIO:
    """Standard output for events alone; what libraries print there goes to standard error."""
    own = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    return own
