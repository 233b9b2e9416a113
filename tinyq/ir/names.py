"""Names that are unique in a graph."""

from collections.abc import Container


def unique(name: str, taken: Container[str]) -> str:
    """`name`, with the first number from 2 upwards behind it that makes it differ from all `taken`."""
    candidate, number = name, 2
    while candidate in taken:
        candidate, number = f"{name}_{number}", number + 1
    return candidate
