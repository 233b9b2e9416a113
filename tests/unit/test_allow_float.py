"""float32 at run time: refused unless it is allowed, then kept with a warning of its cost, or refused by name."""

import pytest
from support.tflite_model import Op, T, tflite_model

from tinyq.errors import TinyqError
from tinyq.firmware.board import load_board
from tinyq.frontend.survey import survey
from tinyq.frontend.tflite import import_tflite
from tinyq.kernels import Target
from tinyq.pipeline import compile_tflite
from tinyq.pipeline.float_layers import float_warnings


def island(name: str) -> bytes:
    """int8 -> DEQUANTIZE -> `name` of two tensors, so that no table takes its place -> QUANTIZE -> int8."""
    ints = [T(n, (1, 4), scales=(0.1,), zero_points=(0,)) for n in ("a", "b", "out")]
    reals = [T(n, (1, 4), "float32") for n in ("real_a", "real_b", "net/mix/Op")]
    operators = [
        Op("DEQUANTIZE", ["a"], ["real_a"]),
        Op("DEQUANTIZE", ["b"], ["real_b"]),
        Op(name, ["real_a", "real_b"], ["net/mix/Op"]),
        Op("QUANTIZE", ["net/mix/Op"], ["out"]),
    ]
    return tflite_model([*ints, *reals], operators, ["a", "b"], ["out"])


def a_model_in_float(name: str = "TANH") -> bytes:
    return tflite_model(
        [T("in", (1, 4), "float32"), T("net/act/Op", (1, 4), "float32")],
        [Op(name, ["in"], ["net/act/Op"])],
        ["in"],
        ["net/act/Op"],
    )


def test_float_at_run_time_is_refused_where_it_is_not_allowed() -> None:
    with pytest.raises(TinyqError) as caught:
        import_tflite(island("MAXIMUM"), "m", "m.tflite")
    assert str(caught.value) == (
        "m.tflite: layer mix (MAXIMUM): found tensor real_a of type float32; accepted: int8\n"
        "  hint: quantize the model to full-integer int8 with `tinyq quantize`"
    )


def test_an_allowed_island_is_built_and_its_cost_is_told() -> None:
    compiled = compile_tflite(island("MAXIMUM"), "m", "m.tflite", Target(allow_float=True))
    assert compiled.graph.scheme == "int8"
    assert float_warnings(compiled.graph, load_board("nano33")) == (
        "layer mix (MAXIMUM) computes in float32 on the FPU: about 40 cycles",
    )
    assert float_warnings(compiled.graph, load_board("rpi_pico")) == (
        "layer mix (MAXIMUM) computes in float32 in software, since the processor has no FPU: about 600 cycles",
    )


def test_a_float_model_is_told_of_as_a_whole() -> None:
    compiled = compile_tflite(a_model_in_float(), "m", "m.tflite", Target(allow_float=True))
    assert compiled.graph.scheme == "float32"
    assert float_warnings(compiled.graph, load_board("nano33")) == (
        "the whole model computes in float32 on the FPU: about 5,000 cycles",
    )


def test_a_float_operator_without_a_kernel_is_refused_by_name() -> None:
    with pytest.raises(TinyqError) as caught:
        import_tflite(a_model_in_float("SIN"), "m", "m.tflite", allow_float=True)
    assert str(caught.value) == (
        "m.tflite: layer act (SIN): found float32; accepted: int8, since tinyq has no float32 kernel for it\n"
        "  hint: quantize the model to full-integer int8 with `tinyq quantize`"
    )


def test_tables_still_take_the_place_of_what_they_can_where_float_is_allowed() -> None:
    tensors = [T("in", (1, 4), scales=(0.1,)), T("x", (1, 4), "float32"), T("y", (1, 4), "float32")]
    operators = [Op("DEQUANTIZE", ["in"], ["x"]), Op("SIN", ["x"], ["y"]), Op("QUANTIZE", ["y"], ["out"])]
    model = tflite_model([*tensors, T("out", (1, 4), scales=(0.1,))], operators, ["in"], ["out"])
    compiled = compile_tflite(model, "m", "m.tflite", Target(allow_float=True))
    assert [node.op for node in compiled.graph.nodes] == ["TABLE"]


@pytest.mark.parametrize(("allowed", "problem"), [(True, ""), (False, "computes in float32")])
def test_a_survey_says_what_float_would_do(allowed: bool, problem: str) -> None:  # noqa: FBT001  a parameter
    found = {layer.op: layer.problem for layer in survey(island("MAXIMUM"), "m.tflite", allow_float=allowed)}
    assert found == {"DEQUANTIZE": "", "MAXIMUM": problem, "QUANTIZE": ""}
