"""Which implementations make the smallest image, where layers share routines."""

from itertools import product

from hypothesis import given
from hypothesis import strategies as st
from support.examples import examples

from tinyq.pipeline.smallest import Option, fewest_bytes

ROUTINES = ("a", "b", "c", "d")
sizes = st.integers(0, 60)
options = st.lists(
    st.builds(Option, sizes, st.frozensets(st.sampled_from(ROUTINES), max_size=2)), min_size=1, max_size=3
)
Layers = list[list[Option]]


def total(layers: Layers, picks: tuple[int, ...], routines: dict[str, int]) -> int:
    chosen = [found[pick] for found, pick in zip(layers, picks, strict=True)]
    needed = {name for option in chosen for name in option.routines}
    return sum(option.own_bytes for option in chosen) + sum(routines[name] for name in needed)


def test_a_routine_that_several_layers_share_may_be_larger_than_that_of_each() -> None:
    routines = {"shared": 1800, "of_8": 600, "of_16": 900, "of_32": 1500}
    each = [[Option(100, frozenset({name})), Option(110, frozenset({"shared"}))] for name in ("of_8", "of_16", "of_32")]
    assert fewest_bytes(each, routines) == (1, 1, 1)
    assert fewest_bytes(each[:2], routines) == (0, 0)


def test_of_equal_options_the_first_is_taken() -> None:
    assert fewest_bytes([[Option(5), Option(5)], [Option(7, frozenset({"a"})), Option(9)]], {"a": 2}) == (0, 0)


@examples(300)
@given(layers=st.lists(options, min_size=1, max_size=4), bytes_of=st.tuples(*[sizes] * len(ROUTINES)))
def test_no_choice_is_smaller(layers: Layers, bytes_of: tuple[int, ...]) -> None:
    routines = dict(zip(ROUTINES, bytes_of, strict=True))
    found = total(layers, fewest_bytes(layers, routines), routines)
    assert found == min(total(layers, picks, routines) for picks in product(*(range(len(each)) for each in layers)))
