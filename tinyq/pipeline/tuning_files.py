"""What `tinyq tune` leaves in its folder: all files or none."""

import json
from collections.abc import Mapping
from pathlib import Path

from tinyq.codegen.write import not_writable, write_bytes
from tinyq.errors import TinyqError
from tinyq.pipeline.report import as_json
from tinyq.pipeline.tuning_data import CALIBRATION, HELD_OUT
from tinyq.tuning.picture import frontier_svg
from tinyq.tuning.result import Tuned, changed

FRONTIER, PICTURE, LAYERS = "frontier.json", "frontier.svg", "layers.json"


def refuse_own_output(out: Path, *data: str | None) -> None:
    """Refuse data that the search would overwrite.

    Raises:
        TinyqError: one of `data` is a file that `leave_files` writes into `out`.
    """
    for name in (CALIBRATION, HELD_OUT):
        if any(given is not None and Path(given).resolve() == (out / name).resolve() for given in data):
            raise TinyqError(
                f"{out / name}: found data that would be overwritten; accepted: data outside of the folder --out",
                "choose another folder with --out",
            )


def leave_files(out: Path, found: Tuned, data: Mapping[str, bytes]) -> None:
    """Write the frontier, the recommended bits if there are some, and the parts of the data where it was split.

    Raises:
        TinyqError: the folder can't be written; nothing is left then.
    """
    files = {
        **data,
        FRONTIER: as_json(found.as_dict()).encode(),
        PICTURE: frontier_svg(found).encode(),
    }
    if found.recommended is not None:
        chosen = changed(found.layers, found.recommended.bits)
        files[LAYERS] = (json.dumps(chosen, indent=2) + "\n").encode()
    names = (*data, FRONTIER, PICTURE, LAYERS)
    _remove(out, names)
    try:
        for name, content in files.items():
            write_bytes(out / name, content)
    except BaseException:
        _remove(out, names)
        raise


def _remove(out: Path, names: tuple[str, ...]) -> None:
    try:
        for name in names:
            (out / name).unlink(missing_ok=True)
    except OSError as error:
        raise not_writable(out, error) from error
