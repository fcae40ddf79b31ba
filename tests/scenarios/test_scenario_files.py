"""Scenario files: what they may say, what is refused and how, and the library itself."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from upshift.model.errors import InputError
from upshift.scenarios.economics import POLICY_START
from upshift.scenarios.schema import Lever, Scenario, spent_between
from upshift.scenarios.spec import (
    LIBRARY_FOLDER,
    library_names,
    load_library,
    load_scenario,
    load_scenarios,
)
from upshift.scenarios.vocabulary import Vocabulary

BAD = Path(__file__).parent / "bad"

COMPLAINTS = {
    "a_list": "holds a list, not keys with values",
    "alias": "line 8, column 11: this is not valid YAML (anchors and aliases",
    "amount_is_infinite": "'levers → homelessness table → amount' is inf",
    "amount_is_text": "the text '1e6'; it must be a number, written like",
    "amount_is_yes": "it must be a number",
    "amount_missing": "'levers → homelessness table → amount' is missing",
    "amount_negative": "is -5; it must be at least 0",
    "amount_too_large": "it must be at most 100000000",
    "broken_yaml": "line 8, column 4: this is not valid YAML",
    "compares_with_itself": "the scenario itself",
    "control_parameter": "'TIME STEP' is set by the sweep itself",
    "drops_nothing": "line 5, column 3: 'levers → alcohol table' is empty; it must be keys with "
    "values",
    "empty": "is empty",
    "ends_before_start": "end is 2029; it must come after start, 2030",
    "extends_a_list": "line 3, column 1: 'extends' is ['all-seven-tables']; it must name one "
    "scenario",
    "extends_itself": "line 3, column 1: ",
    "extends_nothing": "line 3, column 1: There is no scenario 'all-seven-tabels' in the library. "
    "Did you mean 'all-seven-tables'",
    "lever_as_setting": "is set by the keys under 'levers'",
    "lever_is_number": "is 300000; it must be keys with values",
    "levers_without_comparator": "usually current-funding",
    "name_with_spaces": "lower-case words",
    "not_utf8": "is not UTF-8 text",
    "number_key": "the key '2027' is not plain text",
    "python_tag": "could not determine a constructor",
    "repeated_key": "line 8, column 5: 'amount' is given twice (first on line 7)",
    "setting_out_of_range": "'growth continues' is 1.5; it must lie between 0 and 1",
    "start_too_early": "it must be at least 2027",
    "title_missing": "'title' is missing",
    "unknown_key": "line 5, column 1: 'leverz' is not a known key. Did you mean 'levers'?",
    "unknown_lever": "line 6, column 3: the model has no lever 'homelesness table'. "
    "Did you mean 'homelessness table'",
    "unknown_lever_key": "line 7, column 5: 'levers → homelessness table → amuont' is not a known "
    "key. Did you mean 'amount'",
    "unknown_setting": "has no constant 'growth continue'. Did you mean 'growth continues'",
}


PLACELESS = {"a_list", "empty", "not_utf8"}
"""Faults of a whole file, not of a place in it."""


def test_every_bad_file_has_its_complaint() -> None:
    assert sorted(COMPLAINTS) == sorted(path.stem for path in BAD.glob("*.yaml"))


@pytest.mark.parametrize("fault", sorted(COMPLAINTS))
def test_a_bad_file_is_refused_with_its_name_and_fault(fault: str, vocabulary: Vocabulary) -> None:
    with pytest.raises(InputError) as refusal:
        load_scenario(BAD / f"{fault}.yaml", vocabulary)
    assert f"{fault}.yaml" in str(refusal.value)
    assert COMPLAINTS[fault] in str(refusal.value)
    assert (fault in PLACELESS) != bool(re.search(r", line \d+, column \d+: ", str(refusal.value)))


def test_a_missing_file_and_an_unknown_name_are_refused(vocabulary: Vocabulary) -> None:
    with pytest.raises(InputError, match="There is no scenario file"):
        load_scenario(BAD / "absent.yaml", vocabulary)
    with pytest.raises(InputError, match="Did you mean 'homelessness-table'"):
        load_scenario("homelesness-table", vocabulary)


def test_a_folder_is_no_scenario(tmp_path: Path, vocabulary: Vocabulary) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        load_scenario(tmp_path, vocabulary)


def test_deep_nesting_is_refused_in_words(tmp_path: Path, vocabulary: Vocabulary) -> None:
    path = tmp_path / "deep.yaml"
    path.write_text("name: " + "[" * 5000 + "]" * 5000, encoding="utf-8")
    with pytest.raises(InputError, match=r"deep\.yaml"):
        load_scenario(path, vocabulary)


def test_the_library_loads_and_asks_what_the_plan_asks(vocabulary: Vocabulary) -> None:
    library = {scenario.name: scenario for scenario in load_library(vocabulary)}
    assert set(library) == set(library_names())
    assert len([scenario for scenario in library.values() if not scenario.is_comparator]) >= 15
    tables = [lever for lever in vocabulary.levers if lever.endswith(" table")]
    tables.remove("situation table")
    alone = [s for s in library.values() if len(s.levers) == 1 and s.amount == 300_000]
    assert {lever for s in alone for lever in s.levers} == {
        *tables,
        "situation table",
        "mobile crisis",
        "emergency call diversion",
        "hospital transfer protocol",
        "backbone",
        "social development programmes",
    }
    assert set(library["all-seven-tables"].levers) == set(tables)
    assert set(library["crisis-response"].levers) == {"crisis response"}
    assert library["all-seven-reinvested"].settings == {"share of cashable money reinvested": 1}


def test_library_files_are_named_for_their_scenario(vocabulary: Vocabulary) -> None:
    for path in LIBRARY_FOLDER.glob("*.yaml"):
        assert load_scenario(path, vocabulary).name == path.stem


@pytest.mark.parametrize(
    "name",
    ["crisis-response", "all-seven-phased", "all-seven-staggered", "tables-and-backbone"],
)
def test_versions_of_the_same_money_spend_the_same_in_ten_years(
    name: str, vocabulary: Vocabulary
) -> None:
    def spent(scenario: Scenario) -> float:
        levers = scenario.levers.values()
        return sum(spent_between(lever, POLICY_START, POLICY_START + 10) for lever in levers)

    reference = spent(load_scenario("all-seven-tables", vocabulary))
    assert reference == pytest.approx(19_950_000)
    assert spent(load_scenario(name, vocabulary)) == pytest.approx(reference, rel=1e-6)


def test_spending_between_years_by_hand() -> None:
    lever = Lever(amount=100, start=2028, ramp=2, end=2031)
    # 2028 to 2030: a triangle of 100; 2030 to 2031: 100; nothing after.
    assert spent_between(lever, 2027, 2045) == pytest.approx(200)
    assert spent_between(lever, 2029, 2030) == pytest.approx(75)
    assert spent_between(lever, 2031, 2040) == 0


def test_a_scenario_brings_its_comparator(vocabulary: Vocabulary) -> None:
    chosen = load_scenarios(["homelessness-table"], vocabulary)
    assert [scenario.name for scenario in chosen] == ["current-funding", "homelessness-table"]


def test_a_comparator_that_does_not_exist_is_named(tmp_path: Path, vocabulary: Vocabulary) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(
        "name: mine\ntitle: Mine\ndescription: For the test.\ncompare with: curent-funding\n",
        encoding="utf-8",
    )
    with pytest.raises(InputError, match="Did you mean 'current-funding'"):
        load_scenarios([path], vocabulary)
    with pytest.raises(InputError, match="Two scenarios are called 'current-funding'"):
        load_scenarios(["current-funding", "current-funding"], vocabulary)
