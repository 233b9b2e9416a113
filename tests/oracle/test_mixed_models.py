"""Models of mixed precision from end to end: the keyword model, the commands, a stream."""

import json
from pathlib import Path

import numpy as np
from click.testing import CliRunner
from support import mlperf
from support.mixing import CHANCE, assert_exact, graph_of, mix, read

from tinyq.cli import main
from tinyq.emulator.agreement import mismatches
from tinyq.emulator.oracle import run_oracle
from tinyq.emulator.reference import run_reference
from tinyq.emulator.validation import raw_inputs
from tinyq.frontend.choices import Choices
from tinyq.kernels import Target
from tinyq.mixing.layers import layers_to_choose
from tinyq.pipeline import compile_tflite

REPOSITORY = Path(__file__).parent.parent.parent


def test_the_keyword_model_with_a_layer_of_16_and_one_of_4(tmp_path: Path) -> None:
    folder, data = mlperf.mlperf_folder(), tmp_path / "d.npz"
    tensor = mlperf.compiled("kws").generated.inputs[0]
    assert tensor.quantization is not None
    real = (mlperf.inputs("kws").astype(np.float32) - tensor.zero_point) * np.float32(tensor.scale)
    np.savez(data, x=real[:100].reshape(100, 49, 10, 1))
    source = read(folder / "kws_saved_model", data)
    tflite = mix(source, {"conv2d": 16, "conv2d_2": 4})
    assert_exact(tflite, Target("dsp"))
    graphs = [graph_of(source.tflite), graph_of(tflite)]
    samples, classes = real[:300].reshape(-1, 49, 10, 1), mlperf.labels("kws")[:300]
    accuracies = [
        (
            run_reference(graph, raw_inputs([samples], [graph.tensors[graph.inputs[0]]]))[0].argmax(axis=-1).ravel()
            == classes
        )
        for graph in graphs
    ]
    assert abs(accuracies[0].mean() - accuracies[1].mean()) <= 0.02


def test_the_commands_take_the_choice_from_a_file(mixing_models: Path, tmp_path: Path) -> None:
    model, data = str(mixing_models / "residual.keras"), str(mixing_models / "residual.npz")
    layers = tmp_path / "layers.json"
    layers.write_text('{"stem": 16, "wide": 4, "cut": 8}')
    chosen = ["--data", data, "--scheme", "mixed", "--layers", str(layers)]
    on_board = ["--engine", "device", "--board", "nano33", "--json", str(tmp_path / "v.json")]
    for arguments in (
        ["build", model, *chosen, "--board", "nano33", "--out", str(tmp_path / "out")],
        ["quantize", model, *chosen, "--out", str(tmp_path / "net.tflite")],
        ["validate", model, *chosen, *on_board],
        ["debug", model, *chosen],
    ):
        result = CliRunner().invoke(main, arguments)
        assert result.exit_code == 0, result.output
        if arguments[0] in ("build", "quantize"):
            assert "layers: 1 of 4 bits, 1 of 16 bits, all others of 8 bits" in result.output
    report = json.loads((tmp_path / "out/report.json").read_text())
    bits = {layer["name"]: layer["bits"] for layer in report["model"]["layers"]}
    assert report["scheme"] == "mixed"
    assert [bits[name] for name in ("stem", "stem_int8", "wide", "deep")] == [16, 8, 4, 8]
    validation = json.loads((tmp_path / "v.json").read_text())
    assert [engine["name"] for engine in validation["engines"]] == ["device", "tflite-micro"]
    assert validation["mismatches"] == 0
    assert graph_of((tmp_path / "net.tflite").read_bytes()).scheme == "mixed"
    layers.write_text('{"wide": 16, "mean": 4}')
    result = CliRunner().invoke(main, ["quantize", model, *chosen, "--out", str(tmp_path / "other.tflite")])
    assert result.output.endswith(
        f"error: {model}: layer mean (MEAN): found 4 bits; accepted: 8 or 16\n  hint: write 16\n"
    )
    assert not (tmp_path / "other.tflite").exists()


def test_a_stream_is_mixed_around_its_memory() -> None:
    folder = REPOSITORY / "examples/wake_word"
    whole = read(folder / "wake_word.keras", folder / "calibration.npz")
    possible = {layer.name: layer.possible for layer in layers_to_choose(whole.tflite)}
    assert possible["memory"] == (8,)
    chosen = Choices(scheme="mixed", layers={"features": 16, "logits": 16}, stream=True)
    source = read(folder / "wake_word.keras", folder / "calibration.npz", chosen)
    compiled = compile_tflite(source.tflite, "net", "net.tflite")
    frames = CHANCE.integers(-(2**15), 2**15, (9, *compiled.generated.inputs[0].shape)).astype(np.int16)
    expected = run_reference(compiled.graph, [frames], steps=3)
    assert mismatches(expected, run_oracle(source.tflite, 1, [frames], steps=3)) == 0
