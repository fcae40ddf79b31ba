"""Units: the algebra, and what the check finds in a model."""

from __future__ import annotations

import re
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upshift.model.engine.lower import lower
from upshift.model.engine.read import read
from upshift.model.engine.unit_algebra import Units, UnitsError, parse_units
from upshift.model.engine.units import UnitFinding, check_units

BAD = Path(__file__).parents[1] / "bad_inputs"
CONTROL = """
INITIAL TIME = 0 ~ Year ~ |
FINAL TIME = 4 ~ Year ~ |
TIME STEP = 0.5 ~ Year ~ |
SAVEPER = 0.5 ~ Year ~ |
"""
WORDS = ("CAD", "person", "Year", "$", "bed days", "officer-hour")

units = st.dictionaries(st.sampled_from(WORDS), st.integers(-3, 3).filter(bool)).map(
    lambda powers: Units(
        tuple(sorted((parse_units(w).powers[0][0], Fraction(p)) for w, p in powers.items()))
    )
)


def findings(folder: Path, text: str) -> tuple[UnitFinding, ...]:
    path = folder / "model.mdl"
    path.write_text("{UTF-8}\n" + text + CONTROL, encoding="utf-8")
    return check_units(lower(read(path)))


@given(units)
def test_units_written_and_read_again_are_the_same(some: Units) -> None:
    assert parse_units(str(some)) == some


@given(units, units, units)
def test_units_multiply_like_numbers(a: Units, b: Units, c: Units) -> None:
    assert a.times(b) == b.times(a)
    assert a.times(b).times(c) == a.times(b.times(c))
    assert a.times(b).over(b) == a
    assert a.over(a) == Units()


@given(units)
def test_a_root_of_a_square_is_the_unit(some: Units) -> None:
    assert some.raised(Fraction(2)).raised(Fraction(1, 2)) == some


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Year", "years"),
        ("people", "Person"),
        ("CAD/(person*Year)", "cad/person/years"),
        ("1/Year", "year^-1"),
        ("Dmnl", "1"),
        ("m**2", "m*m"),
        ("bed days", "bed_day"),
        ("$/Year", "$s / year"),
        ("Year/Year", "dimensionless"),
    ],
)
def test_units_that_are_the_same(one: str, other: str) -> None:
    assert parse_units(one) == parse_units(other)


@pytest.mark.parametrize("text", ["person//Year", "(person", "person)", "2*person", "m^", "*m", ""])
def test_units_that_cannot_be_read(text: str) -> None:
    with pytest.raises(UnitsError):
        parse_units(text)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("units_mismatch.mdl", r"'people': .*different units: person/month against cad/month"),
        ("units_of_flow.mdl", r"'people': its flow.*: person/month against person"),
        ("units_unreadable.mdl", r"'people': has units that cannot be read: 'person//Month'"),
        ("units_missing.mdl", r"'share': states no units"),
    ],
)
def test_a_finding_names_the_variable_and_both_sides(name: str, message: str) -> None:
    (finding,) = check_units(lower(read(BAD / name)))
    assert re.search(message, str(finding))


CONSISTENT = """
area: east, west ~ ~ |
people[area] = INTEG(arrivals[area] - SMOOTH3(leaving[area], delay), start) ~ people ~ |
start = 100 ~ person ~ |
arrivals[area] = 5 ~ person/Year ~ |
leaving[area] = DELAY1(arrivals[area], delay) + people[area]/stay ~ person/Year ~ |
delay = 2 ~ Years ~ |
stay = 3 ~ Year ~ |
total = SUM(people[area!]) ~ person ~ |
share[area] = ZIDZ(people[area], total) ~ Dmnl ~ |
cost = total*unit cost*(1 - discount) ~ CAD ~ |
unit cost = 7 ~ CAD/person ~ |
discount = 0.1 ~ Dmnl ~ |
policy = IF THEN ELSE(Time > policy start :AND: cost > 0, MAX(cost, 0), 0) ~ CAD ~ |
policy start = 2 ~ Year ~ |
spread = SQRT(total^2) ~ person ~ |
growth = EXP(-Time/stay) + TREND(total, stay, 0)*stay ~ Dmnl ~ |
begun = STEP(cost, policy start) + RAMP(cost/stay, policy start, FINAL TIME) ~ CAD ~ |
effect((0,0),(1,1)) ~ Dmnl ~ |
seen = effect(share[east]) + WITH LOOKUP(Time, ((0,0),(1,1))) ~ Dmnl ~ |
"""


def test_a_consistent_model_has_no_findings(tmp_path: Path) -> None:
    assert findings(tmp_path, CONSISTENT) == ()


def test_a_model_without_units_has_no_findings(tmp_path: Path) -> None:
    path = tmp_path / "model.mdl"
    text = "{UTF-8}\nx = Time + 3 ~ ~ |" + CONTROL.replace("Year", "")
    path.write_text(text, encoding="utf-8")
    assert check_units(lower(read(path))) == ()


@pytest.mark.parametrize(
    ("equation", "problem"),
    [
        ("x = length + money ~ Year ~ |", "two sides of + have different units"),
        ("x = IF THEN ELSE(length > money, 1, 0) ~ Dmnl ~ |", "two sides of >"),
        ("x = IF THEN ELSE(Time > 0, length, money) ~ Year ~ |", "two results of IF THEN ELSE"),
        ("x = MAX(length, money) ~ Year ~ |", "two sides of MAX"),
        ("x = length*money ~ Year ~ |", "its equation has other units"),
        ("x = EXP(length) ~ Dmnl ~ |", "EXP takes a dimensionless argument"),
        ("x = length + 1 ~ Year ~ |", "two sides of +"),
        ("x = length^money ~ Year ~ |", "an exponent is dimensionless"),
        ("x = XIDZ(length, money, money) ~ Year/CAD ~ |", "last argument of XIDZ"),
        ("x = SMOOTH(length, money) ~ Year ~ |", "its flow"),
        ("x = INTEG(length, money) ~ Year*Year ~ |", "its starting value has other units"),
    ],
)
def test_each_rule_finds_its_mismatch(tmp_path: Path, equation: str, problem: str) -> None:
    found = findings(tmp_path, f"length = 2 ~ Year ~ |\nmoney = 3 ~ CAD ~ |\n{equation}")
    assert any(problem in str(finding) for finding in found), found
