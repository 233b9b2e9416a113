"""PlatformIO builds the project, offline and repeatably, and its failures become errors of ours."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from support.signals import take_ctrl_c
from support.tiny_model import tiny_model
from support.tiny_project import write_tiny_project

from tinyq.errors import TinyqError
from tinyq.firmware.board import load_board
from tinyq.firmware.image import binary, intel_hex
from tinyq.firmware.platformio import build_image, platformio_environment
from tinyq.firmware.toolchain_check import require_toolchain
from tinyq.tools.cache import cache_folder
from tinyq.tools.lock import folder_lock

NANO33 = load_board("nano33")


def test_two_builds_in_two_folders_are_identical(tiny_elf: Path, tmp_path: Path) -> None:
    other = build_image(write_tiny_project(tmp_path / "another" / "folder, deeper"))
    assert other.read_bytes() == tiny_elf.read_bytes()
    assert binary(other, NANO33) == binary(tiny_elf, NANO33)
    assert intel_hex(other, NANO33) == intel_hex(tiny_elf, NANO33)


def test_an_image_names_no_absolute_path(tiny_elf: Path) -> None:
    content = tiny_elf.read_bytes()
    assert str(Path.home()).encode() not in content
    assert str(Path(sys.prefix)).encode() not in content
    assert str(tiny_elf.parents[3]).encode() not in content


def test_a_build_without_changes_leaves_the_image_alone(tiny_project: Path, tiny_elf: Path) -> None:
    before, start = tiny_elf.stat().st_mtime_ns, time.monotonic()
    build_image(write_tiny_project(tiny_project))
    assert tiny_elf.stat().st_mtime_ns == before
    assert time.monotonic() - start < 10  # about 0.9 s on an idle machine


def test_plain_pio_run_builds_it_too(tiny_elf: Path, tmp_path: Path) -> None:
    project = write_tiny_project(tmp_path / "project")
    environment = platformio_environment(cache_folder() / "platformio")
    command = [sys.executable, "-m", "platformio", "run"]
    subprocess.run(command, cwd=project, env=environment, check=True, capture_output=True)
    assert (project / ".pio/build/nano33/firmware.elf").read_bytes() == tiny_elf.read_bytes()


def test_variables_of_the_user_do_not_change_the_build(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PLATFORMIO_BUILD_FLAGS", "-O0")
    monkeypatch.setenv("SCONSFLAGS", "--clean")
    environment = platformio_environment(tmp_path)
    assert "PLATFORMIO_BUILD_FLAGS" not in environment
    assert "SCONSFLAGS" not in environment
    assert environment["PLATFORMIO_CORE_DIR"] == str(tmp_path)


def test_a_compile_error_shows_the_compilers_first_lines(tmp_path: Path) -> None:
    project = write_tiny_project(tmp_path, '#include "tiny.h"\n#include "tinyq_tiny_runtime.h"\nint tiny = ;\n')
    with pytest.raises(TinyqError) as caught:
        build_image(project)
    assert str(caught.value) == (
        "the firmware could not be built:\n"
        "lib/tiny/tiny.c:3:12: error: expected expression\n"
        f"  hint: the whole output is in {project / 'build.log'}"
    )


def test_a_linker_overflow_says_how_much_is_missing(tmp_path: Path) -> None:
    source = tiny_model().files["tiny.c"].replace("tiny_arena[16]", "tiny_arena[300000]")
    header = tiny_model().files["tiny.h"].replace("tiny_arena[16]", "tiny_arena[300000]")
    project = write_tiny_project(tmp_path, source)
    (project / "lib/tiny/tiny.h").write_text(header)
    with pytest.raises(TinyqError) as caught:
        build_image(project)
    assert str(caught.value) == (
        "the firmware does not fit into the board: 42288 bytes of RAM are missing\n"
        "  hint: use a smaller model, or a board with more memory (`tinyq boards` lists them)"
    )


def test_gcc_that_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(TinyqError) as caught:
        build_image(tmp_path, "gcc")
    assert str(caught.value) == (
        "arm-none-eabi-gcc is not on PATH\n"
        "  hint: install it (Debian, Ubuntu: `apt install gcc-arm-none-eabi libnewlib-arm-none-eabi`; "
        "macOS: `brew install --cask gcc-arm-embedded`), or leave --toolchain out: the default, zig, comes with tinyq"
    )


def test_an_unreachable_registry_is_said_at_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise ConnectionRefusedError

    monkeypatch.setattr("urllib.request.urlopen", refuse)
    with pytest.raises(TinyqError) as caught:
        require_toolchain("platformio", tmp_path)
    assert str(caught.value) == (
        "PlatformIO's registry, which holds its compiler toolchain-gccarmnoneeabi, did not answer within 5 s\n"
        "  hint: check the network and its proxy (HTTPS_PROXY), or leave --toolchain out: "
        "the default, zig, comes with tinyq"
    )


def test_two_builds_at_once_in_one_folder_both_succeed(tmp_path: Path) -> None:
    project = write_tiny_project(tmp_path)
    images: list[Path] = []
    threads = [threading.Thread(target=lambda: images.append(build_image(project))) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert images == [project / ".pio/build/nano33/firmware.elf"] * 2


def test_a_build_that_waits_too_long_says_for_what(tmp_path: Path) -> None:
    with folder_lock(tmp_path), pytest.raises(TinyqError) as caught, folder_lock(tmp_path, patience_seconds=0.1):
        pass
    assert str(caught.value) == (
        f"{tmp_path}: another tinyq has been building here for more than 0.1 s\n"
        "  hint: wait until it has finished, or choose another folder with --out"
    )


def test_a_killed_build_leaves_no_lock(tmp_path: Path) -> None:
    holder = (
        "import sys, time; from pathlib import Path; from tinyq.tools.lock import folder_lock\n"
        "with folder_lock(Path(sys.argv[1])): print('held', flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", holder, str(tmp_path)], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.kill()
    with folder_lock(tmp_path, patience_seconds=0.0):
        pass


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
def test_an_interrupted_build_ends_its_processes_and_the_next_one_succeeds(tiny_elf: Path, tmp_path: Path) -> None:
    project = write_tiny_project(tmp_path)
    build = "import sys; from pathlib import Path; from tinyq.firmware.platformio import build_image\n"
    build += "build_image(Path(sys.argv[1]))"
    with subprocess.Popen(
        [sys.executable, "-c", build, str(project)], stderr=subprocess.DEVNULL, preexec_fn=take_ctrl_c
    ) as process:
        while not list(project.glob(".pio/build/nano33/lib*")):  # SCons has begun to compile
            assert process.poll() is None
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        assert process.wait() != 0
    assert not _processes_that_mention(project)
    assert build_image(project).read_bytes() == tiny_elf.read_bytes()


def _processes_that_mention(project: Path) -> list[str]:
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            command = (entry / "cmdline").read_bytes().decode(errors="replace")
        except OSError:
            continue  # it ended meanwhile
        if str(project) in command and entry.name != str(os.getpid()):
            found.append(command)
    return found
