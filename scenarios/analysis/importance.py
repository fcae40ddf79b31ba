"""What drives an outcome, by ranks, from the runs of a sweep as they are."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np
import numpy.typing as npt
import pandas as pd

from ...model.errors import InputError
from ..drivers import Drivers, rank_drivers, ranked_inputs
from ..schema import Scenario
from ..store import Study
from .outcome import outcome_matrix
from .results import ResultTable

Array = npt.NDArray[np.float64]

_Z95 = 1.959963984540054
LEAST_RUNS = 8
WIDEST = 0.2
"""A correlation is told well enough when its 95 % interval is no wider than this each way."""


@dataclass(frozen=True)
class Importance:
    """``inputs`` are those drawn in each draw (None with fewer than `LEAST_RUNS`), ``choices`` the
    amounts and settings that differ between scenarios (None as above)."""

    outcome: str
    inputs: Drivers | None
    choices: Drivers | None
    draws: int
    scenarios: int


def importance(study: Study, outcome: str, scenario: str | None = None) -> Importance:
    """Rank correlation of inputs, and of what scenarios choose, with an outcome of a study.

    An input of the draws is held against the mean over scenarios in each draw, what a scenario
    chooses against its mean over draws, so that no run counts twice and the noise is that of
    independent draws, or scenarios. ``scenario`` looks at one alone.

    Raises InputError for a study without policies, an unknown scenario or outcome, and when there
    are too few draws and scenarios to say anything.
    """
    policies = study.policies if scenario is None else (study.scenario(scenario),)
    if not policies or policies[0].is_comparator:
        raise InputError(
            f"{study.directory}: only comparators, so nothing changes. Name a policy, or run one."
        )
    values = outcome_matrix(study, tuple(policy.name for policy in policies), outcome)
    found = Importance(
        outcome=outcome,
        inputs=_of_draws(study, policies, values, outcome),
        choices=_of_scenarios(policies, values, outcome),
        draws=values.shape[1],
        scenarios=len(policies),
    )
    if found.inputs is None and found.choices is None:
        raise InputError(
            f"{study.directory} has {values.shape[1]} draws and {len(policies)} policies; ranks "
            f"need at least {LEAST_RUNS} of one of them. Run it with more --draws."
        )
    return found


def _of_draws(
    study: Study, policies: tuple[Scenario, ...], values: Array, label: str
) -> Drivers | None:
    if values.shape[1] < LEAST_RUNS or study.draws.empty:
        return None
    fixed = {name for policy in policies for name in policy.settings}
    names = tuple(
        name
        for name in map(str, study.draws.columns)
        if name not in fixed and name.split("[", maxsplit=1)[0] not in fixed
    )
    inputs = study.draws[list(names)].to_numpy(dtype=np.float64)
    return rank_drivers(ranked_inputs(names, inputs), values.mean(axis=0), label)


def _of_scenarios(policies: tuple[Scenario, ...], values: Array, label: str) -> Drivers | None:
    if len(policies) < LEAST_RUNS:
        return None
    table = choices(policies)
    inputs = ranked_inputs(tuple(table.columns), table.to_numpy(dtype=np.float64))
    return rank_drivers(inputs, values.mean(axis=1), label)


def choices(policies: tuple[Scenario, ...]) -> pd.DataFrame:
    """What differs between policies, one row a policy: amounts, starts, ramps, ends, settings.

    A lever or setting that a policy leaves out is zero there.
    """
    rows = []
    for policy in policies:
        row = dict(policy.settings)
        for name, lever in policy.levers.items():
            row[f"{name} amount"] = lever.amount
            row[f"{name} start"] = lever.start
            row[f"{name} ramp"] = lever.ramp
            row[f"{name} end"] = lever.end
        rows.append(row)
    frame = pd.DataFrame(rows, index=[policy.name for policy in policies]).astype(np.float64)
    frame = frame.fillna(0.0)
    return frame.loc[:, frame.nunique() > 1]


def interval(correlation: float, runs: int) -> tuple[float, float]:
    """The 95 % interval of a rank correlation over ``runs`` independent runs.

    Fisher's transformation with variance ``(1 + r^2 / 2) / (runs - 3)``. Source: Bonett and
    Wright, Psychometrika 65 (2000) 23-28.
    """
    if runs <= 3 or abs(correlation) >= 1:
        return correlation, correlation
    reach = _Z95 * sqrt((1 + correlation**2 / 2) / (runs - 3))
    middle = np.arctanh(correlation)
    return float(np.tanh(middle - reach)), float(np.tanh(middle + reach))


def importance_table(found: Importance, which: Drivers, runs: int) -> ResultTable:
    """One row an input, the strongest first."""
    rows = []
    for rank, driver in enumerate(which.ranked, start=1):
        low, high = interval(driver.correlation, runs)
        rows.append(
            {
                "rank": rank,
                "input": driver.input,
                "rank correlation": driver.correlation,
                "low, 95 %": low,
                "high, 95 %": high,
                "within noise": driver.within_noise,
                "moves together with": "; ".join(driver.together),
                "outcome": found.outcome,
                "runs": runs,
            }
        )
    kind = "inputs" if which is found.inputs else "choices"
    title = f"Rank correlation of {kind} with {found.outcome}"
    return ResultTable(f"importance-of-{kind}", title, pd.DataFrame(rows))


def enough(which: Drivers, runs: int) -> tuple[bool, str]:
    """Whether there were runs enough to name the first driver, and a sentence about it."""
    standing = [driver for driver in which.ranked if not driver.within_noise]
    if not standing:
        needed = f"With {runs} runs only a correlation beyond {which.noise:.2f} stands out"
        return False, f"{needed}, and none does. More draws are needed to name a driver."
    low, high = interval(standing[0].correlation, runs)
    reach = (high - low) / 2
    first = f"The first, {standing[0].input}, is known to within {reach:.2f}"
    count = len(standing)
    stand = f"{count} {'input stands' if count == 1 else 'inputs stand'} out of the noise"
    if reach <= WIDEST:
        return True, f"{stand} of {runs} runs. {first}: enough."
    return False, f"{stand} of {runs} runs, but {first[:1].lower()}{first[1:]}: run more draws."
