"""From the least value to the greatest: nothing is clipped; what TensorFlow's own calibrator measures."""

from tinyq.calibration.statistics import Statistics


def choose(statistics: Statistics) -> tuple[float, float]:
    """The range of all values."""
    return statistics.low, statistics.high


METHODS = {"minmax": choose}
