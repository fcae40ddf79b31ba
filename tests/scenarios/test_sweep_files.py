"""Sweep files: their designs, the scenarios they make, and what is refused."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from upshift.model.errors import InputError
from upshift.scenarios.experiment import Experiment, read_experiment
from upshift.scenarios.points import points_of
from upshift.scenarios.schema import Scenario
from upshift.scenarios.variants import variants
from upshift.scenarios.vocabulary import Vocabulary

BAD = Path(__file__).parent / "bad_sweeps"
COMPLAINTS = {
    "falling_span": "'to' is 0; it must be above 'from', 1",
    "negative_amount": "amount: Input should be greater than or equal to 0, found -1.",
    "no_points": "'points' is needed for a sobol design",
    "nothing_varied": "'vary' is empty",
    "out_of_bounds": "'growth continues' is 2; it must lie between 0 and 1",
    "points_of_a_grid": "'points' is not used by the design 'grid'",
    "table_missing": "There is no table",
    "table_of_words": "words.csv, line 2, column 1: 'much' is not a number",
    "table_twice": "has the column 'growth continues' twice",
    "too_many": "The grid has 1,000,000 points; at most 100,000 are run",
    "unknown_base": "Did you mean 'homelessness-table'",
    "unknown_design": "it must be 'grid', 'one at a time', 'latin hypercube', 'sobol' or 'table'",
    "unknown_lever": "line 4, column 17: the model has no lever 'homelesness table'. "
    "Did you mean 'homelessness table'",
    "unknown_part": "line 4, column 38: 'vary → levers → homelessness table → amuont' is "
    "not a known key. Did you mean 'amount'",
    "unknown_setting": "Did you mean 'growth continues'",
}
HEAD = "name: trial\ntitle: A trial\nbase: homelessness-table\n"
AXES = "vary:\n  levers:\n    homelessness table: {amount: {from: 0, to: 600000, steps: 3}}\n"


def made(folder: Path, text: str, vocabulary: Vocabulary) -> tuple[Scenario, ...]:
    path = folder / "trial.yaml"
    path.write_text(HEAD + text, encoding="utf-8")
    return variants(read_experiment(path, vocabulary), folder, vocabulary)


def policies(scenarios: tuple[Scenario, ...]) -> list[Scenario]:
    return [scenario for scenario in scenarios if not scenario.is_comparator]


def test_every_bad_file_has_its_complaint() -> None:
    assert sorted(COMPLAINTS) == sorted(path.stem for path in BAD.glob("*.yaml"))


@pytest.mark.parametrize("fault", sorted(COMPLAINTS))
def test_a_bad_sweep_file_is_refused(fault: str, vocabulary: Vocabulary) -> None:
    with pytest.raises(InputError) as refusal:
        variants(read_experiment(BAD / f"{fault}.yaml", vocabulary), BAD, vocabulary)
    assert COMPLAINTS[fault] in str(refusal.value)


def test_a_grid_crosses_all_axes(tmp_path: Path, vocabulary: Vocabulary) -> None:
    found = policies(made(tmp_path, AXES + "  settings: {growth continues: [0, 1]}\n", vocabulary))

    seen = {
        (one.levers["homelessness table"].amount, one.settings["growth continues"]) for one in found
    }
    assert seen == {(amount, growth) for amount in (0, 3e5, 6e5) for growth in (0, 1)}
    assert len({one.name for one in found}) == len(found) == 6


def test_each_world_has_its_own_comparator(tmp_path: Path, vocabulary: Vocabulary) -> None:
    scenarios = made(tmp_path, AXES + "  settings: {growth continues: [0, 1]}\n", vocabulary)
    comparators = {one.name: one for one in scenarios if one.is_comparator}

    assert len(comparators) == 2
    for one in policies(scenarios):
        other = comparators[str(one.compare_with)]
        assert other.settings["growth continues"] == one.settings["growth continues"]


def test_one_at_a_time_leaves_the_rest_as_it_is(tmp_path: Path, vocabulary: Vocabulary) -> None:
    text = "design: one at a time\n" + AXES + "    alcohol table: {amount: [100000]}\n"
    base = made(tmp_path, "vary: {settings: {growth continues: [0]}}\n", vocabulary)[-1]

    found = policies(made(tmp_path, text, vocabulary))

    assert len(found) == 4
    assert found[-1].levers["homelessness table"] == base.levers["homelessness table"]
    assert found[-1].levers["alcohol table"].amount == 1e5


def design(points: int, name: str) -> Experiment:
    return Experiment.model_validate(
        {
            "name": "trial",
            "title": "A trial",
            "base": "homelessness-table",
            "design": name,
            "points": points,
            "vary": {
                "settings": {"growth continues": {"from": 0, "to": 1}},
                "levers": {"alcohol table": {"start": [2027, 2030]}},
            },
        }
    )


def test_a_sobol_design_of_more_points_keeps_the_first(vocabulary: Vocabulary) -> None:
    few = points_of(design(100, "sobol"), Path(), vocabulary.levers)
    many = points_of(design(1000, "sobol"), Path(), vocabulary.levers)

    assert many[:100] == few


@pytest.mark.parametrize("name", ["sobol", "latin hypercube"])
def test_random_designs_fill_the_space_evenly(name: str, vocabulary: Vocabulary) -> None:
    points = points_of(design(1024, name), Path(), vocabulary.levers)
    growth = sorted(point["growth continues", None] for point in points)

    assert max(after - before for before, after in pairwise(growth)) < 3 / 1024
    early = sum(point["alcohol table", "start"] == 2027 for point in points)
    assert early == pytest.approx(512, abs=1)


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_points_come_from_a_table(suffix: str, tmp_path: Path, vocabulary: Vocabulary) -> None:
    table = pd.DataFrame({"alcohol table amount": [1e5, 2e5], "growth continues": [0.0, 0.25]})
    path = tmp_path / f"points.{suffix}"
    if suffix == "csv":
        table.to_csv(path, index=False)
    else:
        table.to_parquet(path)

    found = policies(made(tmp_path, f"design: table\ntable: points.{suffix}\n", vocabulary))

    assert [one.levers["alcohol table"].amount for one in found] == [1e5, 2e5]
    assert [one.settings["growth continues"] for one in found] == [0.0, 0.25]
    assert np.isclose(found[0].levers["homelessness table"].amount, 3e5)
