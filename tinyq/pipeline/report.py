"""report.json: everything that a build found out, for people and other tools (DESIGN.md, section 2)."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tinyq import __version__
from tinyq.codegen.generated import GeneratedModel
from tinyq.codegen.view import Layer
from tinyq.codegen.write import write_bytes
from tinyq.emulator.device.profile import Profile
from tinyq.emulator.validation import Validation
from tinyq.errors import TinyqError
from tinyq.firmware.board import Board
from tinyq.firmware.identity import tensor_dict
from tinyq.firmware.image import ImageSizes, image_kinds
from tinyq.ir.scheme import Scheme
from tinyq.kernels import Target
from tinyq.pipeline.calibrate import Calibration
from tinyq.pipeline.comparison import Comparison, NotCompared

REPORT = "report.json"


@dataclass(frozen=True)
class CompilerUsed:
    """What built the firmware: the compiler's name, its version, and every flag it was given."""

    compiler: str
    version: str
    flags: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Report:
    """The parts of a build's report; `as_dict` is what report.json holds."""

    model: GeneratedModel
    target: Target
    layers: tuple[Layer, ...]
    source_sha256: str
    board: Board
    sizes: ImageSizes
    compiler: CompilerUsed
    scheme: Scheme
    validation: Validation | None
    calibration: Calibration | None = None
    comparison: Comparison | NotCompared | None = None

    def as_dict(self) -> dict[str, Any]:
        """The report as JSON knows it."""
        report: dict[str, Any] = {
            "tinyq": __version__,
            "model": model_dict(self.model, self.layers, self.source_sha256),
            "board": _board(self.board),
            "memory": vars(self.sizes),
            "artifacts": {kind: f"firmware.{kind}" for kind in image_kinds(self.board)},
            "toolchain": {**vars(self.compiler), "flags": list(self.compiler.flags)},
            "scheme": self.scheme,
            "arithmetic": self.target.arithmetic,
            "optimize": self.target.optimize,
        }
        if self.calibration is not None:
            report["calibration"] = self.calibration.as_dict()
        if self.validation is not None:
            report["validation"] = validation_dict(self.validation)
        if self.comparison is not None:
            report["comparison"] = self.comparison.as_dict()
        return report


def as_json(value: Mapping[str, Any]) -> str:
    """The text of a JSON file."""
    return json.dumps(value, indent=2) + "\n"


def model_dict(model: GeneratedModel, layers: Sequence[Layer], source_sha256: str) -> dict[str, Any]:
    """The `model` object of the report."""
    return {
        "name": model.identifier,
        "source_sha256": source_sha256,
        "macs": sum(layer.macs for layer in layers),
        "inputs": [tensor_dict(tensor) for tensor in model.inputs],
        "outputs": [tensor_dict(tensor) for tensor in model.outputs],
        "layers": [
            {
                "name": layer.name,
                "op": layer.op,
                "bits": layer.bits,
                "macs": layer.macs,
                "shape": list(layer.shape),
                "arena_offset": layer.offset,
                "bytes": layer.bytes,
                "weight_bytes": layer.weight_bytes,
            }
            for layer in layers
        ],
    }


def _board(board: Board) -> dict[str, Any]:
    return {
        "name": board.name,
        "cpu": board.cpu,
        "clock_hz": board.clock_hz,
        "flash_bytes": board.flash.bytes,
        "ram_bytes": board.ram.bytes,
    }


def validation_dict(validation: Validation) -> dict[str, Any]:
    """The `validation` object of the report; also what `tinyq validate --json` writes."""
    result: dict[str, Any] = {"samples": validation.samples, "mismatches": validation.mismatches}
    if validation.metric is not None:
        result["metric"] = validation.metric
        result[f"{validation.metric}_{validation.scheme}"] = validation.reference
        if validation.float32 is not None:
            result[f"{validation.metric}_float"] = validation.float32
    result["engines"] = [
        {
            "name": agreement.engine,
            "values": agreement.values,
            "mismatches": agreement.mismatches,
            **({} if agreement.score is None else {str(validation.metric): agreement.score}),
            **({} if agreement.difference is None else {"first_difference": str(agreement.difference)}),
        }
        for agreement in validation.agreements
    ]
    return result


def note_profile(out: Path, found: Profile) -> None:
    """Put a profile into the report of the build in `out`, whose image it is of.

    Raises:
        TinyqError: there is no report, or it can't be written.
    """
    path = out / REPORT
    try:
        report = json.loads(path.read_text())
    except (OSError, ValueError) as error:
        raise TinyqError(f"{path}: no report of a build", f"tinyq build --out {out} writes one") from error
    write_bytes(path, as_json({**report, "profile": found.as_dict()}).encode())
