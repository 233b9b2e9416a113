"""What is known at build time is a constant after the import, and costs nothing at run time."""

import numpy as np
from support.tflite_model import Op, T, tflite_model

from tinyq.emulator.reference import run_reference
from tinyq.frontend.tflite import import_tflite
from tinyq.pipeline import optimize

IMAGE = T("image", (1, 3, 2), scales=(0.5,), zero_points=(1,), signature=(-1, 3, 2))


def constant(name: str, values: object) -> T:
    data = np.array(values, np.int32)
    return T(name, data.shape, "int32", data=data)


def flatten() -> bytes:
    """What the converter makes of a Flatten whose batch is open."""
    tensors = [
        IMAGE,
        T("shape", (3,), "int32"),
        *(constant(name, [value]) for name, value in (("begin", 0), ("end", 1), ("step", 1))),
        T("batch", (), "int32"),
        constant("rest", -1),
        T("wanted", (2,), "int32"),
        T("flat", (1, 6), scales=(0.5,), zero_points=(1,), signature=(-1, 6)),
    ]
    operators = [
        Op("SHAPE", ["image"], ["shape"], "ShapeOptions", {"outType": 2}),
        Op("STRIDED_SLICE", ["shape", "begin", "end", "step"], ["batch"], "StridedSliceOptions", {"shrinkAxisMask": 1}),
        Op("PACK", ["batch", "rest"], ["wanted"], "PackOptions", {"valuesCount": 2, "axis": 0}),
        Op("RESHAPE", ["image", "wanted"], ["flat"]),
    ]
    return tflite_model(tensors, operators, ["image"], ["flat"])


def test_a_flatten_with_an_open_batch_leaves_nothing_to_do() -> None:
    graph = import_tflite(flatten(), "net", "net.tflite")
    assert [node.op for node in graph.nodes] == ["RESHAPE"]
    wanted = graph.tensors["wanted"].data
    assert wanted is not None
    assert wanted.tolist() == [1, -1]
    assert optimize(graph).nodes == ()


def test_paddings_that_are_computed_from_constants_are_read() -> None:
    padded = T("padded", (1, 4, 4), scales=IMAGE.scales, zero_points=IMAGE.zero_points)
    rows = [constant("batch", [0, 0]), constant("height", [1, 0]), constant("width", [0, 2])]
    operators = [
        Op("PACK", ["batch", "height", "width"], ["paddings"], "PackOptions", {"valuesCount": 3, "axis": 0}),
        Op("PAD", ["image", "paddings"], ["padded"], "PadOptions"),
    ]
    model = tflite_model([IMAGE, *rows, T("paddings", (3, 2), "int32"), padded], operators, ["image"], ["padded"])
    graph = import_tflite(model, "net", "net.tflite")
    (answers,) = run_reference(graph, [np.full((1, 1, 3, 2), 9, np.int8)])
    assert answers[0, 0].tolist() == [[1, 1, 1, 1], *[[9, 9, 1, 1]] * 3]


def test_a_known_result_that_the_model_answers_with_keeps_its_layer() -> None:
    operators = [Op("SHAPE", ["image"], ["shape"], "ShapeOptions", {"outType": 2})]
    model = tflite_model([IMAGE, T("shape", (3,), "int32")], operators, ["image"], ["shape"])
    assert [node.op for node in optimize(import_tflite(model, "net", "net.tflite")).nodes] == ["SHAPE"]


def test_a_constant_too_large_for_any_board_is_not_made() -> None:
    shape = constant("shape", [2**13, 2**13])
    number = T("number", (), scales=(0.5,), zero_points=(1,), data=np.array(3, np.int8))
    filled = T("filled", (2**13, 2**13), scales=(0.5,), zero_points=(1,))
    column = T("column", (1, 2**13), scales=(0.5,), zero_points=(1,))
    begins, sizes = constant("begins", [0, 0]), constant("sizes", [1, -1])
    operators = [
        Op("FILL", ["shape", "number"], ["filled"], "FillOptions"),
        Op("SLICE", ["filled", "begins", "sizes"], ["column"], "SliceOptions"),
    ]
    tensors = [IMAGE, shape, number, filled, begins, sizes, column]
    graph = import_tflite(tflite_model(tensors, operators, ["image"], ["column"]), "net", "net.tflite")
    assert [node.op for node in graph.nodes] == ["FILL", "SLICE"]
