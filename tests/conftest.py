"""Every Hypothesis test tries the same examples in each run, and none is timed: these machines are shared."""

from hypothesis import settings

settings.register_profile("tinyq", deadline=None, derandomize=True, database=None)
settings.load_profile("tinyq")
