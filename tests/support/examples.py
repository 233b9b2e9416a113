"""How many examples Hypothesis tries."""

from hypothesis import HealthCheck, settings


def examples(count: int, *, at_random: bool = False) -> settings:
    """The same `count` examples in every run, so that none fails by chance; other ones each time `at_random`."""
    return settings(
        max_examples=count,
        deadline=None,  # a compiler or an interpreter starts in some examples
        derandomize=not at_random,
        database=None,
        suppress_health_check=[HealthCheck.too_slow],
    )
