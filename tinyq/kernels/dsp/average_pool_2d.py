"""AVERAGE_POOL_2D, four channels at once."""

from tinyq.kernels.dsp._pool import Pool


class AveragePool2D(Pool):
    """The mean of the pixels inside the image."""

    op = "AVERAGE_POOL_2D"
    is_max = False


IMPLEMENTATION = AveragePool2D()
