"""A store opens in other programs with the lines that the README shows, as they stand there."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest

import upshift
from upshift.scenarios.store import Study

README = Path(__file__).parents[2] / "scenarios" / "README.md"


def lines_of(program: str) -> list[str]:
    """Lines of Python in the README's section on opening results that use a program."""
    section = README.read_text(encoding="utf-8").split("## Open results elsewhere", 1)[1]
    code = re.findall(r"```python\n(.*?)```", section.split("\n## ", 1)[0], re.DOTALL)
    return [line for block in code for line in block.splitlines() if program in line]


@pytest.fixture(name="opened")
def opened_fixture(study: Study) -> dict[str, Any]:
    """Each line's value, by what it says it is."""
    names = {"pandas": pd, "duckdb": duckdb, "upshift": upshift}
    found = {}
    for program in ("pandas", "xarray", "duckdb"):
        (line,) = lines_of(program)
        text = line.replace("upshift-results", study.directory.as_posix())
        text = text.replace("all-seven-tables", "everything")
        found[program] = eval(text, names)  # noqa: S307 - a line of our own README
    return found


def test_pandas_has_a_row_a_run_with_what_went_in_and_came_out(
    opened: dict[str, Any], study: Study
) -> None:
    runs = opened["pandas"]
    assert len(runs) == study.manifest.draws * len(study.scenarios)
    assert {"run_id", "scenario", "draw", "effect on contacts"} < set(runs)
    assert runs["run_id"].is_unique


def test_xarray_has_a_scenario_by_draw_time_and_subscript(
    opened: dict[str, Any], study: Study
) -> None:
    one = opened["xarray"]
    assert one["cumulative contacts"].dims == ("draw", "time", "call type")
    assert one["cumulative contacts"].shape == (study.manifest.draws, len(study.time), 3)


def test_duckdb_queries_the_shards(opened: dict[str, Any], study: Study) -> None:
    rows = opened["duckdb"].df()
    assert len(rows) == study.manifest.draws
    total = rows["cumulative contacts[apprehension]"].mean()
    contacts = study.yearly["cumulative contacts"].sel(scenario="everything", time=2037)
    assert total == pytest.approx(float(contacts.sel({"call type": "apprehension"}).mean()))
