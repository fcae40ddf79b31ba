"""Checks that any model can be put through without knowing what it is about: structure and units.

Each check gives one row for every fault, or one row that passes; what needs a model's own knowledge
(scale, record, loops) is a suite of that model, with rows of the same shape.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from . import oracle
from .bounds import shortened
from .build import constant_values, load_model
from .ir import Kind, Model, Number
from .lower_constant import CONTROLS
from .names import plain
from .order import reads
from .units import UnitFinding, check_units


@dataclass(frozen=True)
class CheckRow:
    """One line of a table of checks: what was looked at, what was found and what is allowed."""

    test: str
    subject: str
    found: str
    allowed: str
    passed: bool
    note: str = ""
    known: bool = False  # a miss that is stated beforehand and not held against the model

    @property
    def verdict(self) -> str:
        """What a table prints."""
        if self.passed:
            return "pass"
        return "miss, known" if self.known else "FAIL"


def check_model(path: str | Path) -> tuple[CheckRow, ...]:
    """Structure and units of a model file, a row a check or a fault.

    Raises InputError for a file that is no model at all: that cannot be read, lowered or ordered.
    """
    model = load_model(path).model
    counts = Counter(variable.kind for variable in model.variables if not variable.hidden)
    constants, stocks = counts[Kind.CONSTANT], counts[Kind.STOCK]
    return (
        *_rows("every constant is read", f"{constants} constants", _unread(model)),
        *_rows("every stock has a flow", f"{stocks} stocks", _still(model)),
        *_rows("constants lie within their limits", f"{constants} constants", _outside(model)),
        *_rows("time divides into steps", "FINAL TIME, SAVEPER", _uneven(model)),
        *_rows("starting values are numbers", f"{counts.total()} variables", _not_finite(model)),
        *_unit_rows(model),
    )


Fault = tuple[str, str, str]  # subject, found, allowed


def _rows(test: str, of: str, faults: Iterable[Fault]) -> list[CheckRow]:
    """A row a fault, or one row that says there is none."""
    found = [CheckRow(test, *fault, passed=False) for fault in faults]
    return found or [CheckRow(test, of, "no fault", "no fault", passed=True)]


def _unread(model: Model) -> Iterator[Fault]:
    equations = (*model.equations, *model.flows, *model.initials)
    read = {reference.name for e in equations for reference in reads(e.expression)}
    for variable in model.variables:
        own = variable.kind is not Kind.CONSTANT or variable.hidden or variable.name in model.fixed
        if not own and variable.name not in read and plain(variable.name) not in CONTROLS:
            yield variable.name, "no equation reads it", "at least one reader"


def _still(model: Model) -> Iterator[Fault]:
    moving = {e.variable for e in model.flows if e.expression != Number(0.0)}
    for variable in model.variables:
        if variable.kind is Kind.STOCK and variable.name not in moving:
            yield variable.name, "a flow of 0", "something that fills or drains it"


def _outside(model: Model) -> Iterator[Fault]:
    values = constant_values(model)
    for variable in model.variables:
        if variable.kind is not Kind.CONSTANT or variable.limits == (None, None):
            continue
        low, high = variable.limits
        array = values[variable.name]
        least, most = float(array.min()), float(array.max())
        if (low is not None and least < low) or (high is not None and most > high):
            ends = ["any" if end is None else f"{end:g}" for end in (low, high)]
            yield variable.name, f"{least:g} to {most:g}", f"{ends[0]} to {ends[1]}"


def _uneven(model: Model) -> Iterator[Fault]:
    clock = model.clock
    for name, length in (("FINAL TIME", clock.stop - clock.start), ("SAVEPER", clock.save_every)):
        steps = length / clock.step
        if abs(steps - round(steps)) > 1e-6 * max(steps, 1.0):
            yield name, f"{steps:g} steps of {clock.step:g}", "a whole number of steps"


def _not_finite(model: Model) -> Iterator[Fault]:
    for name, values in oracle.start(model).items():
        wrong = int(np.count_nonzero(~np.isfinite(values)))
        if wrong:
            yield name, f"{wrong} of {values.size} not finite", "finite numbers"


def _unit_rows(model: Model) -> list[CheckRow]:
    shown = [variable for variable in model.variables if not variable.hidden]
    of = f"{len(shown)} variables"
    if not any(variable.units.strip() for variable in shown):
        allowed = "a unit for each, to be checked"
        return [CheckRow("units agree", of, "no unit is stated", allowed, passed=False)]
    faults = [_unit_fault(finding) for finding in check_units(model)]
    return faults or [CheckRow("units agree", of, "no fault", "no fault", passed=True)]


def _unit_fault(finding: UnitFinding) -> CheckRow:
    found = finding.right or finding.problem
    note = f"{finding.problem}; {shortened(finding.equation)}" if finding.left else ""
    allowed = finding.left or "a unit that can be read"
    return CheckRow("units agree", finding.variable, found, allowed, passed=False, note=note)
