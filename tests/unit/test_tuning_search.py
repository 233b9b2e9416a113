"""The search over bits: it measures what it should, and what it calls best is best."""

from functools import partial
from random import Random

from hypothesis import given
from hypothesis import strategies as st
from support.examples import examples
from support.tuning import FOUR, Formula, all_assignments, backwards, by_pool, searched, task

from tinyq.mixing.layers import Layer
from tinyq.tuning.point import UNCHANGED, Assignment, Measured, Point, Refused, dominates, frontier, recommended
from tinyq.tuning.search import points

COSTS = st.tuples(*[st.integers(0, 4)] * 4)
POSSIBLE = st.sampled_from([(8,), (8, 16), (4, 8), (4, 8, 16)])


def point(number: int, costs: tuple[int, ...], noise: float = 20.0) -> Point:
    drop, cycles, flash, ram = costs
    bits: Assignment = tuple(UNCHANGED for _ in range(number))
    return Point(bits, Measured(1 - drop, drop, noise, cycles, flash, ram))


@examples(300)
@given(st.lists(COSTS, min_size=1, max_size=30), st.randoms(use_true_random=False))
def test_the_frontier_is_all_that_nothing_dominates(costs: list[tuple[int, ...]], chance: Random) -> None:
    measured = [point(number, each) for number, each in enumerate(costs)]
    best = frontier(measured)
    found = [each.measured.costs for each in best]
    assert len(found) == len(set(found))
    assert set(found) == {one for one in costs if not any(dominates(other, one) for other in costs)}
    shuffled = list(measured)
    chance.shuffle(shuffled)
    assert frontier(shuffled) == best


def everything_of(formula: Formula) -> list[Point]:
    return points({bits: formula(bits) for bits in all_assignments(formula.layers)})


def test_of_points_that_cost_the_same_the_one_with_less_noise_stays() -> None:
    assert frontier([point(1, (0, 1, 1, 1), 20.0), point(2, (0, 1, 1, 1), 30.0)]) == (point(2, (0, 1, 1, 1), 30.0),)


@examples(200)
@given(st.lists(COSTS, max_size=20), st.integers(0, 4))
def test_the_recommended_point_has_the_fewest_cycles_within_the_drop(costs: list[tuple[int, ...]], most: int) -> None:
    found = recommended([point(number, each) for number, each in enumerate(costs)], most)
    able = sorted((cycles, flash, ram, drop) for drop, cycles, flash, ram in costs if drop <= most)
    assert (None if found is None else found.measured.costs) == ((able and (able[0][3], *able[0][:3])) or None)


def test_cycles_that_hardly_differ_do_not_decide_but_flash_does() -> None:
    few, small, slow = point(1, (0, 10_000, 30, 9)), point(2, (1, 10_099, 20, 9)), point(3, (0, 10_101, 10, 9))
    assert recommended([few, small, slow], 1) == small


def test_accuracy_is_not_given_away_for_flash_that_hardly_differs() -> None:
    small, good, large = point(1, (2, 10, 10_000, 9)), point(2, (0, 10, 10_099, 9)), point(3, (0, 10, 10_101, 9))
    assert recommended([small, good, large], 2) == good


@examples(40)
@given(st.lists(POSSIBLE, min_size=1, max_size=5), st.integers(0, 99), st.integers(1, 60), st.booleans())
def test_a_search_measures_possible_bits_once_and_within_its_trials(
    possible: list[tuple[int, ...]],
    seed: int,
    trials: int,
    small: bool,  # noqa: FBT001  Hypothesis draws it
) -> None:
    layers = tuple(Layer(f"l{number}", "CONV_2D", number, each) for number, each in enumerate(possible))  # type: ignore[arg-type]
    formula, what = Formula(layers, seed, 400 if small else 10**9), task(layers, trials)
    tried = searched(formula, what)
    everything = all_assignments(layers)
    assert set(tried) <= set(everything)
    assert next(iter(tried)) == (8,) * len(layers)
    assert len(tried) <= trials
    assert all(tried[bits] == formula(bits) for bits in tried)
    assert by_pool(partial(backwards, formula), what) == tried
    best = frontier(points(tried))
    assert all(
        any(
            other.measured.costs == each.measured.costs or dominates(other.measured.costs, each.measured.costs)
            for other in best
        )
        for each in points(tried)
    )


@examples(10)
@given(st.integers(0, 10_000))
def test_with_trials_enough_the_search_finds_the_fewest_cycles_within_the_drop(seed: int) -> None:
    formula = Formula(FOUR, seed)
    everything = everything_of(formula)
    most = sorted(each.measured.drop for each in everything)[27]
    found = recommended(points(searched(formula, task(FOUR, 81, most))), most)
    wanted = recommended(everything, most)
    assert found is not None
    assert wanted is not None
    assert found.measured.cycles == wanted.measured.cycles


def test_40_of_729_assignments_are_enough_where_effects_add_up() -> None:
    layers = tuple(Layer(f"l{number}", "CONV_2D", 9 - number, (4, 8, 16)) for number in range(6))
    for seed in range(10):
        formula = Formula(layers, seed)
        everything = everything_of(formula)
        most = sorted(each.measured.drop for each in everything)[200]
        found = recommended(points(searched(formula, task(layers, 40, most))), most)
        wanted = recommended(everything, most)
        assert found is not None
        assert wanted is not None
        assert found.measured.cycles <= 1.05 * wanted.measured.cycles


def test_layers_are_tried_alone_in_the_order_of_what_they_promise() -> None:
    tried = list(searched(Formula(FOUR), task(trials=22)))
    assert tried[:3] == [(8, 8, 8, 8), (4, 4, 4, 4), (16, 16, 16, 16)]
    # Layer 3 has the most weights, and gains most by itself in float.
    assert tried[3:7] == [(8, 8, 8, 4), (8, 8, 8, 16), (8, 8, 4, 8), (8, 8, 16, 8)]


def test_a_model_that_fits_with_few_bits_only_is_searched_from_there() -> None:
    formula = Formula(FOUR, most=1100)
    tried = searched(formula, task(trials=40))
    assert isinstance(tried[8, 8, 8, 8], Refused)
    everything = everything_of(formula)
    best, found = recommended(everything, 99.0), recommended(points(tried), 99.0)
    assert len(points(tried)) > 1
    assert found == best


def test_what_fits_with_no_bits_is_not_searched_further() -> None:
    tried = searched(Formula(FOUR, most=0), task())
    assert list(tried) == [(8, 8, 8, 8), (4, 4, 4, 4), (16, 16, 16, 16)]
    assert not points(tried)
