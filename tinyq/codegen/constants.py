"""Arrays and numbers as C text."""

from dataclasses import dataclass

from tinyq.ir.graph import Array
from tinyq.numerics.float32 import c_float as c_float  # templates find it beside the others

NUMBERS_A_LINE = 20
# The least numbers have no literal in C: their digits alone do not fit the type.
_LEAST = {-(2**31): "INT32_MIN", -(2**63): "INT64_MIN"}


@dataclass(frozen=True, eq=False)
class Constant:
    """An array in flash: its C name, its values, and what a reader should know about it."""

    name: str
    values: Array
    comment: str

    @property
    def c_type(self) -> str:
        """The C type of an element."""
        return c_type(self.values.dtype.name)

    @property
    def rows(self) -> list[str]:
        """The values in lines of text; each line but the last ends with a comma."""
        written = {"float": c_float, "double": repr}.get(self.c_type, c_integer)
        numbers = [written(number) for number in self.values.ravel().tolist()]
        lines = [numbers[start : start + NUMBERS_A_LINE] for start in range(0, len(numbers), NUMBERS_A_LINE)]
        return [", ".join(line) + ("," if number < len(lines) else "") for number, line in enumerate(lines, start=1)]


def c_type(dtype: str) -> str:
    """The C type of an element of NumPy type `dtype`; a bool is a byte, 0 or 1, as in TFLite."""
    return {"float32": "float", "float64": "double", "bool": "uint8_t"}.get(dtype, f"{dtype}_t")


def c_integer(number: int) -> str:
    """An integer as a C literal."""
    return _LEAST.get(number, str(int(number)))


def plus(number: int) -> str:
    """`number` as the end of a sum: ` + 5`, ` - 5`, or nothing."""
    return "" if number == 0 else f" {'+' if number > 0 else '-'} {abs(number)}"
