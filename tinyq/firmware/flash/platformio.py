"""The uploader of an official PlatformIO platform, for projects that were made for one (`tinyq build --framework`)."""

from collections.abc import Sequence
from pathlib import Path

from tinyq.errors import TinyqError
from tinyq.firmware.flash import Device, Keys, Wanted

KEYS = Keys()


def find(wanted: Wanted) -> Sequence[Device]:
    """PlatformIO looks for the device itself; this says whether the project has an uploader at all."""
    if not _has_uploader(wanted.image.folder / "project"):
        return []
    return [Device(wanted.port or "PlatformIO's choice", "found by PlatformIO's uploader")]


def looked_for(_wanted: Wanted) -> str:
    """What kind of project it takes."""
    return "a project with an uploader of PlatformIO's (`tinyq build --framework` makes one; it needs the internet)"


def flash(_device: Device, wanted: Wanted) -> str:
    """Run `pio run -t upload`."""
    from tinyq.firmware.platformio import upload

    wanted.display.stage("uploading with PlatformIO")
    upload(wanted.image.folder / "project", wanted.port)
    return "PlatformIO reports success"


def _has_uploader(project: Path) -> bool:
    try:
        lines = (project / "platformio.ini").read_text().splitlines()
    except OSError as error:
        raise TinyqError(
            f"{project}: no PlatformIO project there", "build the firmware again with `tinyq build`"
        ) from error
    return any(line.startswith("framework") for line in lines)
