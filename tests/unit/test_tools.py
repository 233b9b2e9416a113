"""The cache folder and the host compiler's errors."""

from pathlib import Path

import pytest

from tinyq.errors import TinyqError
from tinyq.tools.cache import cache_folder
from tinyq.tools.zig import first_errors, zig_environment


def test_the_cache_folder_is_the_one_that_the_environment_names(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("TINYQ_CACHE", str(tmp_path / "deep" / "cache"))
    assert cache_folder() == tmp_path / "deep" / "cache"
    assert cache_folder().is_dir()


def test_without_the_environment_it_is_the_users_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("TINYQ_CACHE", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    assert cache_folder().is_relative_to(tmp_path)


def test_a_cache_folder_that_cannot_be_made_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("TINYQ_CACHE", str(tmp_path / "file" / "cache"))
    with pytest.raises(TinyqError) as caught:
        cache_folder()
    assert str(caught.value) == (
        f"{tmp_path / 'file' / 'cache'}: tinyq's cache folder can't be written: Not a directory\n"
        "  hint: set the environment variable TINYQ_CACHE to a folder that you can write to"
    )


def test_zig_caches_inside_the_cache_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TINYQ_CACHE", str(tmp_path))
    assert zig_environment()["ZIG_GLOBAL_CACHE_DIR"] == str(tmp_path / "zig")
    assert zig_environment()["ZIG_LOCAL_CACHE_DIR"] == str(tmp_path / "zig")


def test_errors_come_before_the_rest_of_a_compilers_output() -> None:
    assert first_errors("Compiling a.c\na.c:1:2: error: no\n  x\n  ^\na.c:3:4: error: never\n1 error\n") == (
        "a.c:1:2: error: no\na.c:3:4: error: never"
    )


def test_output_without_errors_is_shown_by_its_end() -> None:
    assert first_errors("\n".join("abcdefgh")) == "d\ne\nf\ng\nh"
