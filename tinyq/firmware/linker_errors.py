"""What linkers say when an image does not fit."""

import re

from tinyq.errors import TinyqError

# GNU ld: region `RAM' overflowed by 16 bytes. lld: section '.bss' will not fit in region 'RAM': overflowed by 16 bytes
_OVERFLOW = re.compile(r"region [`']?(?P<region>FLASH|RAM)'?:? overflowed by (?P<bytes>\d+) bytes")


def overflow_error(output: str) -> TinyqError | None:
    """The error that a linker's output means, if the image was too large for the board; else None."""
    overflows = {found["region"]: int(found["bytes"]) for found in _OVERFLOW.finditer(output)}
    if not overflows:
        return None
    missing = " and ".join(f"{bytes_over} bytes of {region}" for region, bytes_over in sorted(overflows.items()))
    return TinyqError(
        f"the firmware does not fit into the board: {missing.replace('FLASH', 'flash')} are missing",
        "use a smaller model, or a board with more memory (`tinyq boards` lists them)",
    )
