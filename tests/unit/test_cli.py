"""The command line: light, complete, and clear about what it can't do."""

import subprocess
import sys
from pathlib import Path
from typing import get_args

import pytest
from click.testing import CliRunner, Result
from support.graphs import convnet

from tinyq import __version__
from tinyq.cli import main
from tinyq.firmware.board import board_names
from tinyq.ir.graph import Scheme
from tinyq.kernels import Optimize

ALL_SCHEMES = "int8, int16x8, int8-weights, int4-weights, dynamic, float32, mixed"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments, prog_name="tinyq")


def modules_after(code: str) -> set[str]:
    script = f"import sys\n{code}\nprint(*sorted({{name.partition('.')[0] for name in sys.modules}}))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return set(done.stdout.splitlines()[-1].split())


def test_help_imports_nothing_heavy() -> None:
    code = "from tinyq.cli import main\ntry: main(['--help'])\nexcept SystemExit: pass"
    heavy = {"tensorflow", "keras", "numpy", "jinja2", "rich", "platformio", "ai_edge_litert", "elftools", "PIL"}
    heavy |= {"unicorn", "capstone"}
    assert not modules_after(code) & heavy


def test_compiling_a_tflite_imports_no_tensorflow() -> None:
    code = (
        "from tinyq.pipeline.build import build\nfrom tinyq.pipeline.compile import compile_tflite\n"
        "sys.path.insert(0, 'tests')\nfrom support.graphs import convnet\n"
        "compile_tflite(convnet(), 'net', 'net.tflite')"
    )
    assert not modules_after(code) & {"tensorflow", "keras", "tf_keras"}


def test_help_lists_every_command_with_its_purpose() -> None:
    text = run("--help").output
    for command, purpose in (
        ("boards", "List the boards that tinyq builds for."),
        ("build", "Build firmware from MODEL: quantize, compile, validate, link."),
        ("compare", "Build the Keras MODEL in every scheme"),
        ("doctor", "Check what this machine has of all that tinyq needs"),
        ("flash", "Put the built image onto the board"),
        ("ops", "List the operators that tinyq builds."),
        ("profile", "Count instructions and cycles of each layer of MODEL"),
        ("quantize", "Quantize the float MODEL to a full-integer .tflite."),
        ("tune", "Search 4, 8 and 16 bits for each layer of the Keras MODEL"),
        ("validate", "Run MODEL on a test set"),
    ):
        assert command in text
        assert purpose in text


def test_the_version_is_printed() -> None:
    assert run("--version").output == f"tinyq, version {__version__}\n"


def test_an_unknown_command_is_answered_with_the_nearest_one() -> None:
    result = run("biuld")
    assert result.exit_code == 2
    assert (
        "No such command 'biuld'. Did you mean build? "
        "Commands: boards, build, compare, debug, doctor, flash, inspect, ops, profile, quantize, tune, validate."
        in result.output
    )


def test_a_user_error_is_its_text_and_status_1(tmp_path: Path) -> None:
    result = run("build", "--board", "nano33", str(tmp_path / "absent.keras"))
    assert result.exit_code == 1
    assert result.output == (
        f"error: {tmp_path / 'absent.keras'}: no such file\n"
        "  hint: give a .keras, .h5, .onnx or .pt2 file, or a SavedModel folder, or a .tflite\n"
    )


def test_a_build_without_a_board_is_told_which_there_are(tmp_path: Path) -> None:
    result = run("build", str(tmp_path / "absent.keras"))
    assert (result.exit_code, result.output) == (
        1,
        f"error: no board was named; accepted: {', '.join(board_names())}\n  hint: add --board NAME\n",
    )


def test_a_build_without_a_model_is_told_two_ways(tmp_path: Path) -> None:
    result = run("build", "--board", "nano33", "--project", str(tmp_path))
    assert result.exit_code == 1
    assert result.output == (
        f"error: {tmp_path / 'tinyq.toml'}: no such file, and no MODEL was given\n"
        "  hint: name a model (`tinyq build model.keras --board nano33 --data x.npz`), or a folder with a tinyq.toml "
        "(`--project DIR`)\n"
    )


def test_a_keras_model_without_data_is_told_what_to_give(tmp_path: Path) -> None:
    model = tmp_path / "model.keras"
    model.write_bytes(b"PK")
    result = run("build", "--board", "nano33", str(model))
    assert result.exit_code == 1
    assert result.output.splitlines()[-2:] == [
        f"error: {model}: a float model needs representative data to be quantized, and none was given",
        "  hint: name some 100 typical inputs: --data FILE (.npz, .npy, .csv, a folder of images, or module:function)",
    ]


def test_quantizing_what_is_quantized_is_refused(tmp_path: Path) -> None:
    model = tmp_path / "model.tflite"
    model.write_bytes(b"....TFL3")
    result = run("quantize", str(model), "--out", str(tmp_path / "out.tflite"))
    assert (result.exit_code, result.output) == (
        1,
        (
            f"error: {model}: found a .tflite; accepted: a .keras, .h5, .onnx or .pt2 file, or a SavedModel folder\n"
            "  hint: a .tflite goes straight into `tinyq build`\n"
        ),
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "model = ",
            "not a TOML file: Invalid value (at end of document)\n  hint: write lines such as: model = 'model.keras'",
        ),
        (
            "modle = 'a'",
            (
                "found key modle; accepted: name, model, data, test, board, optimize, arithmetic, calibrate, "
                "scheme, layers, stream, allow_float\n"
                "  hint: did you mean model?"
            ),
        ),
        ("model = 3", "found model = 3; accepted: text\n  hint: write model = '...'"),
        ("name = 'x'", "found no key model; it is needed\n  hint: add a line such as: model = 'model.keras'"),
    ],
)
def test_a_broken_project_file_is_refused(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "tinyq.toml"
    path.write_text(text)
    result = run("build", "--board", "nano33", "--project", str(tmp_path))
    assert (result.exit_code, result.output) == (1, f"error: {path}: {message}\n")


def test_a_way_to_calibrate_that_there_is_not_is_refused_before_the_conversion(tmp_path: Path) -> None:
    (tmp_path / "net.keras").write_bytes(b"not looked at")
    (tmp_path / "tinyq.toml").write_text("model = 'net.keras'\ncalibrate = 'mss'\n")
    result = run("build", "--board", "nano33", "--project", str(tmp_path), "--data", "x.npz")
    assert result.output == (
        "error: found calibrate = 'mss'; accepted: entropy, minmax, moving-average, mse, percentile, percentile-99.9, "
        "auto\n  hint: did you mean mse?\n"
    )


def test_a_tflite_is_not_calibrated_again(tmp_path: Path) -> None:
    model = tmp_path / "net.tflite"
    model.write_bytes(b"not looked at")
    assert run("build", str(model), "--board", "nano33", "--calibrate", "auto").output == (
        f"error: {model}: found a .tflite and calibrate = 'auto'; accepted: calibrate for a float model\n"
        "  hint: the ranges of a .tflite are in it: give the model that it was made of, or leave out calibrate\n"
    )


def test_a_project_file_with_an_unknown_goal_is_refused(tmp_path: Path) -> None:
    (tmp_path / "tinyq.toml").write_text("model = 'model.tflite'\nboard = 'nano33'\noptimize = 'small'")
    (tmp_path / "model.tflite").write_bytes(convnet())
    for command in ("build", "validate", "profile"):
        result = run(command, "--project", str(tmp_path))
        assert (result.exit_code, result.output.splitlines()[-2:]) == (
            1,
            [
                "error: found optimize = 'small'; accepted: balanced, speed, size, ram",
                "  hint: --help says what each saves",
            ],
        ), command


def test_a_project_file_with_an_unknown_arithmetic_is_refused(tmp_path: Path) -> None:
    (tmp_path / "tinyq.toml").write_text("model = 'model.tflite'\nboard = 'nano33'\narithmetic = 'float'")
    (tmp_path / "model.tflite").write_bytes(convnet())
    for command in ("build", "validate", "profile"):
        result = run(command, "--project", str(tmp_path))
        assert result.exit_code == 1, command
        assert "error: found arithmetic = 'float'; accepted: tflm, xnnpack" in result.output, command


def test_a_project_file_with_an_unknown_scheme_is_refused(tmp_path: Path) -> None:
    (tmp_path / "tinyq.toml").write_text("model = 'model.tflite'\nboard = 'nano33'\nscheme = 'int4'")
    (tmp_path / "model.tflite").write_bytes(convnet())
    for command in ("build", "validate", "profile"):
        result = run(command, "--project", str(tmp_path))
        assert (result.exit_code, result.output.splitlines()[-2:]) == (
            1,
            [
                f"error: found scheme = 'int4'; accepted: {ALL_SCHEMES}",
                "  hint: int8 is the smaller and faster one",
            ],
        ), command


def test_every_command_that_converts_knows_every_scheme() -> None:
    for command in ("build", "quantize", "validate", "profile", "inspect"):
        assert f"[{'|'.join(get_args(Scheme))}]" in run(command, "--help").output, command


def test_every_command_that_compiles_knows_every_goal() -> None:
    for command in ("build", "validate", "profile"):
        assert f"[{'|'.join(get_args(Optimize))}]" in run(command, "--help").output, command


def test_boards_are_listed_with_their_memory() -> None:
    output = run("boards").output
    assert "nano33" in output
    assert "983,040" in output


def test_operators_are_listed_with_what_is_built() -> None:
    output = run("ops").output
    assert "CONV_2D" in output
    assert "int8 or 16x8 convolution" in output
