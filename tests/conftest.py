"""Every Hypothesis test tries the same examples in each run, and none is timed: these machines are shared."""

import pytest
from hypothesis import settings

settings.register_profile("tinyq", deadline=None, derandomize=True, database=None)
settings.load_profile("tinyq")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests that are marked `long` come first."""
    items.sort(key=lambda item: item.get_closest_marker("long") is None)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """The table of the zoo, where its test ran, in whichever processes."""
    reports = [report for kind in ("passed", "failed") for report in terminalreporter.getreports(kind)]
    zoo = dict(value for report in reports for name, value in report.user_properties if name == "zoo")
    if zoo:
        from support.zoo_outcomes import summary

        terminalreporter.section("the zoo of Keras models")
        terminalreporter.write_line(summary(dict(sorted(zoo.items()))))
