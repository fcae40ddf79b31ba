"""The registry and the model file say the same, and the loader refuses contradictions."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from upshift.model.engine.ir import Kind
from upshift.model.errors import InputError
from upshift.model.halton.registry import load_registry


def _model_constants(halton: Any) -> dict[str, tuple[str, float]]:
    found: dict[str, tuple[str, float]] = {}
    for name, variable in halton.model.variables.items():
        if variable.kind is Kind.CONSTANT:
            values = halton.model.constants[name].ravel()
            columns = halton.model.columns(name)
            found |= {c: (variable.units, float(v)) for c, v in zip(columns, values, strict=True)}
    return found


def test_registry_and_model_have_the_same_constants_units_and_values(halton: Any) -> None:
    rows = {row.column: (row.unit, row.value) for row in halton.registry.rows}
    assert rows == _model_constants(halton)


def test_registry_and_model_state_the_same_bounds(halton: Any) -> None:
    for row in halton.registry.rows:
        low, high = halton.model.variables[row.name].limits
        stated = (-np.inf if low is None else low, np.inf if high is None else high)
        assert (row.minimum, row.maximum) == stated, row.column


def test_whatever_a_user_may_set_has_bounds(halton: Any) -> None:
    """Decisions, switches, shares and durations: nonsense is refused, not simulated."""
    for row in halton.registry.rows:
        if row.role == "switch" or "share of" in row.name or row.name.startswith("switch "):
            assert (row.minimum, row.maximum) == (0, 1) or row.minimum > 0, row.column
        if row.role == "lever":
            assert row.minimum >= 0, row.column
        if row.prior != "fixed":
            drifts = row.name.startswith("population growth")
            assert np.isfinite(row.minimum) or drifts, row.column
        if row.prior in ("beta", "dirichlet"):
            assert row.minimum >= 0 and row.maximum <= 1, row.column


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("growth continues", 1.5),
        ("switch relapse", -0.5),
        ("additional spending[mobile crisis]", -1.0),
        ("spending start[backbone]", 1999.0),
        ("spending ramp", -1.0),
        ("share of cashable money reinvested", 1.01),
        ("highest share of escorts under protocol", 2.0),
        ("base mobile crisis coverage", 1.2),
        ("hiring time[backbone]", 0.0),
        ("effect on escalation[alcohol]", 0.0),
    ],
)
def test_a_value_outside_its_bounds_is_refused(halton: Any, name: str, value: float) -> None:
    with pytest.raises(InputError, match="outside the range that the model allows"):
        halton.run({name: value}, "cumulative contacts")


def test_every_source_is_listed_and_every_listed_source_is_used(halton: Any) -> None:
    with (halton.folder / "sources.csv").open(encoding="utf-8", newline="") as file:
        listed = [row["id"] for row in csv.DictReader(file)]
    used = {source for row in halton.registry.rows for source in row.sources}
    assert len(listed) == len(set(listed))
    assert set(listed) == used


def test_every_row_says_why(halton: Any) -> None:
    assert not [row.column for row in halton.registry.rows if not row.note.strip()]


def test_no_two_populations_share_a_value_unless_the_registry_says_why(halton: Any) -> None:
    populations = set(halton.elements("population"))
    alike: dict[tuple[str, str, float], list[Any]] = {}
    for row in halton.registry.rows:
        parts = row.element.split(", ")
        if len(populations & set(parts)) == 1:
            rest = ", ".join(part for part in parts if part not in populations)
            alike.setdefault((row.name, rest, row.value), []).append(row)
    shared = [row for rows in alike.values() if len(rows) > 1 for row in rows]
    assert len(shared) > 100
    assert not [row.column for row in shared if not row.note.partition("shared: ")[2].strip()]
    reasons = [row for row in halton.registry.rows if "shared: " in row.note]
    assert {row.column for row in reasons} == {row.column for row in shared}, "a reason too many"


def test_roles_and_grades_are_honest(halton: Any) -> None:
    for row in halton.registry.rows:
        if row.name.startswith("effect ") and row.prior != "fixed":
            assert row.role == "cut", row.column
        if set(row.sources) == {"J002"} or set(row.sources) == {"J006"}:
            assert row.grade == "D", row.column
        if row.role == "calibrated":
            assert "not calibrated" in row.note, row.column
        if row.role in ("lever", "switch", "control"):
            assert row.prior == "fixed", row.column
    calibrated = {row.name for row in halton.registry.rows if row.role == "calibrated"}
    assert "calls at start" in calibrated


def test_payer_shares_sum_to_one(halton: Any) -> None:
    for name, axis in (
        ("payer share of service", "service"),
        ("payer share of programme", "lever"),
    ):
        for element in halton.elements(axis):
            rows = [r for r in halton.registry.rows if r.name == name]
            shares = [r.value for r in rows if r.element.startswith(f"{element}, ")]
            assert sum(shares) == pytest.approx(1, abs=1e-12), (name, element)


HEADER = (
    "name,element,unit,value,prior,low,high,spike,minimum,maximum,role,group,source,grade,note\n"
)
GOOD = "a,,Dmnl,1,lognormal,0.5,2,,,,cut,,J001,D,judged\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("name,value\n", "first row must be"),
        (HEADER + GOOD.replace("lognormal", "cauchy"), "row 2.*prior is 'cauchy'"),
        (HEADER + GOOD.replace(",1,", ",one,"), "row 2.*'one', which is not a number"),
        (HEADER + GOOD.replace("0.5,2", "2,0.5"), "row 2.*low <= value <= high"),
        (HEADER + GOOD + GOOD, "row 3.*appears twice"),
        (HEADER + GOOD.replace("D,judged", "D,judged, badly"), "row 2.*wrong number of columns"),
        (HEADER + GOOD.replace("lognormal,0.5,2,", "lognormal,0.5,2,1.5"), "row 2.*spike"),
        (HEADER + GOOD.replace("0.5,2,,,", "0.5,2,0.2,1.1,3").replace(",1,", ",2,"), "no effect"),
        (HEADER + GOOD.replace("lognormal,0.5", "lognormal,0"), "row 2.*low above 0"),
        (HEADER + GOOD.replace("lognormal", "normal"), "row 2.*midway"),
        (HEADER + GOOD.replace("J001", ""), "row 2.*source must be filled in"),
        (HEADER + GOOD.replace(",D,", ",E,"), "row 2.*grade is 'E'"),
    ],
)
def test_bad_registry_is_refused_with_its_row(text: str, expected: str, tmp_path: Path) -> None:
    path = tmp_path / "parameters.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=expected):
        load_registry(path)


def test_missing_registry_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="Cannot read the registry"):
        load_registry(tmp_path / "none.csv")


def test_unknown_parameter_is_refused_with_the_nearest_name(halton: Any) -> None:
    with pytest.raises(InputError, match=r"effect on reporting"):
        halton.registry.row("effect on reportin")
