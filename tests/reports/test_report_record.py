"""Counts on record beside the model, and how often a programme must work to break even."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from upshift.model.errors import InputError
from upshift.reports.calibration import calibration_blocks
from upshift.reports.draw import svg
from upshift.reports.facts import Facts, gather
from upshift.reports.record import (
    calibration_panel,
    counting_error,
    modelled,
    panel_counts,
    record_table,
)
from upshift.reports.success import success_rate, success_table
from upshift.scenarios.provenance import Evidence, RecordedCalls
from upshift.scenarios.store import Study

Make = Callable[[Any], Study]
FITTED = {
    "parameters": [{"name": "calls at start[suicide]"}, {"name": "trend rise"}],
}
COUNTS = (
    RecordedCalls("suicide", 2019.0, 2020.0, 490.0, "A table", "C"),
    RecordedCalls("suicide", 2019.5, 2020.5, 900.0, "A table", "C"),
    RecordedCalls("apprehension", 2019.0, 2020.0, 170.0, "A table", "C"),
)


def _facts(made: Make, world: Any) -> Facts:
    study = made(world(calibrated=True))
    return gather(replace(study, calibration=FITTED, recorded=COUNTS))


def test_only_fitted_types_are_drawn(made: Make, world: Any) -> None:
    assert panel_counts(_facts(made, world)) == COUNTS[:2]
    assert panel_counts(gather(made(None))) == ()


def test_the_model_is_read_over_the_months_of_the_count(made: Make, world: Any) -> None:
    """A third kind of three gets half of 1,000 contacts a year in the made-up study."""
    facts = _facts(made, world)
    assert modelled(facts, COUNTS[0]) == pytest.approx(500.0)
    assert modelled(facts, COUNTS[1]) == pytest.approx(500.0)
    assert counting_error(COUNTS[1]) == pytest.approx(1.96 * 30)


def test_the_panel_says_how_many_counts_it_meets(made: Make, world: Any) -> None:
    facts = _facts(made, world)
    figure = calibration_panel(facts, panel_counts(facts))
    assert figure.title.startswith("1 of 2 yearly counts on record lie within")
    (panel,) = figure.panels
    assert [dot.value for dot in panel.observed] == [490.0, 900.0]
    assert len(panel.middles) == len(panel.bands) == len(figure.years)
    assert "record of grade C" in panel.unit
    drawn = svg(figure)
    assert drawn.count('class="observed"') == 2 and 'class="band50"' in drawn


def test_the_table_beside_it_holds_every_count(made: Make, world: Any) -> None:
    facts = _facts(made, world)
    rows = record_table(facts, panel_counts(facts)).rows
    assert [row[1].text for row in rows] == ["2019-01", "2019-07"]
    assert rows[0][8].value == pytest.approx(500 / 490 - 1)


def test_a_study_without_a_record_says_so(made: Make, world: Any) -> None:
    found = {
        **FITTED,
        "parameters": [],
        "sampler": {"kept": 1, "r_hat": 1.0, "effective": 1.0},
        "fit": [],
        "fitted": {"n": 1, "coverage": [0.5, 0.8, 0.95]},
        "hold_outs": [],
        "misfits": [],
    }
    study = replace(made(world(calibrated=True)), calibration=found)
    told = [getattr(block, "text", "") for block in calibration_blocks(gather(study))]
    assert any("carries no counts of police contacts" in text for text in told)


HEAD = "label,period,measure,element,start,stop,value,tolerance,use,source,grade,note\n"


def test_the_record_is_read_and_a_fault_named() -> None:
    row = "a,2020,calls,suicide,2020,2021,718,0.2,held,A table,C,\n"
    others = (
        "b,2016,residents,Milton,2016,2016,9,0.1,held,X,A,\nc,2011,calls,x; y,1,2,3,1,held,X,B,\n"
    )
    tables = (b"", b"", b"")
    found = Evidence(*tables, history=(HEAD + row + others).encode()).recorded_calls()
    assert found == (RecordedCalls("suicide", 2020.0, 2021.0, 718.0, "A table", "C"),)
    assert Evidence(*tables).recorded_calls() == ()
    faulty = Evidence(*tables, history=(HEAD + row.replace("718", "many")).encode())
    with pytest.raises(InputError, match=r"history\.csv line 2: .* is not a number"):
        faulty.recorded_calls()


def test_the_installed_model_has_a_record_that_travels() -> None:
    from upshift.model import halton  # noqa: PLC0415

    folder = Path(str(halton.__file__)).parent
    assert len(Evidence.read(folder).recorded_calls()) > 20


def test_the_success_rate_by_hand(made: Make, world: Any) -> None:
    """20 crises a year avoided for 50 people a year served: four tenths. Half the cost is avoided
    on average, so that twice the successes are needed, eight tenths."""
    study = made(world(contacts=40.0, avoided=1.5e5, cash=0.0))
    facts = gather(study)
    assert success_rate(facts, facts.focus) == pytest.approx(0.4)
    row = success_table(facts).rows[0]
    assert row[2].value == pytest.approx(40.0)
    assert row[3].text == "nothing avoided"
    luck = np.linspace(0.5, 1.5, facts.draws)
    assert row[4].value == pytest.approx(np.median(40.0 * 3e5 / (1.5e5 * luck)), rel=1e-6)


def test_no_success_rate_where_nobody_is_spared(made: Make, world: Any) -> None:
    facts = gather(made(world(contacts=-40.0)))
    assert success_rate(facts, facts.focus) is None
    assert success_table(facts).rows[0][2].text == "not printed"
