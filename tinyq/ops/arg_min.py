"""ARG_MIN: where along an axis the smallest number is; the first of equal ones.

Source: TFLite kernels/internal/reference/arg_min_max.h.
"""

from tinyq.ops.arg_max import ArgExtreme

OPERATOR = ArgExtreme("place of the smallest number", "<")
