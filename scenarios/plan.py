"""What a sweep is asked to do, and what each scenario hands to the model."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt
import pandas as pd

from ..model.errors import InputError, nearest
from .design import DEFAULT_DESIGN, sample_uniforms
from .manifest import Design, Manifest, Method, digest
from .provenance import Evidence
from .runner import Runner
from .schema import Scenario
from .vocabulary import SPENDING, Vocabulary

Array = npt.NDArray[np.float64]

WORKLOAD = "smoothed workload"
HANDED_WORKLOAD = "comparator workload"
OVERFLOW = "hotel overflow nights"
HANDED_OVERFLOW = "comparator overflow nights"
HANDED_FLAG = "comparator supplied"
BUDGET_YEARS = "budget year"
STAFFED = "staffed service"

OUTPUTS = (
    "cumulative contacts",
    "cumulative contacts by population",
    "cumulative contacts by municipality",
    "cumulative diverted calls",
    "cumulative crisis onsets",
    "cumulative service use",
    "cumulative induced service use",
    "people by zone",
    "people by zone and population",
    "people by zone and municipality",
    "total residents",
    "cumulative marginal cost",
    "cumulative marginal cost by service",
    "cumulative induced cost",
    "cumulative programme cost",
    "cumulative programme cost by lever",
    "cumulative cashable cost avoided",
    WORKLOAD,
    OVERFLOW,
    "positions deferred",
    "cumulative people served",
    "waiting time",
    "staff",
    "cumulative reinvestment",
)
"""Model variables a study keeps, every element of each."""

NARROW_OUTPUTS = (
    "cumulative contacts",
    "cumulative diverted calls",
    "cumulative crisis onsets",
    "cumulative service use",
    "cumulative induced service use",
    "people by zone",
    "cumulative marginal cost",
    "cumulative induced cost",
    "cumulative programme cost",
    "cumulative cashable cost avoided",
    WORKLOAD,
    OVERFLOW,
    "cumulative people served",
)
"""What a sweep of many scenarios keeps: enough for headlines, a quarter of the space."""


class Sampler(Protocol):
    """A registry of uncertain inputs, seen from a sweep."""

    @property
    def dimension(self) -> int:
        """The number of independent uniforms a draw takes."""

    def sample(self, u: Array) -> Mapping[str, Array]:
        """Uniforms ``(draw, dimension)`` to values ``(draw,)`` by ``name[element]``."""


@dataclass(frozen=True)
class SweepPlan:
    """Scenarios crossed with draws of the uncertain inputs.

    ``block`` is how many draws share a shard and a call of the model.
    """

    scenarios: tuple[Scenario, ...]
    model: Runner
    sampler: Sampler
    evidence: Evidence
    draws: int = 256
    seed: int = 20171101
    design: Design = DEFAULT_DESIGN
    method: Method = "euler"
    outputs: tuple[str, ...] = OUTPUTS
    block: int = 256

    @property
    def runs(self) -> int:
        """Runs in all, comparators included."""
        return self.draws * len(self.scenarios)


def sample_draws(plan: SweepPlan) -> pd.DataFrame:
    """One row a draw, one column per uncertain input. Raises InputError as `sample_uniforms`."""
    uniforms = sample_uniforms(plan.design, plan.draws, plan.sampler.dimension, plan.seed)
    columns = plan.sampler.sample(uniforms)
    frame = pd.DataFrame(dict(columns), index=pd.RangeIndex(plan.draws, name="draw"))
    return frame.astype(np.float64)


def check_plan(plan: SweepPlan) -> None:
    """Refuse scenarios that cannot be run or fairly compared.

    Raises InputError for a repeated name, a name the model lacks, a comparator that is missing or
    is itself compared, and for a policy whose world differs from its comparator's: a setting that
    is not a lever must be the same in both, or the difference would not be the policy's alone.
    """
    vocabulary = Vocabulary.of(plan.evidence.parameter_rows())
    by_name = {scenario.name: scenario for scenario in plan.scenarios}
    if len(by_name) < len(plan.scenarios):
        names = [scenario.name for scenario in plan.scenarios]
        repeated = next(name for name in names if names.count(name) > 1)
        raise InputError(f"Two scenarios are called '{repeated}'. Rename one of them.")
    if not by_name:
        raise InputError("There is no scenario to run. Name at least one.")
    for scenario in plan.scenarios:
        vocabulary.check(scenario, {})
        if scenario.compare_with is not None:
            _check_comparison(scenario, by_name, vocabulary)


def _check_comparison(
    scenario: Scenario, by_name: Mapping[str, Scenario], vocabulary: Vocabulary
) -> None:
    other = by_name.get(str(scenario.compare_with))
    if other is None:
        raise InputError(
            f"Scenario '{scenario.name}' compares with '{scenario.compare_with}', which is not "
            f"among the scenarios of this sweep.{nearest(str(scenario.compare_with), by_name)}"
        )
    if not other.is_comparator:
        raise InputError(
            f"Scenario '{scenario.name}' compares with '{other.name}', which is itself compared "
            f"with '{other.compare_with}'. Compare both with the same comparator."
        )
    ours, theirs = _world(scenario, vocabulary), _world(other, vocabulary)
    for name in sorted(ours.keys() | theirs.keys()):
        if ours.get(name) != theirs.get(name):
            raise InputError(
                f"Scenario '{scenario.name}' and its comparator '{other.name}' differ in '{name}', "
                "which is no lever: the difference between them would not be the policy's alone. "
                "Give both the same value, or compare with another comparator."
            )


def _world(scenario: Scenario, vocabulary: Vocabulary) -> dict[str, float]:
    return {name: v for name, v in scenario.settings.items() if vocabulary.is_world(name)}


def scenario_digests(scenarios: tuple[Scenario, ...]) -> dict[str, str]:
    """What each scenario hands to the model, as a digest; its words do not count."""
    by_name = {scenario.name: scenario for scenario in scenarios}

    def content(scenario: Scenario) -> str:
        return json.dumps(scenario.model_dump(include={"levers", "settings"}), sort_keys=True)

    digests = {}
    for scenario in scenarios:
        if scenario.compare_with is None:
            digests[scenario.name] = digest("comparator", content(scenario))
        else:
            comparator = content(by_name[scenario.compare_with])
            digests[scenario.name] = digest("policy", content(scenario), comparator)
    return digests


def model_values(
    scenario: Scenario, draws: Mapping[str, Array], handed: Mapping[str, Array]
) -> dict[str, float | Array]:
    """What one block of one scenario hands to the model.

    ``draws`` are the block's, by name; ``handed`` is what `comparator_workload` returns, empty for
    a comparator. An input that the scenario sets is the scenario's in every draw.
    """
    values: dict[str, float | Array] = {
        name: drawn
        for name, drawn in draws.items()
        if name not in scenario.settings and name.split("[", maxsplit=1)[0] not in scenario.settings
    }
    values.update(scenario.settings)
    for name, lever in scenario.levers.items():
        values[f"{SPENDING}[{name}]"] = lever.amount
        values[f"spending start[{name}]"] = lever.start
        values[f"spending ramp[{name}]"] = lever.ramp
        values[f"spending end[{name}]"] = lever.end
    if handed:
        values.update(handed)
        values[HANDED_FLAG] = 1.0
    return values


def workload_columns(manifest: Manifest) -> tuple[str, ...]:
    """The saved columns that a comparator hands to the policies compared with it."""
    return (*(f"{WORKLOAD}[{service}]" for service in manifest.dimensions[STAFFED]), OVERFLOW)


def comparator_workload(manifest: Manifest, workload: Mapping[str, Array]) -> dict[str, Array]:
    """The comparator's smoothed workload and hotel overflow nights at the start of each budget
    year, by the names under which a policy run takes them. ``workload`` is ``(draw, time)`` by
    column of `workload_columns`. Raises InputError when a budget year is not a saved time."""
    time = np.asarray(manifest.time)
    handed = {}
    for element in manifest.dimensions[BUDGET_YEARS]:
        found = np.flatnonzero(np.abs(time - float(element.lstrip("y"))) < 1e-6)
        if found.size == 0:
            raise InputError(f"The budget year '{element}' is not among the saved times.")
        taken = {f"{HANDED_OVERFLOW}[{element}]": OVERFLOW} | {
            f"{HANDED_WORKLOAD}[{service}, {element}]": f"{WORKLOAD}[{service}]"
            for service in manifest.dimensions[STAFFED]
        }
        for name, column in taken.items():
            handed[name] = np.ascontiguousarray(workload[column][:, found[0]])
    return handed
