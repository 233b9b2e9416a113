"""The implementations with the fewest bytes of flash, where several layers may share a routine: measured, not guessed.

Each implementation that a layer may run by is compiled once; what a function takes is read from the object file. Whose
routines are then worth having is a facility location problem, which a local search solves.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from tinyq.codegen.model import generate
from tinyq.codegen.routines import routine_symbol
from tinyq.firmware.code_size import function_sizes
from tinyq.ir.graph import Graph
from tinyq.kernels import Selection, Target, options
from tinyq.memory.lifetimes import blocks
from tinyq.memory.planner import plan_memory

Picks = tuple[int, ...]  # for each layer the number of an option


@dataclass(frozen=True)
class Option:
    """One way to run a layer: the bytes of its own function and constants, and the routines that it needs."""

    own_bytes: int
    routines: frozenset[str] = frozenset()


def smallest_selection(graph: Graph, target: Target) -> Selection:
    """For every node the implementation with which the whole image takes the least flash.

    Raises:
        TinyqError: the compiler refused the code.
    """
    found = {node.name: options(graph, node, target) for node in graph.nodes}
    if all(len(each) == 1 for each in found.values()):
        return Selection({name: each[0] for name, each in found.items()})
    rounds = max(map(len, found.values()))
    shown = [
        Selection({name: each[min(number, len(each) - 1)] for name, each in found.items()}) for number in range(rounds)
    ]
    measured, routine_bytes = _measured(graph, shown, target)
    layers = [[way[name] for way in measured[: len(each)]] for name, each in found.items()]
    chosen = fewest_bytes(layers, routine_bytes)
    return Selection({name: each[number] for (name, each), number in zip(found.items(), chosen, strict=True)})


def fewest_bytes(layers: Sequence[Sequence[Option]], routine_bytes: Mapping[str, int]) -> tuple[int, ...]:
    """For each layer the number of its option, so that options and the routines that they need are small together.

    A local search from the first options, above which it never ends. As long as that saves bytes, a routine is given
    up, or those of an option are taken in, or both, and each layer takes what is smallest then; or all layers that can
    do with an option's routines alone do so.

    Args:
        layers: the options of each, the best first where bytes are equal.
        routine_bytes: of every routine; counted once, however many options need it.
    """
    wanted = list(dict.fromkeys(option.routines for options in layers for option in options))

    def total(picks: Picks) -> int:
        chosen = [options[pick] for options, pick in zip(layers, picks, strict=True)]
        return sum(option.own_bytes for option in chosen) + sum(routine_bytes[name] for name in _routines(chosen))

    def picked(there: frozenset[str], closed: frozenset[str]) -> Picks:
        """Each layer's smallest option if routines that are there take nothing; without the closed ones if it can."""

        def cost(option: Option) -> tuple[bool, int]:
            missing = sum(routine_bytes[name] for name in option.routines - there)
            return bool(option.routines & closed), option.own_bytes + missing

        return tuple(min(range(len(options)), key=lambda pick: cost(options[pick])) for options in layers)

    def moves(picks: Picks) -> Iterator[Picks]:
        used = _routines(options[pick] for options, pick in zip(layers, picks, strict=True))
        for routines in wanted:
            able = ([n for n, option in enumerate(options) if option.routines <= routines] for options in layers)
            yield tuple(min(each, default=pick) for each, pick in zip(able, picks, strict=True))
            yield picked(used | routines, frozenset())
        for closed in (frozenset({name}) for name in sorted(used)):
            for more in (frozenset[str](), *wanted):
                yield picked((used | more) - closed, closed)

    best: Picks = (0,) * len(layers)
    while total(found := min(moves(best), key=total, default=best)) < total(best):
        best = found
    return best


def _routines(chosen: Iterable[Option]) -> frozenset[str]:
    return frozenset(name for option in chosen for name in option.routines)


def _measured(
    graph: Graph, selections: Sequence[Selection], target: Target
) -> tuple[list[dict[str, Option]], dict[str, int]]:
    """The option of every node in each selection, and the bytes of every routine."""
    names = [f"model{number}" for number in range(len(selections))]
    made = [
        generate(graph, plan_memory(blocks(graph, selection)), name, selection)
        for name, selection in zip(names, selections, strict=True)
    ]
    files = {path: text for model, _ in made for path, text in {**model.files, **model.runtime_files}.items()}
    sizes = function_sizes(files, target.instruction_set)
    ways: list[dict[str, Option]] = []
    routine_bytes: dict[str, int] = {}
    for name, (_, layers) in zip(names, made, strict=True):
        way = {}
        for layer in layers:
            own = sum(size for function, size in sizes.items() if f"void {function}(" in layer.function)
            way[layer.name] = Option(own + layer.weight_bytes, frozenset(each.name for each in layer.routines))
            routine_bytes |= {each.name: sizes.get(routine_symbol(name, each), 0) for each in layer.routines}
        ways.append(way)
    return ways, routine_bytes
