"""Layers of several inputs."""

from keras import layers as k

from support.zoo._case import IMAGE, SERIES, VECTOR, on

two_images, two_vectors, two_series = on(IMAGE, IMAGE), on(VECTOR, VECTOR), on(SERIES, SERIES)

CASES = {
    "Add": two_images(lambda a, b: k.Add()([a, b])),
    "Add three": on(VECTOR, VECTOR, VECTOR)(lambda a, b, c: k.Add()([a, b, c])),
    "Add broadcast": on(IMAGE, (1, 1, 3))(lambda a, b: k.Add()([a, b])),
    "Add relu": two_images(lambda a, b: k.ReLU()(k.Add()([a, b]))),
    "Subtract": two_images(lambda a, b: k.Subtract()([a, b])),
    "Multiply": two_images(lambda a, b: k.Multiply()([a, b])),
    "Multiply broadcast": on(IMAGE, (1, 1, 3))(lambda a, b: k.Multiply()([a, b])),
    "Average": two_vectors(lambda a, b: k.Average()([a, b])),
    "Maximum": two_vectors(lambda a, b: k.Maximum()([a, b])),
    "Minimum": two_vectors(lambda a, b: k.Minimum()([a, b])),
    "Concatenate": two_images(lambda a, b: k.Concatenate()([a, b])),
    "Concatenate rows": two_images(lambda a, b: k.Concatenate(axis=1)([a, b])),
    "Concatenate of other scales": two_vectors(lambda a, b: k.Concatenate()([k.Dense(4)(a), k.ReLU()(b)])),
    "Dot": two_vectors(lambda a, b: k.Dot(axes=1)([a, b])),
    "Dot of series": two_series(lambda a, b: k.Dot(axes=2)([a, b])),
    "Dot normalized": two_vectors(lambda a, b: k.Dot(axes=1, normalize=True)([a, b])),
}
