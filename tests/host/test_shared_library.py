"""C compiled for this machine by zig, loaded with ctypes."""

import ctypes
import threading
from pathlib import Path

import pytest

from tinyq.errors import TinyqError
from tinyq.tools.zig import compile_shared_library

SOURCE = """#include "twice.h"
#include <string.h>

int8_t twice_of[4];

void twice(const int8_t *of)
{
    (void)memcpy(twice_of, of, sizeof twice_of);
    for (uint32_t i = 0U; i < sizeof twice_of; ++i) {
        twice_of[i] = (int8_t)(FACTOR * twice_of[i]);
    }
}
"""
HEADER = "#include <stdint.h>\nextern int8_t twice_of[4];\nvoid twice(const int8_t *of);\n"


@pytest.fixture
def source(tmp_path: Path) -> Path:
    (tmp_path / "include").mkdir()
    (tmp_path / "include" / "twice.h").write_text(HEADER)
    (tmp_path / "twice.c").write_text(SOURCE)
    return tmp_path / "twice.c"


def compile_twice(source: Path, output: Path) -> None:
    compile_shared_library([source], [source.parent / "include"], output, {"FACTOR": "2"})


def answer(library: Path) -> list[int]:
    loaded = ctypes.CDLL(str(library))
    loaded.twice((ctypes.c_int8 * 4)(1, 2, 3, -4))
    return list((ctypes.c_int8 * 4).in_dll(loaded, "twice_of"))


def test_a_compiled_library_runs_without_any_compiler_on_path(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))
    compile_twice(source, tmp_path / "out" / "twice.so")
    assert answer(tmp_path / "out" / "twice.so") == [2, 4, 6, -8]
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["twice.so"]


def test_two_compilations_at_once_leave_one_whole_library(source: Path, tmp_path: Path) -> None:
    output = tmp_path / "out" / "twice.so"
    threads = [threading.Thread(target=compile_twice, args=(source, output)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answer(output) == [2, 4, 6, -8]
    assert [path.name for path in output.parent.iterdir()] == ["twice.so"]


def test_a_warning_refuses_the_code_and_leaves_nothing(source: Path, tmp_path: Path) -> None:
    source.write_text("int unused(int x) { return 0; }\n")
    with pytest.raises(TinyqError) as caught:
        compile_twice(source, tmp_path / "out" / "twice.so")
    assert str(caught.value) == (
        "the C compiler refused the code for this machine:\n"
        f"{source}:1:16: error: unused parameter 'x' [-Werror,-Wunused-parameter]\n"
        "  hint: this is a fault of tinyq: please report it with the model"
    )
    assert list((tmp_path / "out").iterdir()) == []
