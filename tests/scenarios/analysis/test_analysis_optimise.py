"""The optimiser: a planted optimum is found, a flat one admitted, priors that decide are named."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from upshift.model.errors import InputError
from upshift.scenarios.analysis.equal import EqualEffects, effects_of
from upshift.scenarios.analysis.limits import Limits, Plan
from upshift.scenarios.analysis.objective import check_objective, check_robust, in_figures, score
from upshift.scenarios.analysis.optimise import (
    Optimised,
    OptimiseSettings,
    compromise,
    optimise,
    shifted,
)
from upshift.scenarios.analysis.optimised import (
    flat_words,
    optimised_tables,
    optimised_words,
)
from upshift.scenarios.analysis.problem import Problem, Room, limits_of, read_problem
from upshift.scenarios.analysis.search import SearchSettings, crowding, fronts, search
from upshift.scenarios.plan import SweepPlan
from upshift.scenarios.provenance import Evidence
from upshift.scenarios.runner import Runner
from upshift.scenarios.vocabulary import Vocabulary

Array = npt.NDArray[np.float64]
Values = Mapping[str, float | Array]

YOUTH, HOMES = "youth mental health table", "homelessness table"
CONTACTS = "contacts avoided, 10 years"
QUICK = OptimiseSettings(draws=24, fresh=48, population=12, generations=14, seed=5)
TWO = Problem(
    name="two",
    title="Two tables",
    budget=1_000_000,
    levers={YOUTH: Room(), HOMES: Room()},
)


@dataclass
class Diminishing:
    """A `Runner` in which a lever's money counts as ``weight * sqrt(amount)``, times what its
    effect leaves when the draws hold one: the best split of a budget goes with squared weights."""

    inner: Runner
    weights: Mapping[str, float]
    effects: Mapping[str, str]
    calls: int = 0

    def __getattr__(self, name: str) -> object:
        return getattr(self.inner, name)

    def run(
        self, values: Values, outputs: Sequence[str], progress: Callable[[int, int], None]
    ) -> Array:
        self.calls += 1
        changed = dict(values)
        for lever, weight in self.weights.items():
            key = f"additional spending[{lever}]"
            if key in values:
                strength = 1 - np.asarray(values.get(self.effects.get(lever, ""), 0.0))
                changed[key] = weight * np.sqrt(np.asarray(values[key]) * 1e6) * strength
        return self.inner.run(changed, outputs, progress)


def solved(
    plan: SweepPlan,
    runner: Diminishing,
    to: Path,
    problem: Problem = TWO,
    settings: OptimiseSettings = QUICK,
) -> Optimised:
    """The problem solved on the stand-in with another runner."""
    sweep = replace(plan, model=runner, scenarios=plan.scenarios[:1], draws=1)  # type: ignore[arg-type]
    levers = Vocabulary.of(plan.evidence.parameter_rows()).levers
    limits = limits_of(problem, plan.evidence, levers)
    return optimise(
        sweep,
        (limits, tuple(problem.objectives), check_robust(problem.robust)),
        settings,
        (to, lambda _done, _total: None),
    )


def test_the_planted_optimum_is_found(plan: SweepPlan, tmp_path: Path) -> None:
    found = solved(plan, Diminishing(plan.model, {YOUTH: 0.25, HOMES: 0.5}, {}), tmp_path)
    youth, homes = found.optimum.plan.amounts

    assert homes == pytest.approx(800_000, abs=40_000)  # 0.5 squared against 0.25 squared: 4 to 1
    assert youth + homes == pytest.approx(1_000_000, abs=5_000)
    assert found.optimum.ahead[0] > 2 * found.optimum.ahead_error[0] > 0
    assert not found.follows_priors
    assert found.flatness < 0.5
    words = "\n".join(optimised_words(found))
    assert "spread evenly" in words
    assert "largest first" in words


def test_a_flat_optimum_is_admitted(plan: SweepPlan, tmp_path: Path) -> None:
    # The stand-in itself: every CAD of any lever does the same.
    found = solved(plan, Diminishing(plan.model, {}, {}), tmp_path)

    assert len(found.flat) > 5
    assert found.flatness > 0.5
    assert "The optimum is flat" in flat_words(found)
    assert any("which may be chance" in line for line in optimised_words(found))


def test_what_is_as_good_is_sought_around_the_optimum(plan: SweepPlan, tmp_path: Path) -> None:
    # Nothing is searched: all that is known of the neighbourhood comes from shifting money.
    still = replace(QUICK, generations=0)
    found = solved(plan, Diminishing(plan.model, {}, {}), tmp_path, settings=still)

    best = found.optimum.plan
    as_good = {each.amounts for each in found.flat}
    near = {each.amounts for each in shifted(found.limits, best)}
    assert len(near) > 2
    assert near <= as_good


def test_shifts_keep_to_the_limits() -> None:
    limits = replace(
        limits_of(TWO, Evidence(b"", b"", b""), (YOUTH, HOMES)), floors=np.array([2e5, 0.0])
    )
    found = shifted(limits, Plan((3e5, 7e5), (2027, 2027)))

    assert [plan.amounts for plan in found] == [
        (3e5, 7e5),
        (2.5e5, 7.5e5),
        (3.5e5, 6.5e5),
        (2e5, 8e5),
        (5e5, 5e5),
    ]


@dataclass(frozen=True)
class TableEffects:
    """A `Sampler` of an effect a table: homes' works, youth's hardly."""

    dimension: int = 3

    def sample(self, u: Array) -> Mapping[str, Array]:
        return {
            "effect on escalation[youth mental health]": 0.9 + 0.08 * u[:, 0],
            "effect on escalation[homelessness]": 0.1 + 0.2 * u[:, 1],
            "effect on contacts": np.full(len(u), 0.5),
            "contact rate": 3000 + 1000 * u[:, 2],
        }


def test_a_ranking_that_follows_the_priors_says_so_first(plan: SweepPlan, tmp_path: Path) -> None:
    rows = plan.evidence.registry.decode() + "".join(
        f"effect on escalation,{element},Dmnl,0.5,lognormal,0.1,0.99,0.1,0,3,cut,,E001,A,Ratio\n"
        for element in ("youth mental health", "homelessness")
    )
    evidence = Evidence(rows.encode(), plan.evidence.sources, plan.evidence.action_tables)
    told = replace(plan, evidence=evidence, sampler=TableEffects())
    effects = {
        YOUTH: "effect on escalation[youth mental health]",
        HOMES: "effect on escalation[homelessness]",
    }
    runner = Diminishing(plan.model, {YOUTH: 0.5, HOMES: 0.5}, effects)
    found = solved(told, runner, tmp_path)

    assert found.optimum.plan.amounts[1] > 900_000
    assert found.follows_priors
    assert optimised_words(found)[0].startswith("This ranking merely follows our priors")


def test_equal_effects_deal_out_the_same_values(plan: SweepPlan) -> None:
    columns = tuple(TableEffects().sample(np.zeros((1, 3))))[:2]
    rows = [
        replace(row, name="effect on escalation", element=element, spike=0.1)
        for row in plan.evidence.parameter_rows()
        if row.name == "effect on contacts"
        for element in ("youth mental health", "homelessness")
    ]
    effects = effects_of(rows, plan.evidence.table_rows())
    u = np.random.default_rng(0).uniform(size=(2000, 3))
    before, after = TableEffects().sample(u), EqualEffects(TableEffects(), effects, 1).sample(u)

    assert set(effects.shared["effect on escalation"]) == set(columns)
    together = [np.sort([draws[name] for name in columns], axis=0) for draws in (before, after)]
    assert np.array_equal(together[0], together[1])
    means = [float(after[name].mean()) for name in columns]
    assert means[0] == pytest.approx(means[1], abs=0.05)
    assert np.array_equal(after["contact rate"], before["contact rate"])


def test_a_stopped_search_measures_nothing_twice(plan: SweepPlan, tmp_path: Path) -> None:
    runner = Diminishing(plan.model, {YOUTH: 0.25, HOMES: 0.5}, {})
    first = solved(plan, runner, tmp_path)
    calls = runner.calls
    again = solved(plan, runner, tmp_path)

    assert runner.calls - calls <= 3  # the comparator on each set of draws
    for mine, other in zip(optimised_tables(first), optimised_tables(again), strict=True):
        assert mine.csv(first.stamp) == other.csv(again.stamp)


def test_two_objectives_give_a_front(plan: SweepPlan, tmp_path: Path) -> None:
    problem = TWO.model_copy(
        update={"objectives": [CONTACTS, "net present value, cashable, all payers, 10 years"]}
    )
    found = solved(plan, Diminishing(plan.model, {YOUTH: 0.25, HOMES: 0.5}, {}), tmp_path, problem)

    assert len(found.front) > 4
    totals = [plan.total for plan in found.front]
    assert max(totals) > 900_000  # most contacts avoided
    assert min(totals) < 200_000  # least money lost
    assert {table.name for table in optimised_tables(found)} >= {"front", "scores", "allocation"}


@pytest.mark.parametrize("robust", ["cvar 90", "regret"])
def test_robust_forms_find_the_same_planted_optimum(
    robust: str, plan: SweepPlan, tmp_path: Path
) -> None:
    problem = TWO.model_copy(update={"robust": robust})
    sure = replace(plan, sampler=TableEffects())  # without draws in which nothing has an effect
    found = solved(sure, Diminishing(plan.model, {YOUTH: 0.25, HOMES: 0.5}, {}), tmp_path, problem)

    assert found.optimum.plan.amounts[1] == pytest.approx(800_000, abs=60_000)


def test_scores_are_those_by_hand() -> None:
    values = np.arange(20.0)

    assert score(values, "expected", values) == 9.5
    assert score(values, "cvar 90", values) == 0.5
    assert score(values, "regret", values + 3) == -3.0


@pytest.mark.parametrize(
    ("value", "told"),
    [(-12_834_887.0, "-12,800,000"), (9_876.4, "9,876"), (41.25, "41.2"), (0.19673, "0.197")],
)
def test_scores_are_told_no_finer_than_they_are_known(value: float, told: str) -> None:
    assert in_figures(value) == told


def test_fronts_and_crowding_by_hand() -> None:
    scores = np.array([[3.0, 0.0], [2.0, 2.0], [0.0, 3.0], [1.0, 1.0], [0.0, 0.0]])

    assert fronts(scores).tolist() == [0, 0, 0, 1, 2]
    assert crowding(scores[:3]).tolist() == [np.inf, 2.0, np.inf]
    assert compromise(scores) == 1


def test_the_search_finds_the_top_of_a_hill() -> None:
    top = np.array([0.2, 0.7, 0.5])
    found = search(
        np.zeros((1, 3)),
        lambda genes: -((genes - top) ** 2).sum(axis=1, keepdims=True),
        SearchSettings(population=20, generations=40, seed=1),
    )
    best = found.genes[int(np.argmax(found.scores))]

    assert best == pytest.approx(top, abs=0.03)


@given(
    st.lists(st.floats(0, 1), min_size=8, max_size=8),
    st.floats(0, 40),
    st.integers(0, 4),
)
@hypothesis_settings(max_examples=80, deadline=None)
def test_every_plan_keeps_to_its_limits(genes: list[float], extra: float, wait: int) -> None:
    limits = Limits(
        levers=("a", "b", "c", "d"),
        floors=np.array([100e3, 0.0, 50e3, 0.0]),
        ceilings=np.array([500e3, 1e6, 60e3, 900e3]),
        budget=1e6,
        starts=(2027, 2027 + wait),
        ramp=2.0,
        positions=np.array([1e-5, 2e-5, 1e-5, 1e-5]),
        hiring=1.0 + extra,
    )
    limits.check()
    found = limits.plan(np.array(genes))
    amounts, starts = np.array(found.amounts), np.array(found.starts)

    assert np.all(amounts >= limits.floors)
    assert np.all(amounts <= limits.ceilings)
    assert found.total <= 1e6 + 1e-6
    assert np.all((starts >= 2027) & (starts <= 2027 + wait))
    for year in range(2027, 2035):
        begun = ((starts <= year) & (year < starts + 2)) * amounts * limits.positions / 2
        assert begun.sum() <= 1.0 + extra + 1e-9


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"objectives": ["contacts avoided by municipality, 10 years"]}, "not observed"),
        ({"objectives": ["net present value, 10 years"]}, "no objective"),
        ({"objectives": [CONTACTS, CONTACTS]}, "named twice"),
        ({"robust": "minimax"}, "no robust form"),
        ({"levers": {"homeless table": Room()}}, "homelessness table"),
        ({"levers": {HOMES: Room(floor=2e6)}}, "floor is 2,000,000"),
        ({"levers": {HOMES: Room(floor=6e5), YOUTH: Room(floor=6e5)}}, "add up to 1,200,000"),
        ({"hiring": 4.0}, "cost per staff year"),
    ],
)
def test_problems_that_cannot_be_solved_are_refused(
    change: dict[str, object], says: str, plan: SweepPlan
) -> None:
    levers = Vocabulary.of(plan.evidence.parameter_rows()).levers

    with pytest.raises(InputError, match=says):
        limits_of(TWO.model_copy(update=change), plan.evidence, levers)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("name: a\ntitle: Abc\n", "'budget' is missing"),
        ("name: a\ntitle: Abc\nbudget: 0\n", "budget"),
        ("name: a\ntitle: Abc\nbudget: 5\nbuget: 3\n", "line 4, column 1: .*budget"),
        ("name: a\ntitle: Abc\nbudget: 5\nlevers:\n  x: {}\n", "line 5, column 3: .*lever 'x'"),
        ("name: a\ntitle: Abc\nbudget: 5\nrobust: cvar\n", "line 4, column 1: .*'cvar'"),
        (
            "name: a\ntitle: Abc\nbudget: 5\nobjectives: [contacts avoided]\n",
            "line 4, column 1: There is no objective",
        ),
        ("name: a\ntitle: Abc\nbudget: 5\nlevers:\n  x:\n    flor: 1\n", "floor"),
        ("name: a\ntitle: Abc\nbudget: 5\nstarts: {from: 2030, to: 2028}\n", "must not come"),
    ],
)
def test_faulty_problem_files_are_refused(text: str, says: str, tmp_path: Path) -> None:
    path = tmp_path / "problem.yaml"
    path.write_text(text)

    with pytest.raises(InputError, match=says):
        read_problem(path, ("alcohol table",))


def test_settings_out_of_range_are_refused() -> None:
    with pytest.raises(InputError, match="'draws' is 2"):
        OptimiseSettings(draws=2).check()
    with pytest.raises(InputError, match="municipality"):
        check_objective("crises avoided by municipality, 10 years")
