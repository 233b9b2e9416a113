"""Attention."""

from typing import Any

from keras import layers as k

from support.zoo._case import SERIES, on, series


def _transformer(x: Any) -> Any:
    x = k.Dense(8)(x)
    attended = k.MultiHeadAttention(2, 4)(k.LayerNormalization()(x), k.LayerNormalization()(x))
    x = k.Add()([x, attended])
    hidden = k.Dense(16, activation="gelu")(k.LayerNormalization()(x))
    return k.Dense(3)(k.GlobalAveragePooling1D()(k.Add()([x, k.Dense(8)(hidden)])))


CASES = {
    "Attention": on(SERIES, SERIES)(lambda a, b: k.Attention()([a, b])),
    "AdditiveAttention": on(SERIES, SERIES)(lambda a, b: k.AdditiveAttention()([a, b])),
    "MultiHeadAttention": series(lambda x: k.MultiHeadAttention(2, 4)(x, x)),
    "MultiHeadAttention of two": on(SERIES, SERIES)(lambda a, b: k.MultiHeadAttention(2, 3)(a, b)),
    "GroupQueryAttention": series(lambda x: k.GroupQueryAttention(4, 4, 2)(x, x)),
    "transformer block": series(_transformer),
}
