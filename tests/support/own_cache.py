"""A cache of tinyq's own for some tests: nothing that was made before is taken."""

from contextlib import suppress
from pathlib import Path

import pytest

from tinyq.tools.zig import zig_environment


def use_own_cache(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let tinyq keep what it makes in `folder`; but zig's runtime library, which takes a while, where it always is."""
    zig = Path(zig_environment()["ZIG_GLOBAL_CACHE_DIR"])
    zig.mkdir(exist_ok=True)
    folder.mkdir(exist_ok=True)
    with suppress(FileExistsError):
        (folder / zig.name).symlink_to(zig)
    monkeypatch.setenv("TINYQ_CACHE", str(folder))
