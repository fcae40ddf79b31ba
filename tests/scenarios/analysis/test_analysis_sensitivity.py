"""What drives an outcome: SALib's own test functions, and a stand-in whose drivers are known."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from upshift.model.errors import InputError
from upshift.scenarios.analysis.axes import axes_of, groups_of
from upshift.scenarios.analysis.convergence import leading_apart, sobol_convergence
from upshift.scenarios.analysis.importance import choices, enough, importance, interval
from upshift.scenarios.analysis.salib import (
    Indices,
    morris_indices,
    morris_points,
    saltelli_points,
    sobol_indices,
)
from upshift.scenarios.analysis.sensitivity import (
    SensitivitySettings,
    check_settings,
    sensitivity,
    sensitivity_tables,
    tornado_points,
)
from upshift.scenarios.plan import SweepPlan
from upshift.scenarios.store import Study

Array = npt.NDArray[np.float64]

ISHIGAMI = (0.3139, 0.4424, 0.0), (0.5576, 0.4424, 0.2437)
"""First and total indices at a = 7, b = 0.1: Ishigami and Homma (1990), in closed form."""
WEIGHTS = np.array([0.0, 1.0, 4.5, 9.0, 99.0, 99.0, 99.0, 99.0])


def ishigami(u: Array) -> Array:
    x = np.pi * (2 * u - 1)
    first = np.sin(x[:, 0])
    return np.asarray(first + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * first)


def sobol_g(u: Array) -> Array:
    return np.asarray(np.prod((np.abs(4 * u - 2) + WEIGHTS) / (1 + WEIGHTS), axis=1))


def test_ishigami_is_recovered() -> None:
    groups = ("x1", "x2", "x3")
    found = sobol_indices(groups, ishigami(saltelli_points(groups, 2048, 0)), 0)

    assert found.groups == groups
    assert found.main == pytest.approx(ISHIGAMI[0], abs=0.02)
    assert found.total == pytest.approx(ISHIGAMI[1], abs=0.02)
    assert np.all(np.abs(found.main - ISHIGAMI[0]) <= found.main_reach)


def test_sobol_g_is_recovered_whole_and_by_group() -> None:
    parts = 1 / (3 * (1 + WEIGHTS) ** 2)
    variance = np.prod(1 + parts) - 1
    names = tuple(f"x{i}" for i in range(8))

    single = sobol_indices(names, sobol_g(saltelli_points(names, 2048, 1)), 1)
    assert single.main == pytest.approx(parts / variance, abs=0.03)

    groups = ("strong", "strong", *("weak",) * 6)
    found = sobol_indices(groups, sobol_g(saltelli_points(groups, 2048, 1)), 1)
    strong = (np.prod(1 + parts[:2]) - 1) / variance
    assert found.groups == ("strong", "weak")
    assert found.main[0] == pytest.approx(strong, abs=0.03)
    assert found.total[1] == pytest.approx(1 - strong, abs=0.03)


def test_morris_screens_out_what_does_nothing_and_repeats_itself() -> None:
    groups = ("x1", "x2", "x3", "idle")
    points = morris_points(groups, 20, 0)
    found = morris_indices(groups, points, ishigami(points), 0)

    assert np.array_equal(points, morris_points(groups, 20, 0))
    assert not np.array_equal(points, morris_points(groups, 20, 1))
    assert found.main[3] == 0
    assert np.all(found.main[:3] > 1)


def test_numpys_shared_generator_is_left_as_it_was() -> None:
    before = np.random.get_state()[1]  # type: ignore[index]
    morris_points(("a", "b"), 4, 7)

    assert np.array_equal(before, np.random.get_state()[1])  # type: ignore[index]


def test_axes_are_found_from_outside(plan: SweepPlan) -> None:
    axes = axes_of(plan.sampler)

    assert [axis.label for axis in axes] == [
        "effect on contacts: any effect",
        "effect on contacts",
        "contact rate",
    ]
    assert [axis.switch for axis in axes] == [True, False, False]


def test_inputs_go_with_their_action_table() -> None:
    class Sampler:
        dimension = 3

        def sample(self, u: Array) -> dict[str, Array]:
            return {
                "effect[homelessness]": u[:, 0],
                "hiring time[homelessness table]": u[:, 1],
                "hiring time[alcohol table]": u[:, 1],
                "birth rate": u[:, 2],
            }

    tables = (
        {"element": "homelessness", "display name": "Homes", "lever": "homelessness table"},
        {"element": "alcohol", "display name": "Alcohol", "lever": "alcohol table"},
    )
    groups = groups_of(axes_of(Sampler()), tables, {"population": ("homelessness", "alcohol")})

    assert groups == ("Homes", "shared by several tables", "common to all")


def test_the_known_driver_of_the_stand_in_comes_first(plan: SweepPlan, tmp_path: Path) -> None:
    settings = SensitivitySettings("contacts avoided, 10 years", base=64, trajectories=6, seed=1)
    one = replace(plan, scenarios=plan.scenarios[:2])
    told: list[tuple[int, int]] = []
    found = sensitivity(one, settings, tmp_path, lambda done, total: told.append((done, total)))
    tables = {table.name: table.frame for table in sensitivity_tables(found)}

    assert tables["morris"]["input"].iloc[0] in {axis.label for axis in axes_of(plan.sampler)[:2]}
    assert abs(float(found.sobol.total.sum()) - 1) < 0.2
    assert [swing.label for swing in found.swings] == [
        "effect on contacts",
        "effect on contacts: any effect",
        "contact rate",
    ]
    assert found.swings[1].low == 0 < found.swings[1].high  # no effect, nothing avoided
    assert told[-1] == (2 * found.runs, 2 * found.runs)

    again = sensitivity(one, settings, tmp_path / "again", lambda _done, _total: None)
    for mine, other in zip(sensitivity_tables(found), sensitivity_tables(again), strict=True):
        assert mine.csv(found.stamp) == other.csv(again.stamp)


def test_a_tornado_moves_one_axis_at_a_time(plan: SweepPlan) -> None:
    points = tornado_points(axes_of(plan.sampler))

    assert points.shape == (7, 3)
    assert np.all((points != 0.5).sum(axis=1) <= 1)
    assert points[1].tolist() == [0.0, 0.5, 0.5]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"base": 4}, "between 8 and"),
        ({"trajectories": 1}, "between 2 and"),
        ({"seed": -1}, "seed is -1"),
        ({"outcome": "contacts avoidd, 10 years"}, "contacts avoided, 10 years"),
    ],
)
def test_settings_out_of_range_are_refused(change: dict[str, object], says: str) -> None:
    settings = replace(SensitivitySettings("contacts avoided, 10 years"), **change)  # type: ignore[arg-type]

    with pytest.raises(InputError, match=says):
        check_settings(settings)


def test_without_salib_the_cure_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("upshift.scenarios.analysis.salib.find_spec", lambda _name: None)

    with pytest.raises(InputError, match=r"pip install .*\[analysis\]"):
        check_settings(SensitivitySettings("contacts avoided, 10 years"))


def test_more_than_one_policy_is_refused(plan: SweepPlan, tmp_path: Path) -> None:
    settings = SensitivitySettings("contacts avoided, 10 years")

    with pytest.raises(InputError, match="one policy, and 3"):
        sensitivity(plan, settings, tmp_path, lambda _done, _total: None)


def test_ranks_of_a_sweep_name_the_effect_and_not_the_rate_of_a_ratio(study: Study) -> None:
    found = importance(study, "contacts avoided, 10 years", "everything")
    assert found.inputs is not None
    first = found.inputs.ranked[0]

    assert first.input == "effect on contacts"
    assert first.correlation < -0.8  # a smaller ratio avoids more
    good, words = enough(found.inputs, found.draws)
    assert good
    assert "effect on contacts" in words
    assert found.choices is None  # three policies are too few to rank what they choose


def test_choices_differ_or_are_left_out(study: Study) -> None:
    table = choices(study.policies)

    assert "homelessness table amount" in table
    assert not [name for name in table if table[name].nunique() == 1]


def test_importance_refuses_what_cannot_be_ranked(study: Study) -> None:
    with pytest.raises(InputError, match="only comparators"):
        importance(study, "contacts avoided, 10 years", "current-funding")
    with pytest.raises(InputError, match="no outcome 'calls avoided'"):
        importance(study, "calls avoided")


def test_the_interval_of_a_correlation_covers_as_often_as_it_says() -> None:
    generator = np.random.default_rng(5)
    truth, inside = 6 / np.pi * np.arcsin(0.5 / 2), 0  # Pearson 0.5, as a rank correlation
    for _ in range(200):
        x = generator.normal(size=120)
        y = 0.5 * x + np.sqrt(0.75) * generator.normal(size=120)
        r = np.corrcoef(np.argsort(np.argsort(x)), np.argsort(np.argsort(y)))[0, 1]
        low, high = interval(float(r), 120)
        inside += low <= truth <= high

    assert 178 <= inside <= 199


def test_a_sample_is_large_enough_when_its_intervals_are_narrow() -> None:
    values, reach = np.array([0.6, 0.3, 0.05]), np.array([0.02, 0.02, 0.01])
    good = sobol_convergence(Indices(("a", "b", "c"), values, reach, values, reach), 512)
    poor = sobol_convergence(Indices(("a", "b", "c"), values, 8 * reach, values, 8 * reach), 512)

    assert good.enough
    assert good.apart == 2
    assert not poor.enough
    assert poor.needed > 512
    assert "too small" in poor.words
    assert leading_apart(np.array([1.0, 1.0]), np.array([0.1, 0.1])) == 0
