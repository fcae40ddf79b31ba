"""A small stand-in model with every name a study keeps, so that sweeps are tested in milliseconds.

It is arithmetic, not dynamics: spending lowers contacts in proportion, workload follows contacts,
and a budget decision is cashable only against a workload that was handed over.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from upshift.model.engine import FailedRunsError
from upshift.model.errors import InputError
from upshift.scenarios.manifest import Output
from upshift.scenarios.plan import SweepPlan
from upshift.scenarios.provenance import Evidence
from upshift.scenarios.schema import Lever, Scenario
from upshift.scenarios.store import Study
from upshift.scenarios.sweep import run_sweep
from upshift.scenarios.vocabulary import Vocabulary

Array = npt.NDArray[np.float64]
Values = Mapping[str, float | Array]

LEVERS = (
    "youth mental health table",
    "homelessness table",
    "sexual assault table",
    "exiting care table",
    "alcohol table",
    "older adult table",
    "dual diagnosis table",
    "situation table",
    "mobile crisis",
    "emergency call diversion",
    "hospital transfer protocol",
    "backbone",
    "social development programmes",
    "crisis response",
)
DIMENSIONS: dict[str, tuple[str, ...]] = {
    "lever": LEVERS,
    "municipality": ("Burlington", "Halton Hills", "Milton", "Oakville"),
    "population": ("youth mental health", "homelessness", "alcohol", "adult crisis"),
    "action table": ("youth mental health", "homelessness", "alcohol"),
    "call type": ("apprehension", "welfare check", "sexual assault report"),
    "service": ("police", "paramedics", "shelter"),
    "staffed service": ("police", "paramedics"),
    "zone": ("social development", "prevention", "risk intervention", "emergency response"),
    "payer": ("region police", "region other", "province health", "residents"),
    "budget year": tuple(f"y{year}" for year in range(2027, 2046)),
}
SHAPES: dict[str, tuple[str, ...]] = {
    "cumulative contacts": ("call type",),
    "cumulative contacts by population": ("population",),
    "cumulative contacts by municipality": ("municipality",),
    "cumulative diverted calls": ("call type",),
    "cumulative crisis onsets": ("population",),
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
    "positions deferred": ("staffed service",),
    "cumulative people served": ("lever",),
    "waiting time": ("action table",),
    "staff": ("action table",),
    "cumulative reinvestment": (),
}
TIME = np.arange(2011.0, 2046.0)


def _spending(values: Values) -> Array:
    """CAD a year by (run, lever, time)."""
    runs = max(np.size(value) for value in values.values())
    rates = np.zeros((runs, len(LEVERS), TIME.size))
    for row, lever in enumerate(LEVERS):
        amount = np.reshape(values.get(f"additional spending[{lever}]", 0.0), (-1, 1))
        start = np.reshape(values.get(f"spending start[{lever}]", 2027.0), (-1, 1))
        ramp = np.maximum(values.get(f"spending ramp[{lever}]", 1.0), 1e-9)
        end = values.get(f"spending end[{lever}]", 2100.0)
        on = np.clip((TIME - start) / ramp, 0.0, 1.0) * (end > TIME)
        rates[:, row] = amount * on
    return rates


def _accumulate(rates: Array) -> Array:
    """Whole-year sums along the last axis, zero at the first time."""
    total = np.zeros_like(rates)
    total[..., 1:] = np.cumsum(rates[..., :-1], axis=-1)
    return total


@dataclass
class StandIn:
    """A `Runner` of plain arithmetic. ``fail_at`` interrupts the given call, counted from 1."""

    name: str = "stand-in"
    digest: str = "stand-in 1"
    time: Array = field(default_factory=TIME.copy)
    dimensions: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: dict(DIMENSIONS))
    fail_at: int = 0
    failure: type[BaseException] = KeyboardInterrupt
    calls: int = 0

    def output(self, name: str) -> Output:
        """Every output is in plain units."""
        return Output(name=name, dimensions=SHAPES[name], units="unit", meaning=f"The {name}.")

    def run(
        self, values: Values, outputs: Sequence[str], progress: Callable[[int, int], None]
    ) -> Array:
        """(run, time, column)."""
        self.calls += 1
        if self.calls == self.fail_at:
            raise self.failure("stopped half-way")
        spending = _spending(values)
        runs = len(spending)
        effect = np.broadcast_to(values["effect on contacts"], (runs,))[:, None]
        growth = np.broadcast_to(values.get("growth continues", 0.0), (runs,))[:, None]
        demand = np.broadcast_to(values["contact rate"], (runs,))[:, None] * (
            1 + growth * (TIME - 2011) / 100
        )
        treated = np.minimum(spending.sum(axis=1) / 1e7, 1.0)
        contacts = demand * (1 - (1 - effect) * treated)
        workload = contacts * 5.0
        table = self._table(values, spending, contacts, workload)
        progress(runs, runs)
        return np.concatenate(
            [table[name].reshape(runs, -1, TIME.size) for name in outputs], axis=1
        ).transpose(0, 2, 1)

    def _table(
        self, values: Values, spending: Array, contacts: Array, workload: Array
    ) -> dict[str, Array]:
        runs = len(spending)
        deferred = np.zeros((runs, TIME.size))
        if values.get("comparator supplied", 0.0):
            for year in range(2027, 2046):
                handed = values[f"comparator workload[police, y{year}]"]
                at = year - 2011
                deferred[:, at] = np.maximum(np.floor((handed - workload[:, at]) / 100), 0.0)

        def spread(rates: Array, dimension: str) -> Array:
            count = len(DIMENSIONS[dimension])
            weights = np.arange(1.0, count + 1) / (count * (count + 1) / 2)
            return rates[:, None, :] * weights[None, :, None]

        total = spending.sum(axis=1)
        table = {
            "cumulative contacts": _accumulate(spread(contacts, "call type")),
            "cumulative contacts by population": _accumulate(spread(contacts, "population")),
            "cumulative contacts by municipality": _accumulate(spread(contacts, "municipality")),
            "cumulative diverted calls": _accumulate(spread(total / 1e6, "call type")),
            "cumulative crisis onsets": _accumulate(spread(contacts * 0.8, "population")),
            "cumulative service use": _accumulate(spread(workload + total / 1e5, "service")),
            "cumulative induced service use": _accumulate(spread(total / 1e5, "service")),
            "cumulative marginal cost": _accumulate(spread(contacts * 700, "payer")),
            "cumulative marginal cost by service": _accumulate(spread(contacts * 700, "service")),
            "cumulative induced cost": _accumulate(spread(total * 0.1, "payer")),
            "cumulative programme cost": _accumulate(spread(total, "payer")),
            "cumulative programme cost by lever": _accumulate(spending),
            "cumulative cashable cost avoided": _accumulate(spread(deferred * 1e5, "payer")),
            "smoothed workload": np.stack([workload, workload / 2], axis=1),
            "positions deferred": spread(deferred, "staffed service"),
            "cumulative people served": _accumulate(spending / 1e4),
            "cumulative reinvestment": _accumulate(deferred),
        }
        for name, dimensions in SHAPES.items():
            if name not in table:
                size = int(np.prod([len(DIMENSIONS[d]) for d in dimensions], dtype=np.int64))
                table[name] = np.repeat(contacts[:, None, :], size, axis=1)
        return table


@dataclass
class SlowStandIn(StandIn):
    """Takes its time, so that a kill lands anywhere in a sweep."""

    pause: float = 0.004

    def run(
        self, values: Values, outputs: Sequence[str], progress: Callable[[int, int], None]
    ) -> Array:
        """As the stand-in, later."""
        time.sleep(self.pause)
        return super().run(values, outputs, progress)


@dataclass
class FailingRuns(StandIn):
    """Numbers stop being finite where the contact rate is above ``most``, in runs that spend."""

    most: float = 3940.0
    spend: bool = True

    def run(
        self, values: Values, outputs: Sequence[str], progress: Callable[[int, int], None]
    ) -> Array:
        """As the stand-in, but for the runs that fail."""
        result = super().run(values, outputs, progress)
        spends = any(np.any(v) for name, v in values.items() if "additional spending" in name)
        rate = np.broadcast_to(values["contact rate"], (len(result),))
        failed = (rate > self.most) & (spends == self.spend)
        if failed.any():
            result[failed] = np.inf
            reason = f"'contacts' is infinite at a rate of {rate[failed][0]:.0f}"
            raise FailedRunsError(reason, reason, result, failed)
        return result


class TwoInputs:
    """A `Sampler` of two uncertain inputs: a ratio with a spike at one, and a rate."""

    dimension = 3

    def sample(self, u: Array) -> Mapping[str, Array]:
        """The effect is exactly 1 in a tenth of the draws."""
        effect = np.where(u[:, 0] < 0.1, 1.0, 0.5 + 0.4 * u[:, 1])
        return {"effect on contacts": effect, "contact rate": 3000 + 1000 * u[:, 2]}


def _registry() -> str:
    header = (
        "name,element,unit,value,prior,low,high,spike,minimum,maximum,role,group,source,grade,note"
    )
    rows = [header]
    for lever in LEVERS:
        rows.append(f"additional spending,{lever},CAD/Year,0,fixed,,,,0,1e8,lever,,J001,D,")
        rows.append(f"spending start,{lever},Year,2027,fixed,,,,2011,2045,lever,,J001,D,")
    rows += [
        "effect on contacts,,Dmnl,0.7,lognormal,0.5,0.95,0.1,0,3,cut,,E001,A,Ratio",
        "contact rate,,contacts/Year,3500,uniform,3000,4000,,0,,calibrated,,E001;J001,B,",
        "growth continues,,Dmnl,0,fixed,,,,0,1,switch,,J001,D,",
        "share of cashable money reinvested,,Dmnl,0,fixed,,,,0,1,lever,,J001,D,",
        "TIME STEP,,Year,0.015625,fixed,,,,,,control,,J001,D,",
        '"comparator workload","police, y2027",hours/Year,0,fixed,,,,,,fixed,,J001,D,',
    ]
    return "\n".join(rows) + "\n"


SOURCES = (
    "id,title,publisher,url,year,grade,quantity,value,low,high,unit,note\n"
    "E001,A trial,A journal,https://example.org,2020,A,ratio,0.7,0.5,0.95,Dmnl,\n"
    "J001,Judgement,,,,D,,,,,,\n"
)


@pytest.fixture(name="evidence")
def evidence_fixture() -> Evidence:
    """The three tables of the stand-in."""
    return _evidence()


def _evidence() -> Evidence:
    tables = (
        "element,display name,lever,cost per person known\n"
        "homelessness,Homelessness,homelessness table,yes\n"
        "youth mental health,Youth,youth mental health table,no\n"
    )
    return Evidence(_registry().encode(), SOURCES.encode(), tables.encode())


@pytest.fixture(name="vocabulary")
def vocabulary_fixture(evidence: Evidence) -> Vocabulary:
    """The names that the stand-in knows."""
    return Vocabulary.of(evidence.parameter_rows())


def _policy(name: str, **amounts: float) -> Scenario:
    levers = {key.replace("_", " "): Lever(amount=value) for key, value in amounts.items()}
    return Scenario(
        name=name,
        title=f"The {name}",
        description="For tests.",
        compare_with="current-funding",
        levers=levers,
    )


@pytest.fixture(name="plan")
def plan_fixture(evidence: Evidence) -> SweepPlan:
    """A comparator, two policies and one that spends nothing; 48 draws in blocks of 32."""
    return _plan(evidence)


@pytest.fixture(name="module_plan", scope="module")
def module_plan_fixture() -> SweepPlan:
    """The same, for tests that share what comes of it."""
    return _plan(_evidence())


def _plan(evidence: Evidence) -> SweepPlan:
    comparator = Scenario(name="current-funding", title="Comparator", description="Today.")
    return SweepPlan(
        scenarios=(
            comparator,
            _policy("homelessness-table", homelessness_table=3e5),
            _policy("everything", homelessness_table=2e6, youth_mental_health_table=1e6),
            _policy("nothing-more", homelessness_table=0.0),
        ),
        model=StandIn(),
        sampler=TwoInputs(),
        evidence=evidence,
        draws=48,
        seed=3,
        block=32,
    )


@pytest.fixture(name="study")
def study_fixture(plan: SweepPlan, tmp_path: Path) -> Study:
    """The plan, swept."""
    return run_sweep(plan, tmp_path / "study")


@pytest.fixture(name="failing")
def failing_fixture() -> type[FailingRuns]:
    """The stand-in with runs that fail."""
    return FailingRuns


@pytest.fixture(name="interrupted")
def interrupted_fixture(plan: SweepPlan) -> Callable[[int, type[BaseException]], SweepPlan]:
    """The plan with a model that fails at its nth call."""

    def failing(call: int, failure: type[BaseException]) -> SweepPlan:
        assert issubclass(failure, KeyboardInterrupt | InputError | OSError)
        return replace(plan, model=StandIn(fail_at=call, failure=failure))

    return failing
