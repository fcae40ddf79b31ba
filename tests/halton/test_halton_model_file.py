"""The model file: the names others build on, units, meanings, structure."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest

from upshift.model.engine import oracle
from upshift.model.engine.ir import Kind
from upshift.model.engine.lower import lower
from upshift.model.engine.read import read
from upshift.model.engine.units import check_units

OUTPUTS = {
    "cumulative contacts": ("call type",),
    "cumulative contacts by population": ("population",),
    "cumulative contacts by municipality": ("municipality",),
    "cumulative crisis onsets": ("population",),
    "cumulative diverted calls": ("call type",),
    "cumulative service use": ("service",),
    "cumulative induced service use": ("service",),
    "people by zone": ("zone",),
    "people by zone and population": ("zone", "population"),
    "people by zone and municipality": ("zone", "municipality"),
    "total residents": ("municipality",),
    "cumulative marginal cost": ("payer",),
    "cumulative marginal cost by service": ("service",),
    "cumulative induced cost": ("payer",),
    "cumulative programme cost": ("payer",),
    "cumulative programme cost by lever": ("lever",),
    "cumulative cashable cost avoided": ("payer",),
    "smoothed workload": ("staffed service",),
    "hotel overflow nights": (),
    "cumulative hotel overflow nights": (),
    "cumulative shelter nights": (),
    "people homeless": (),
    "people in shelter": (),
    "shelter exits": (),
    "positions deferred": ("staffed service",),
    "cumulative people served": ("lever",),
    "waiting time": ("action table",),
    "staff": ("action table",),
    "cumulative reinvestment": (),
}
LEVERS = {
    "additional spending": ("lever",),
    "spending start": ("lever",),
    "spending ramp": ("lever",),
    "spending end": ("lever",),
    "reinvestment target": ("lever",),
    "share of cashable money reinvested": (),
    "total funding switch": (),
    "growth continues": (),
    "growth switch": (),
    "trend switch": (),
    "pandemic switch": (),
    "pandemic persists": (),
    "next shock": (),
    "alcohol retail rise": (),
    "switch relapse": (),
    "switch overload": (),
    "switch crowding out": (),
    "switch waiting": (),
    "switch collaboration": (),
    "switch awareness": (),
    "switch refill": (),
    "constant total dollars": (),
    "enforcement of impaired driving": (),
    "comparator workload": ("staffed service", "budget year"),
    "comparator overflow nights": ("budget year",),
    "comparator supplied": (),
}


def test_every_promised_output_is_computed(halton: Any) -> None:
    for name, dimensions in OUTPUTS.items():
        variable = halton.model.variables[name]
        assert variable.dimensions == dimensions, name
        assert variable.kind is not Kind.CONSTANT, name


def test_every_promised_lever_is_a_constant(halton: Any) -> None:
    for name, dimensions in LEVERS.items():
        variable = halton.model.variables[name]
        assert variable.dimensions == dimensions, name
        assert variable.kind is Kind.CONSTANT, name


def test_every_variable_has_units_and_a_meaning_of_one_line(halton: Any) -> None:
    for variable in halton.model.variables.values():
        assert variable.units.strip(), variable.name
        assert len(variable.meaning.split()) >= 2, variable.name
        assert "\n" not in variable.meaning.strip(), variable.name


LONGEST_SECTOR = 180  # lines: a screen or two of an editor


def test_every_sector_has_a_heading_and_fits_a_screen_or_two(halton: Any) -> None:
    text = (halton.folder / "halton.mdl").read_text(encoding="utf-8")
    sectors = re.split(r"\n\*+\n\t\.", text.partition("\\\\\\---///")[0])[1:]
    assert len(sectors) > 30
    for sector in sectors:
        name, _, rest = sector.partition("\n")
        assert rest.split("~\n\t\t")[1].split("\n")[0].strip(), name
        assert sector.count("\n") <= LONGEST_SECTOR, name


def test_units_are_consistent(halton: Any) -> None:
    findings = check_units(lower(read(halton.folder / "halton.mdl")))
    assert not [str(finding) for finding in findings]


def test_every_equation_reads_only_named_constants(halton: Any) -> None:
    """No equation but a constant's own hides a number other than 0, 1 or the 2 of half a step."""
    model = lower(read(halton.folder / "halton.mdl"))
    kinds = {variable.name: variable.kind for variable in model.variables}
    written = [*model.equations, *model.flows, *model.initials]
    hidden = {
        (equation.variable, number)
        for equation in written
        if kinds[equation.variable] is not Kind.CONSTANT
        for number in _numbers(equation.expression)
        if number not in (0.0, 1.0)
    }
    assert hidden <= {("decision due", 2.0)}


def _numbers(node: Any) -> list[float]:
    match type(node).__name__:
        case "Number":
            return [node.value]
        case "Call":
            return [number for argument in node.arguments for number in _numbers(argument)]
        case "Reduction":
            return _numbers(node.body)
        case "LookupCall":
            return _numbers(node.argument)
    return []


def test_structural_zeros_stay_zero_in_every_draw(halton: Any) -> None:
    shares = [row for row in halton.registry.rows if row.name == "share of calls"]
    zeros = {row.element for row in shares if row.value == 0}
    assert "apprehension, sexual assault" in zeros
    assert "sexual assault report, alcohol" in zeros
    assert "impaired driving, youth mental health" in zeros
    assert all(row.prior == "fixed" for row in shares if row.value == 0)
    rates = halton.run(halton.draws(8), "contacts per crisis").columns
    for element in zeros:
        assert not rates[f"contacts per crisis[{element}]"].any(), element


@pytest.mark.parametrize("start", [2011.0, 2026.75])
def test_kernel_equals_the_slow_interpreter(halton: Any, start: float) -> None:
    """Half a year with money spent and, in 2027, a budget decision: every element agrees."""
    clock = {"INITIAL TIME": start, "FINAL TIME": start + 0.5, "SAVEPER": 0.125}
    money = {"additional spending": 3e5, "spending start": 2011.0, "table opening": 2011.0}
    values = {**clock, **money, "comparator supplied": 1.0, "comparator workload": 1e5}
    names = [name for name, v in halton.model.variables.items() if v.kind is not Kind.CONSTANT]
    fast = halton.run(values, *names)
    model = lower(read(halton.folder / "halton.mdl"))
    shapes = {variable.name: variable.shape for variable in model.variables}
    slow = oracle.run(model, {name: np.full(shapes[name], v) for name, v in values.items()})
    assert fast.columns["cumulative programme cost by lever[backbone]"][0, -1] > 0
    assert (fast.total("positions deferred")[0, -1] > 0) == (start > 2026)
    for name in names:
        expected = slow.variables[name].reshape(len(slow.time), -1)
        for i, column in enumerate(halton.model.columns(name)):
            largest = np.abs(expected[:, i]).max(initial=1e-300)
            error = np.abs(fast.columns[column][0] - expected[:, i]).max()
            assert error <= 1e-9 * largest, column
