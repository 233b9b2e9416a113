"""`tinyq inspect` shows every layer, and all that can't be built at once."""

import json
from pathlib import Path

import numpy as np
from click.testing import CliRunner, Result
from support.graphs import convnet
from support.tflite_model import Op, T, tflite_model

from tinyq.cli import main
from tinyq.frontend.survey import survey
from tinyq.frontend.tflite import import_tflite
from tinyq.pipeline.compile import compile_tflite


def inspect(model: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["inspect", str(model), *arguments], env={"COLUMNS": "80"})


def broken_in_four_ways() -> bytes:
    """RELU, an operator that nobody has, CUMSUM in float, an ABS with four scales, a CAST to float64 and back."""
    tensors = [
        T("in", (1, 4), scales=(0.1,)),
        T("net/first/Relu", (1, 4), scales=(0.1,)),
        T("net/own/Own", (1, 4), scales=(0.1,)),
        T("float", (1, 4), "float32"),
        T("axis", (), "int32", data=np.array(1, np.int32)),
        T("net/sum/CumSum", (1, 4), "float32"),
        T("net/back/Quantize", (1, 4), scales=(0.1,)),
        T("net/size/Abs", (1, 4), scales=(0.1, 0.2, 0.1, 0.1), axis=1),
        T("net/wide/Cast", (1, 4), "float64"),
        T("net/narrow/Cast", (1, 4), scales=(0.1,)),
    ]
    operators = [
        Op("RELU", ["in"], ["net/first/Relu"]),
        Op("HASHTABLE", ["net/first/Relu"], ["net/own/Own"]),
        Op("DEQUANTIZE", ["net/own/Own"], ["float"]),
        Op("CUMSUM", ["float", "axis"], ["net/sum/CumSum"]),
        Op("QUANTIZE", ["net/sum/CumSum"], ["net/back/Quantize"]),
        Op("ABS", ["net/back/Quantize"], ["net/size/Abs"]),
        Op("CAST", ["net/size/Abs"], ["net/wide/Cast"]),
        Op("CAST", ["net/wide/Cast"], ["net/narrow/Cast"]),
    ]
    return tflite_model(tensors, operators, ["in"], ["net/narrow/Cast"])


def test_a_model_that_can_be_built_has_its_totals_from_the_build(tmp_path: Path) -> None:
    model = tmp_path / "net.tflite"
    model.write_bytes(convnet())
    result = inspect(model, "--json", str(tmp_path / "net.json"))
    assert result.exit_code == 0
    assert [line.rstrip() for line in result.output.splitlines()] == [
        "net.tflite: 5 layers",
        "layer   operator        output        MACs weights built",
        "pad     PAD             8x8x2 int8              32 yes",
        "conv    CONV_2D         6x6x4 int8   2,592      88 yes",
        "flatten RESHAPE         144 int8                 8 yes",
        "dense   FULLY_CONNECTED 3 int8         432     432 yes",
        "softmax SOFTMAX         3 int8                     yes",
        "",
        "MACs 3,024, constants in flash 1,576 bytes",
        "RAM for activations 176 bytes, fullest in conv",
    ]
    compiled, found = compile_tflite(convnet(), "net", "net"), json.loads((tmp_path / "net.json").read_text())
    assert (found["weight_bytes"], found["arena_bytes"]) == (compiled.weight_bytes, compiled.plan.arena_bytes)


def test_layers_are_named_as_the_importer_names_them() -> None:
    graph = import_tflite(convnet(), "net", "net.tflite")
    surveyed = survey(convnet(), "net.tflite")
    assert [(each.name, each.op) for each in surveyed] == [(node.name, node.op) for node in graph.nodes]


def test_all_problems_show_at_once_with_suggestions(tmp_path: Path) -> None:
    model = tmp_path / "bad.tflite"
    model.write_bytes(broken_in_four_ways())
    result = inspect(model)
    assert result.exit_code == 1
    assert [line.rstrip() for line in result.output.splitlines()] == [
        "bad.tflite: 8 layers",
        "layer  operator   output       MACs weights built",
        "first  RELU       4 int8                    yes",
        "own    HASHTABLE  4 int8                    no",
        "float  DEQUANTIZE 4 float32                 yes",
        "sum    CUMSUM     4 float32               4 no",
        "back   QUANTIZE   4 int8                    yes",
        "size   ABS        4 int8                    no",
        "cast   CAST                                 no",
        "narrow CAST       4 int8                    no",
        "",
        "MACs 0, weights 4 bytes in the file; 5 of 8 layers can't be built",
        "",
        "HASHTABLE: tinyq has no such operator",
        "  in own",
        "  hint: put a layer of another kind in its place",
        "",
        "CUMSUM: computes in float32",
        "  in sum",
        "  hint: use a Dense layer with a triangular kernel of ones",
        "",
        "ABS: found tensor net/size/Abs with per-channel quantization; accepted: one scale and one zero point",
        "  in size",
        "  hint: put a layer of another kind in its place",
        "",
        (
            "CAST: tensor net/wide/Cast: found element type FLOAT64; "
            "accepted: float32, int32, uint8, int64, bool, int16, int8, int4"
        ),
        "  in cast, narrow",
        "  hint: quantize the model to full-integer int8 with `tinyq quantize`",
    ]


def test_what_is_wrong_with_the_model_as_a_whole_shows_where_its_layers_are_fine(tmp_path: Path) -> None:
    model = tmp_path / "constant.tflite"
    tensors = [
        T("in", (1, 4), scales=(0.1,)),
        T("out", (1, 4), scales=(0.1,)),
        T("one", (4,), scales=(0.1,), data=np.ones(4)),
    ]
    model.write_bytes(tflite_model(tensors, [Op("RELU", ["in"], ["out"])], ["in"], ["out", "one"]))
    result = inspect(model)
    assert result.exit_code == 1
    assert result.output.splitlines()[-2:] == [
        f"{model}: found output one, which is a constant; accepted: outputs that layers compute",
        "  hint: leave it out: it is the same for all inputs",
    ]
