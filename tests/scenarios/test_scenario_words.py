"""Futures, policy switches and other years' dollars: what an analyst writes, and what it stands
for."""

from __future__ import annotations

from pathlib import Path

import jsonschema
import pytest

from upshift.model.errors import InputError
from upshift.scenarios.experiment import read_experiment
from upshift.scenarios.json_schema import scenario_schema
from upshift.scenarios.named import NAMED
from upshift.scenarios.prices import price_factor
from upshift.scenarios.reading import read_yaml
from upshift.scenarios.schema import Scenario
from upshift.scenarios.spec import load_scenario
from upshift.scenarios.variants import variants
from upshift.scenarios.vocabulary import Vocabulary, installed_vocabulary

HEAD = "name: trial\ntitle: A trial\ndescription: For the test.\ncompare with: current-funding\n"
EVERY_WORD = """futures:
  growth: 0.5
  housing stress: 1
  alcohol retail: 0.06
  pandemic-like shock: 2030
  latent demand: 0.75
policy:
  reinvestment: 0.4
  protected budgets: no
  capture share: 0.3
"""


def written(folder: Path, text: str, name: str = "trial") -> Path:
    path = folder / f"{name}.yaml"
    path.write_text(HEAD.replace("trial", name, 1) + text, encoding="utf-8")
    return path


def test_every_word_stands_for_constants_of_the_model(tmp_path: Path) -> None:
    found = load_scenario(written(tmp_path, EVERY_WORD))

    assert found.settings == {
        "growth continues": 0.5,
        "housing stress continues": 1.0,
        "alcohol retail rise": 0.06,
        "next shock": 1.0,
        "next shock start": 2030.0,
        "refill share": 0.75,
        "share of cashable money reinvested": 0.4,
        "switch crowding out": 1.0,
        "early chance board acts": 0.3,
        "later chance board acts": 0.3,
    }
    said = set(read_yaml(tmp_path / "trial.yaml").value["futures"])
    assert said == set(NAMED["futures"])
    validator = jsonschema.Draft202012Validator(scenario_schema(installed_vocabulary()))
    validator.validate(read_yaml(tmp_path / "trial.yaml").value)


def test_an_amount_in_dollars_of_another_year_is_turned_into_2024_dollars(tmp_path: Path) -> None:
    text = "levers:\n  alcohol table: {amount: 100000, dollars of: 2016}\n"

    found = load_scenario(written(tmp_path, text)).levers["alcohol table"]

    assert found.amount == round(100_000 * price_factor(2016))


def test_a_child_changes_and_drops_what_its_parent_says_in_words(tmp_path: Path) -> None:
    written(tmp_path, EVERY_WORD, "parent")
    text = (
        "extends: parent.yaml\nfutures:\n  growth: 1\n  pandemic-like shock:\n"
        "policy:\n  capture share:\nsettings:\n  refill share: 0.1\n"
    )

    found = load_scenario(written(tmp_path, text)).settings

    assert found["growth continues"] == 1
    assert found["refill share"] == 0.1
    assert found["housing stress continues"] == 1
    dropped = ("next shock", "next shock start", "early chance board acts")
    assert not found.keys() & set(dropped)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("futures:\n  grwth: 1\n", "line 6, column 3: 'grwth' is no future. Did you mean 'growth'"),
        ("futures:\n  growth: 2\n", "line 6, column 3: .* must be a number from 0 to 1"),
        ("futures:\n  growth: half\n", "line 6, column 3: .*'half'"),
        ("futures:\n  growth: yes\n", "line 6, column 3: .*'yes'; it must be a number"),
        ("futures:\n  pandemic-like shock: 2020\n", "from 2027 to 2045"),
        ("futures: 1\n", "line 5, column 1: 'futures' must be keys with values"),
        ("policy:\n  captur share: 1\n", "no policy switch. Did you mean 'capture share'"),
        ("policy:\n  protected budgets: 3\n", "line 6, column 3: .*yes or no"),
        (
            "futures:\n  growth: 1\nsettings:\n  growth continues: 1\n",
            "line 6, column 3: .*'growth continues', which is set above",
        ),
        ("policys:\n  reinvestment: 1\n", "line 5, column 1: .*Did you mean 'policy'"),
        ("levers:\n  alcohol table: {amount: 1, dollars of: 1990}\n", "column 30: .*for 1990"),
        ("levers:\n  alcohol table: {amount: 1, dollars of: now}\n", "column 30: .*'now'"),
        ("levers:\n  alcohol table: {dollars of: 2020}\n", "line 6, column 19: .*'amount'"),
        ("levers:\n  alcohol table: {amount: 1, dollar of: 2020}\n", "Did you mean 'dollars of'"),
    ],
)
def test_what_cannot_be_meant_is_refused_at_its_place(text: str, says: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=says):
        load_scenario(written(tmp_path, text))


SWEEP = """name: trial
title: A trial
base: homelessness-table
vary:
  futures:
    growth: [0, 1]
    latent demand: {from: 0, to: 1, steps: 2}
  policy:
    capture share: [0.2, 0.4]
"""


def swept(folder: Path, text: str, vocabulary: Vocabulary) -> tuple[Scenario, ...]:
    path = folder / "sweep.yaml"
    path.write_text(text, encoding="utf-8")
    return variants(read_experiment(path, vocabulary), folder, vocabulary)


def test_a_sweep_crosses_futures_and_policy_each_future_with_its_comparator(
    tmp_path: Path,
) -> None:
    vocabulary = installed_vocabulary()
    scenarios = swept(tmp_path, SWEEP, vocabulary)

    policies = [one for one in scenarios if not one.is_comparator]
    assert len(policies) == 8
    assert len(scenarios) - len(policies) == 4  # growth x latent demand; capture is no future
    by_name = {one.name: one for one in scenarios}
    for one in policies:
        other = by_name[str(one.compare_with)]
        for name in ("growth continues", "refill share"):
            assert one.settings[name] == other.settings[name]
        assert "later chance board acts" not in other.settings


def test_points_of_a_table_may_be_futures(tmp_path: Path) -> None:
    (tmp_path / "points.csv").write_text("growth,alcohol table amount\n0.5,100000\n")
    text = SWEEP.split("vary:", maxsplit=1)[0] + "design: table\ntable: points.csv\n"

    found = swept(tmp_path, text, installed_vocabulary())[-1]

    assert found.settings == {"growth continues": 0.5}
    assert found.levers["alcohol table"].amount == 1e5


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        ("growth: [0, 1]", "grwth: [0, 1]", "line 6, column 5: 'grwth' is no future"),
        ("growth: [0, 1]", "growth: [0, 3]", "line 6, column 5: 'futures → growth' is 3.0"),
        ("capture share", "captured share", "line 9, column 5: .*Did you mean 'capture share'"),
        ("base: homelessness", "base: homelesness", "line 3, column 1: There is no scenario"),
    ],
)
def test_a_fault_in_a_sweep_file_is_named_with_its_place(
    before: str, after: str, says: str, tmp_path: Path
) -> None:
    with pytest.raises(InputError, match=says):
        swept(tmp_path, SWEEP.replace(before, after), installed_vocabulary())
