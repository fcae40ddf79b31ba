"""Scenarios that extend others, what sets two apart, templates, and the schema for editors."""

from __future__ import annotations

from pathlib import Path

import jsonschema
import pytest

from upshift.model.errors import InputError
from upshift.scenarios.difference import difference
from upshift.scenarios.json_schema import scenario_schema
from upshift.scenarios.reading import read_yaml
from upshift.scenarios.spec import LIBRARY_FOLDER, load_scenario
from upshift.scenarios.template import child_text, new_text
from upshift.scenarios.vocabulary import Vocabulary

PARENT = """name: parent
title: The parent
description: Two levers and a setting.
compare with: current-funding
levers:
  homelessness table: {amount: 200000, start: 2028}
  alcohol table: {amount: 100000}
settings:
  growth continues: 0.5
"""

TOTAL = (
    "In all it spends 200,000 CAD a year more when everything is in place: 500,000 instead of "
    "300,000."
)


@pytest.fixture(name="folder")
def folder_fixture(tmp_path: Path) -> Path:
    (tmp_path / "parent.yaml").write_text(PARENT)
    return tmp_path


def write(folder: Path, text: str) -> Path:
    path = folder / "child.yaml"
    path.write_text(f"name: child\ntitle: The child\nextends: parent.yaml\n{text}")
    return path


def test_a_child_takes_over_everything_but_name_and_title(
    folder: Path, vocabulary: Vocabulary
) -> None:
    parent = load_scenario(folder / "parent.yaml", vocabulary)
    child = load_scenario(write(folder, ""), vocabulary)

    assert child == parent.model_copy(update={"name": "child", "title": "The child"})


def test_keys_of_a_lever_are_merged_and_an_empty_one_is_dropped(
    folder: Path, vocabulary: Vocabulary
) -> None:
    text = "levers:\n  homelessness table: {amount: 500000}\n  alcohol table:\n"

    child = load_scenario(write(folder, text), vocabulary)

    assert list(child.levers) == ["homelessness table"]
    assert (
        child.levers["homelessness table"].amount,
        child.levers["homelessness table"].start,
    ) == (
        500000,
        2028,
    )
    assert child.settings == {"growth continues": 0.5}


def test_a_fault_in_the_parent_is_named_in_the_parent(folder: Path, vocabulary: Vocabulary) -> None:
    (folder / "parent.yaml").write_text(PARENT.replace("start: 2028", "start: 1998"))

    with pytest.raises(InputError, match=r"parent\.yaml, line 6, column 40"):
        load_scenario(write(folder, ""), vocabulary)


def test_a_circle_of_parents_is_refused(folder: Path, vocabulary: Vocabulary) -> None:
    (folder / "parent.yaml").write_text(PARENT + "extends: child.yaml\n")

    with pytest.raises(InputError, match="comes round to itself"):
        load_scenario(write(folder, ""), vocabulary)


def test_differences_are_told_in_words(folder: Path, vocabulary: Vocabulary) -> None:
    text = "levers:\n  homelessness table: {amount: 500000, end: 2035}\n  alcohol table:\n"
    parent = load_scenario(folder / "parent.yaml", vocabulary)
    child = load_scenario(write(folder, text + "settings:\n  growth continues:\n"), vocabulary)

    assert difference(parent, child, vocabulary) == (
        "Homelessness table gets 500,000 CAD a year instead of 200,000.",
        "Homelessness table goes on until 2035.",
        "Nothing more is spent on alcohol table.",
        TOTAL,
        "'growth continues' is not set: the model's own value or its draws hold, not 0.5.",
    )


def test_a_scenario_does_not_differ_from_itself(vocabulary: Vocabulary) -> None:
    same = load_scenario("all-seven-tables", vocabulary)

    assert difference(same, same, vocabulary) == ()


def test_templates_are_scenarios_and_fit_the_schema(folder: Path, vocabulary: Vocabulary) -> None:
    like = load_scenario("all-seven-half-growth", vocabulary)
    validate = jsonschema.Draft202012Validator(scenario_schema(vocabulary)).validate
    texts = {"fresh": new_text("fresh", vocabulary), "like": child_text("like", like, like.name)}
    for name, text in texts.items():
        path = folder / f"{name}.yaml"
        path.write_text(text)
        load_scenario(path, vocabulary)
        validate(read_yaml(path).value)

    assert load_scenario(folder / "like.yaml", vocabulary).levers == like.levers


def test_a_name_that_is_no_name_gets_no_template(vocabulary: Vocabulary) -> None:
    with pytest.raises(InputError, match="cannot be a scenario's name"):
        new_text("Two Words", vocabulary)


@pytest.mark.parametrize("path", sorted(LIBRARY_FOLDER.glob("*.yaml")), ids=lambda path: path.stem)
def test_the_library_fits_the_schema(path: Path, vocabulary: Vocabulary) -> None:
    jsonschema.Draft202012Validator(scenario_schema(vocabulary)).validate(read_yaml(path).value)


@pytest.mark.parametrize(
    ("fault", "text"),
    [
        ("unknown lever", PARENT.replace("alcohol table", "alcohol tabel")),
        ("negative amount", PARENT.replace("100000", "-1")),
        ("unknown setting", PARENT.replace("growth continues", "growth continue")),
        ("setting out of bounds", PARENT.replace("0.5", "1.5")),
        ("no description", PARENT.replace("description: Two levers and a setting.\n", "")),
    ],
)
def test_the_schema_refuses_what_the_reader_refuses(
    fault: str, text: str, tmp_path: Path, vocabulary: Vocabulary
) -> None:
    path = tmp_path / "faulty.yaml"
    path.write_text(text)

    with pytest.raises(InputError):
        load_scenario(path, vocabulary)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft202012Validator(scenario_schema(vocabulary)).validate(read_yaml(path).value)
