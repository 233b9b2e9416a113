"""MAX_POOL_2D, four channels at once."""

from tinyq.kernels.dsp._pool import Pool


class MaxPool2D(Pool):
    """The largest of the pixels inside the image."""

    op = "MAX_POOL_2D"
    is_max = True


IMPLEMENTATION = MaxPool2D()
