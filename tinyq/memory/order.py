"""The order of the nodes that keeps least in memory at one time: where branches meet, it matters which one runs first.

Orders grow node by node. Of those that ran the same nodes only the one with the lowest peak goes on, so that the search
is over sets of nodes, which are the bits of an integer here. It is exact until more sets of one size are open than
`EFFORT` allows, and keeps the best of them then.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tinyq.ir.graph import Graph, Node
from tinyq.kernels import Selection
from tinyq.memory.bound import shared_bytes
from tinyq.memory.lifetimes import aligned, leads
from tinyq.ops import call_of

EFFORT = 3_000_000  # looks at a node that may come next


@dataclass(frozen=True)
class _Step:
    """What running a node means for memory; tensors by the name of their storage, nodes by number.

    Attributes:
        needs: the nodes that have to run before it.
        uses: the tensors that it reads or writes.
        scratch: its bytes.
        over: lead of each input that the output may lie over if the input dies.
        output: what it writes.
    """

    needs: int
    uses: frozenset[str]
    scratch: int
    over: Mapping[str, int]
    output: str


@dataclass(frozen=True)
class _State:
    """Some nodes have run.

    Attributes:
        peak: most bytes in use so far.
        live: the tensors in use.
        order: the nodes, the last first, as nested pairs.
    """

    peak: int
    live: frozenset[str]
    order: tuple[int, object] | None


def reordered(graph: Graph, selection: Selection) -> Graph:
    """`graph` with its nodes in the order of the lowest peak found; the order as it is where none is lower."""
    steps = [_step(graph, node, needs, selection) for node, needs in zip(graph.nodes, _needs(graph), strict=True)]
    if all(step.needs >> number - 1 & 1 for number, step in enumerate(steps) if number):
        return graph  # a chain has one order
    search = _Search(graph, steps)
    best = search.best()
    if best.peak >= search.peak_of(range(len(steps))):
        return graph
    return graph.with_nodes(graph.nodes[number] for number in _numbers(best))


class _Search:
    def __init__(self, graph: Graph, steps: list[_Step]) -> None:
        self._steps = steps
        self._bytes = {name: aligned(tensor.bytes) for name, tensor in graph.tensors.items()}
        self._users: dict[str, int] = {}
        for number, step in enumerate(steps):
            for name in step.uses:
                self._users[name] = self._users.get(name, 0) | 1 << number
        states = _states(graph)
        self._kept = states | {graph.storage(name) for name in graph.outputs}
        live = states | {graph.storage(name) for name in graph.inputs}
        self._start = _State(self._sum(live), live, None)

    def best(self) -> _State:
        """The state after all nodes, by the best order found."""
        states = {0: self._start}
        for _ in self._steps:
            following: dict[int, _State] = {}
            for ran, state in states.items():
                for number, step in enumerate(self._steps):
                    if not ran >> number & 1 and not step.needs & ~ran:
                        reached, after = ran | 1 << number, self._after(state, ran, number)
                        if reached not in following or after.peak < following[reached].peak:
                            following[reached] = after
            kept = sorted(following.items(), key=lambda item: (item[1].peak, self._sum(item[1].live)))
            states = dict(kept[: 1 + EFFORT // len(self._steps) ** 2])
        (last,) = states.values()
        return last

    def peak_of(self, order: range) -> int:
        """Most bytes in use at one time when the nodes run in `order`."""
        state, ran = self._start, 0
        for number in order:
            state, ran = self._after(state, ran, number), ran | 1 << number
        return state.peak

    def _after(self, state: _State, ran: int, number: int) -> _State:
        step = self._steps[number]
        during = state.live | step.uses
        dying = {name for name in step.uses - self._kept if not self._users[name] & ~(ran | 1 << number)}
        inputs = [(self._bytes[name], lead) for name, lead in step.over.items() if name in dying]
        in_use = self._sum(during) + step.scratch - shared_bytes(self._bytes[step.output], inputs)
        return _State(max(state.peak, in_use), during - dying, (number, state.order))

    def _sum(self, names: frozenset[str]) -> int:
        return sum(self._bytes[name] for name in names)


def _numbers(state: _State) -> list[int]:
    numbers: list[int] = []
    rest: object = state.order
    while isinstance(rest, tuple):
        number, rest = rest
        numbers.append(number)
    return numbers[::-1]


def _step(graph: Graph, node: Node, needs: int, selection: Selection) -> _Step:
    scratch = aligned(selection.of(node).scratch_bytes(call_of(graph, node)))
    return _Step(needs, frozenset(_used(graph, node)), scratch, leads(graph, node, selection), node.outputs[0])


def _used(graph: Graph, node: Node) -> Iterator[str]:
    for name in (*node.inputs, *node.outputs):
        if name is not None and not graph.tensors[graph.storage(name)].is_constant:
            yield graph.storage(name)


def _states(graph: Graph) -> frozenset[str]:
    """The tensors that have their values neither from a node nor from the application: they are there all the time."""
    written = {*graph.inputs, *(name for node in graph.nodes for name in node.outputs)}
    return frozenset(name for node in graph.nodes for name in _used(graph, node)) - written


def _needs(graph: Graph) -> list[int]:
    """For each node those that run before it: they write what it reads, or touch a state that it touches."""
    writers: dict[str, int] = {}
    needs, states = [], _states(graph)
    for number, node in enumerate(graph.nodes):
        used = frozenset(_used(graph, node))
        needs.append(sum({1 << writers[name] for name in used if name in writers}))
        writers.update(dict.fromkeys([*node.outputs, *(used & states)], number))
    return needs
