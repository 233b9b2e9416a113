"""A running sum in a variable: read, added to, assigned, read again; and which of these the model answers with."""

from dataclasses import replace

from hypothesis import strategies as st

from support.cases._case import Case
from support.cases._draw import Draw, chances, int8_tensor, shapes
from support.cases._stream import STEPS, int_sequences
from support.tflite_model import Once, Op, T, tflite_model


@st.composite
def variable_cases(draw: Draw) -> Case:
    """`sum = x + before`; the answer may be `before`, `sum`, or what is read after the assignment."""
    chance, shape = draw(chances), draw(shapes(range(1, 4), 4))
    x = int8_tensor(draw, "x", shape)
    sums = int8_tensor(draw, "sum", shape, x.scales[0])
    before, after = replace(sums, name="before"), replace(sums, name="after")
    handle = T("handle", (), "resource")
    name = {"sharedName": b"total"}
    operators = [
        Op("VAR_HANDLE", [], ["handle"], "VarHandleOptions", name),
        Op("READ_VARIABLE", ["handle"], ["before"]),
        Op("ADD", ["x", "before"], ["sum"], "AddOptions"),
        Op("ASSIGN_VARIABLE", ["handle", "sum"], []),
        Op("READ_VARIABLE", ["handle"], ["after"]),
    ]
    once = None
    if draw(st.booleans()):
        start = replace(sums, name="start", data=chance.integers(-128, 128, shape))
        once = Once(
            [handle, start],
            [
                Op("VAR_HANDLE", [], ["handle"], "VarHandleOptions", name),
                Op("ASSIGN_VARIABLE", ["handle", "start"], []),
            ],
        )
        operators.insert(0, Op("CALL_ONCE", [], [], "CallOnceOptions", {"initSubgraphIndex": 1}))
    answer = draw(st.sampled_from(["before", "sum", "after"]))
    tflite = tflite_model([x, sums, before, after, handle], operators, ["x"], [answer], once)
    text = (f"{shape} {x.scales} {x.zero_points} {sums.zero_points}", answer, f"set once: {once is not None}")
    return Case(tflite, (int_sequences(chance, x),), text, steps=STEPS)
