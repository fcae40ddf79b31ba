"""Shared by the benchmarks: a place for side-by-side figures, printed when all are done."""

from __future__ import annotations

from collections.abc import Callable

import pytest

_FIGURES: list[str] = []


@pytest.fixture
def figure() -> Callable[[str], None]:
    """Note one measured figure, to be printed at the end of the run."""
    return _FIGURES.append


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what was measured side by side."""
    if _FIGURES:
        terminalreporter.section("measured side by side in this run")
        for line in _FIGURES:
            terminalreporter.write_line(line)
