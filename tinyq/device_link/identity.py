"""What the firmware on a board says about itself."""

import json
from typing import Any

from tinyq.codegen.generated import GeneratedModel
from tinyq.device_link.link import Command, Link, Patience
from tinyq.errors import TinyqError
from tinyq.firmware.identity import PROTOCOL, tensor_dict

_MOST_BYTES = 65536
_SHOWN_DIGITS = 12  # of a hash


def read_identity(link: Link, patience: Patience) -> dict[str, Any]:
    """Ask a board what it is; `tinyq.firmware.identity.identity` says what that holds.

    Args:
        link: to the board.
        patience: for the first answer: the board may have been reset by opening the port.

    Raises:
        TinyqError: it does not answer, or what it answers is no identity that this tinyq understands.
    """
    text, size = b"", 1
    while len(text) < size:
        reply = link.request(Command.IDENTIFY, len(text).to_bytes(4, "little"), None if text else patience)
        size = min(int.from_bytes(reply[:4], "little"), _MOST_BYTES)
        if len(reply) <= 4:
            break
        text += reply[4:]
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    if not isinstance(found, dict) or found.get("protocol") != PROTOCOL:
        protocol = found.get("protocol") if isinstance(found, dict) else None
        raise TinyqError(
            f"{link.name}: the board speaks protocol {protocol}, this tinyq speaks {PROTOCOL}",
            "build and flash its firmware again with this tinyq",
        )
    return found


def require_model(link: Link, found: dict[str, Any], model: GeneratedModel) -> None:
    """Refuse a board that holds another model.

    Raises:
        TinyqError: with what it holds.
    """
    tensors = {
        "inputs": [tensor_dict(tensor) for tensor in model.inputs],
        "outputs": [tensor_dict(tensor) for tensor in model.outputs],
    }
    if found.get("sha256") == model.sha256 and all(found.get(key) == value for key, value in tensors.items()):
        return
    board = found.get("board")
    raise TinyqError(
        f"{link.name}: the board ({board}) holds the model {_name(found.get('model'), found.get('sha256'))}, "
        f"not {_name(model.identifier, model.sha256)}",
        f"run `tinyq build` and `tinyq flash --board {board}` with this model first",
    )


def _name(identifier: object, sha256: object) -> str:
    return f"{identifier} (SHA-256 {str(sha256)[:_SHOWN_DIGITS]}...)"
