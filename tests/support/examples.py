"""How many examples Hypothesis tries."""

from hypothesis import HealthCheck, Phase, settings


def examples(count: int, *, at_random: bool = False, compiled: bool = False) -> settings:
    """The same `count` examples in every run, so that none fails by chance; other ones each time `at_random`.

    A failing example is made smaller first, but not where each try is `compiled`, which would take minutes.
    """
    return settings(
        max_examples=count,
        deadline=None,  # a compiler or an interpreter starts in some examples
        derandomize=not at_random,
        database=None,
        phases=[Phase.explicit, Phase.generate] if compiled else list(Phase),
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.large_base_example],  # whole graphs are large
    )
