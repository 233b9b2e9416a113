"""FULLY_CONNECTED of many rows, by routines for any number of channels: for where flash counts most."""

from tinyq.kernels.dsp._pointwise_plan import SLAB_BYTES
from tinyq.kernels.dsp.pointwise_fully_connected import PointwiseFullyConnected

IMPLEMENTATION = PointwiseFullyConnected(SLAB_BYTES, only_for="size")
