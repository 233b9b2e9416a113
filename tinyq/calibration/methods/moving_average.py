"""The mean of each sample's extremes, the newest weighing most.

Source: Jacob et al. 2018, Quantization and Training of Neural Networks for Efficient Integer-Arithmetic-Only Inference,
section 3.1. A constant weight would let the first sample stand for all of a short calibration; here it is 1/n for
sample n until it has come down to the constant.
"""

import numpy as np

from tinyq.calibration.statistics import Statistics

_WEIGHT = 0.01


def choose(statistics: Statistics) -> tuple[float, float]:
    """The averages of the least and of the greatest values of the samples."""
    extremes = np.stack((statistics.lows, statistics.highs), axis=1).astype(np.float64)
    average = extremes[0]
    for number, extreme in enumerate(extremes[1:], start=2):
        average = average + (extreme - average) * max(_WEIGHT, 1 / number)
    return float(average[0]), float(average[1])


METHODS = {"moving-average": choose}
