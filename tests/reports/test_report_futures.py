"""The same decision in other futures: side by side, each against its own comparator."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import xarray as xr

from upshift.reports.facts import gather
from upshift.reports.futures import finding, futures_figure, futures_table
from upshift.reports.phrases import ENGLISH
from upshift.reports.summary import build_content
from upshift.scenarios.store import Study

OTHER = "current-funding-full-growth"


def with_a_future(study: Study, factor: float) -> Study:
    """The study with one more future, in which everything changes ``factor`` times as much."""
    base = study.scenario("current-funding")
    policy = study.scenario("all-seven-tables")
    settings = {"growth continues": 1.0}
    comparator = base.model_copy(
        update={"name": OTHER, "title": "Growth goes on", "settings": settings}
    )
    same = policy.model_copy(
        update={"name": "same", "title": "Same", "compare_with": OTHER, "settings": settings}
    )
    rows = study.yearly.sel(scenario=["current-funding", "all-seven-tables"])
    changed = rows.sel(scenario="current-funding") + factor * (
        rows.sel(scenario="all-seven-tables") - rows.sel(scenario="current-funding")
    )
    more = rows.copy(
        data={
            str(name): np.stack([rows[name].values[0], changed[name].values])
            for name in rows.data_vars
        }
    ).assign_coords(scenario=[OTHER, "same"])
    return replace(
        study,
        scenarios=(*study.scenarios, comparator, same),
        yearly=xr.concat([study.yearly, more], dim="scenario"),
    )


def test_futures_stand_side_by_side_with_their_own_numbers(made: Callable[..., Study]) -> None:
    facts = gather(with_a_future(made(None), 2.0))

    table = futures_table(facts)

    assert [column.title for column in table.columns[2:]] == [
        "Current funding continued",
        "Growth goes on",
    ]
    assert "growth continues: 1" in table.columns[3].unit
    contacts = next(row for row in table.rows if row[0].text == "Police contacts avoided")
    first, second = (float(cell.text.split(" ")[0].replace(",", "")) for cell in contacts[2:])
    assert abs(second / first - 2.0) < 0.05


def test_figure_has_one_column_a_future_and_a_twin(made: Callable[..., Study]) -> None:
    figure = futures_figure(gather(with_a_future(made(None), 2.0)))

    assert figure.columns == 2
    assert len({panel.label for panel in figure.panels}) == 4, "a row of the twin names its future"
    assert len(figure.twin(ENGLISH).rows) == 4 * len(figure.years)


def test_the_finding_says_when_a_future_turns_the_answer(made: Callable[..., Study]) -> None:
    assert "the same way" in finding(gather(with_a_future(made(None), 2.0)))
    assert "depends on the future" in finding(gather(with_a_future(made(None), -1.0)))


def test_a_study_of_one_future_has_no_such_section(made: Callable[..., Study]) -> None:
    alone = build_content(gather(made(None)))
    several = build_content(gather(with_a_future(made(None), 2.0)))

    assert "futures" not in [section.id for section in alone.sections]
    assert "futures" in [section.id for section in several.sections]
