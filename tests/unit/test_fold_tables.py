"""What becomes a table, what does not, and that no answer changes."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from support.examples import examples
from support.tflite_model import Op, T, tflite_model

from tinyq.emulator.reference import run_reference
from tinyq.frontend.tflite import import_tflite
from tinyq.ir.graph import Graph
from tinyq.ir.verify import verify
from tinyq.passes.fold_tables import fold_tables

SIZE = 100
ALL_INT8 = np.resize(np.arange(-128, 128), (3, SIZE)).astype(np.int8)
NUMBER = T("number", (), scales=(0.02,), zero_points=(3,), data=np.array(50))
HALF = T("half", (), "float32", data=np.array(0.5))


def q(name: str, *shape: int) -> T:
    return T(name, shape or (SIZE,), scales=(0.05,), zero_points=(-7,))


def real(name: str) -> T:
    return T(name, (SIZE,), "float32")


def graph_of(
    tensors: Sequence[T], operators: Sequence[Op], outputs: Sequence[str], inputs: Sequence[str] = ("x",)
) -> Graph:
    return import_tflite(tflite_model(tensors, operators, inputs, outputs), "net", "net.tflite")


def folded(graph: Graph) -> list[str]:
    """The operators after the pass, which changes no answer."""
    after = fold_tables(graph)
    verify(after)
    inputs = [ALL_INT8 for _ in graph.inputs]
    for before, now in zip(run_reference(graph, inputs), run_reference(after, inputs), strict=True):
        assert before.tolist() == now.tolist()
    return [node.op for node in after.nodes]


def test_float_between_dequantize_and_quantize_becomes_a_table() -> None:
    tensors = [q("x"), real("a"), real("b"), real("c"), HALF, q("y")]
    operators = [
        Op("DEQUANTIZE", ["x"], ["a"]),
        Op("EXP", ["a"], ["b"]),
        Op("MUL", ["b", "half"], ["c"], "MulOptions"),
        Op("QUANTIZE", ["c"], ["y"]),
    ]
    assert folded(graph_of(tensors, operators, ["y"])) == ["TABLE"]


def test_a_product_of_two_functions_of_one_tensor_is_one_table_named_after_the_first() -> None:
    gate = T("net/gate/Sigmoid", (SIZE,), scales=(1 / 256,), zero_points=(-128,))
    operators = [Op("LOGISTIC", ["x"], [gate.name]), Op("MUL", ["x", gate.name], ["y"], "MulOptions")]
    graph = graph_of([q("x"), gate, q("y")], operators, ["y"])
    assert folded(graph) == ["TABLE"]
    assert [node.name for node in fold_tables(graph).nodes] == ["gate"]


def test_a_float_tensor_may_lead_to_two_tables() -> None:
    tensors = [q("x"), real("a"), real("b"), q("y"), q("z")]
    operators = [
        Op("DEQUANTIZE", ["x"], ["a"]),
        Op("NEG", ["a"], ["b"]),
        Op("QUANTIZE", ["b"], ["y"]),
        Op("QUANTIZE", ["b"], ["z"]),
    ]
    assert folded(graph_of(tensors, operators, ["y", "z"])) == ["TABLE", "TABLE"]


def test_one_function_stays_as_it_is() -> None:
    assert folded(graph_of([q("x"), q("y")], [Op("ABS", ["x"], ["y"])], ["y"])) == ["ABS"]


def test_a_sum_with_a_number_becomes_a_table_where_it_is_long_enough() -> None:
    for shape, expected in (((SIZE,), "TABLE"), ((4,), "ADD")):
        operators = [Op("ADD", ["x", "number"], ["y"], "AddOptions")]
        graph = graph_of([q("x", *shape), NUMBER, q("y", *shape)], operators, ["y"])
        assert [node.op for node in fold_tables(graph).nodes] == [expected]


def test_what_somebody_else_reads_is_not_computed_twice() -> None:
    operators = [Op("ABS", ["x"], ["a"]), Op("RELU", ["a"], ["y"])]
    assert folded(graph_of([q("x"), q("a"), q("y")], operators, ["y"])) == ["TABLE"]
    assert folded(graph_of([q("x"), q("a"), q("y")], operators, ["y", "a"])) == ["ABS", "RELU"]


def test_two_tensors_and_constants_of_many_numbers_are_no_function_of_one_int8() -> None:
    many = T("many", (SIZE,), scales=(0.02,), zero_points=(3,), data=np.arange(SIZE))
    product = [Op("MUL", ["x", "many"], ["y"], "MulOptions")]
    assert folded(graph_of([q("x"), many, q("y")], product, ["y"])) == ["MUL"]
    both = [Op("MUL", ["x", "w"], ["y"], "MulOptions")]
    assert folded(graph_of([q("x"), q("w"), q("y")], both, ["y"], ["x", "w"])) == ["MUL"]
    wider = [Op("MUL", ["x", "x1"], ["y"], "MulOptions")]
    column = [q("x"), q("x1", SIZE, 1), q("y", SIZE, SIZE)]
    assert [node.op for node in fold_tables(graph_of(column, wider, ["y"], ["x", "x1"])).nodes] == ["MUL"]


def test_a_long_chain_is_one_table() -> None:
    """An LSTM's cell state of a hundred steps is such a chain."""
    names = ["x", *(f"t{step}" for step in range(600))]
    chain = [Op("ABS", [before], [after]) for before, after in pairwise(names)]
    assert folded(graph_of([q(name) for name in names], chain, names[-1:])) == ["TABLE"]


@st.composite
def functions_of_x(draw: st.DrawFn) -> Graph:
    """Up to 8 operators, each of which reads what is there already, int8 or float32."""
    tensors, operators, values = [q("x"), NUMBER, HALF], [], {"int8": ["x"], "float32": ["half"]}
    for step in range(draw(st.integers(1, 8))):
        name = f"t{step}"
        kind = draw(st.sampled_from(["DEQUANTIZE", "QUANTIZE", "ABS", "RELU", "NEG", "ADD", "MUL", "SUB"]))
        real_operator = kind == "NEG" or (kind not in ("DEQUANTIZE", "QUANTIZE", "RELU") and draw(st.booleans()))
        source = "float32" if real_operator or (kind == "QUANTIZE" and len(values["float32"]) > 1) else "int8"
        target = {"DEQUANTIZE": "float32", "QUANTIZE": "int8"}.get(kind, source)
        pool = [value for value in values[source] if value != "half"] or None
        if pool is None:
            continue
        operands = [draw(st.sampled_from(pool))]
        if kind in ("ADD", "MUL", "SUB"):
            operands.append(draw(st.sampled_from([*pool, "half" if source == "float32" else "number"])))
        table = f"{kind.title()}Options" if len(operands) > 1 else None
        operators.append(Op(kind, operands, [name], table))
        tensors.append(real(name) if target == "float32" else q(name))
        values[target].append(name)
    last = [name for name in values["int8"] if name != "x"]
    operators.append(Op("RELU", [last[-1] if last else "x"], ["y"]))
    reachable = {"y"}
    for operator in reversed(operators):
        if operator.outputs[0] in reachable:
            reachable |= set(operator.inputs)  # type: ignore[arg-type]  # none of them is absent
    kept = [operator for operator in operators if operator.outputs[0] in reachable]
    return graph_of([tensor for tensor in [*tensors, q("y")] if tensor.name in reachable | {"x"}], kept, ["y"])


@examples(100)
@given(graph=functions_of_x())
def test_any_function_of_one_tensor_is_one_table_with_the_same_answers(graph: Graph) -> None:
    assert folded(graph) == (["TABLE"] if len(graph.nodes) > 1 else ["RELU"])
