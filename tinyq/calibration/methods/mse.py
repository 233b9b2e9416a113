"""The least mean squared error between the values and their quantized selves.

Source: Nagel et al. 2021, A White Paper on Neural Network Quantization, section 3.1, equation 19.
"""

import numpy as np

from tinyq.calibration.statistics import Statistics

_STEPS = 255
# Each candidate end is 2**(1/16) nearer to zero than the one before it, down to 1/1024.
_FRACTIONS = tuple(2.0 ** (-step / 16) for step in range(161))


def choose(statistics: Statistics) -> tuple[float, float]:
    """Both ends drawn in together, then each by itself, as long as the error falls."""
    low, high = min(statistics.low, 0.0), max(statistics.high, 0.0)
    low, high = _best(statistics, [(low * fraction, high * fraction) for fraction in _FRACTIONS])
    low, high = _best(statistics, [(low * fraction, high) for fraction in _FRACTIONS])
    return _best(statistics, [(low, high * fraction) for fraction in _FRACTIONS])


def _best(statistics: Statistics, candidates: list[tuple[float, float]]) -> tuple[float, float]:
    """The first of the candidates with the least error."""
    return candidates[int(np.argmin([error(statistics, low, high) for low, high in candidates]))]


def error(statistics: Statistics, low: float, high: float) -> float:
    """The sum of squared errors when 256 integers stand for the values from `low` to `high`, one of them for 0."""
    step = (high - low) / _STEPS
    if step == 0:
        return float((statistics.counts * statistics.centers**2).sum())
    zero = round(-low / step)
    nearest = np.clip(np.rint(statistics.centers / step), -zero, _STEPS - zero) * step
    return float((statistics.counts * (statistics.centers - nearest) ** 2).sum())


METHODS = {"mse": choose}
