"""The confidence suite: a sound model passes, a faulty one fails in its own row, both say why."""

from __future__ import annotations

from pathlib import Path

import pytest

from upshift.model.checks_file import load_checks
from upshift.model.confidence import NAMES, confidence_rows, name_in_literature
from upshift.model.engine.checks import CheckRow
from upshift.model.errors import InputError

MODEL = """{UTF-8}
people at home = INTEG(moving back - moving out, 100) ~ person ~ |
people away = INTEG(moving out - moving back, 50) ~ person ~ |
moving out = people at home * leaving rate ~ person/Year ~ |
moving back = people away * returning rate * (1 + help * gain) ~ person/Year ~ |
leaving rate = 0.1 ~ 1/Year [0,1] ~ |
returning rate = 0.2 ~ 1/Year [0,1] ~ |
help = 1 ~ Dmnl [0,1] ~ |
gain = 0.5 ~ Dmnl [0,2] ~ |
everybody = people at home + people away ~ person ~ |
at the start = 150 ~ person ~ |
counted at first = at the start + 0 * Time / a year ~ person ~ |
a year = 1 ~ Year ~ |
INITIAL TIME = 0 ~ Year ~ |
FINAL TIME = 2 ~ Year ~ |
TIME STEP = 0.03125 ~ Year ~ |
SAVEPER = 1 ~ Year ~ |
"""
CHECKS = """
headlines: [people away]
conserved: [[everybody, counted at first]]
extremes: {nobody leaves: {leaving rate: 0}}
rest: {help: 0}
loops:
  - help
  - {switch: gain, whole: 2, given: {returning rate: 0.3}, moves: [people at home]}
expected:
  - {name: nobody leaves, given: {leaving rate: 0}, output: people away, ratio: [0, 0.7]}
  - {name: no help is no gain, given: {help: 0, gain: 2}, against: {help: 0, gain: 0},
     output: people away, ratio: [1, 1]}
record:
  - {output: everybody, time: 1.3, value: 151, within: 0.01, source: a count}
responses:
  - {constant: gain, values: [0, 1, 2], output: people away, direction: falls}
ranking:
  output: people away
  direction: falls
  options: {more return: {returning rate: 0.4}, fewer leave: {leaving rate: 0.08}}
  vary: {gain: [0.2, 0.8], help: [0.5, 1]}
"""
FAULTS = {
    "conservation": ("moving back - moving out, 100", "moving back - 2 * moving out, 100"),
    "no stock is negative": (
        "moving back - moving out, 100",
        "moving back - moving out - 200 * one, 100",
    ),
    "nothing drifts at rest": ("returning rate = 0.2", "returning rate = 0.3"),
    "loop can be cut": ("help * gain", "gain"),
    "half the step": ("TIME STEP = 0.03125", "TIME STEP = 1"),
    "Euler against Runge-Kutta": ("TIME STEP = 0.03125", "TIME STEP = 1"),
    "expected at an extreme": ("leaving rate = 0.1", "leaving rate = 0.001"),
    "record": ("moving out - moving back, 50", "moving out - moving back, 60"),
    "response": ("(1 + help * gain)", "(1 - help * gain / 4)"),
}


def _rows(folder: Path, model: str = MODEL, checks: str = CHECKS) -> tuple[CheckRow, ...]:
    (folder / "house.mdl").write_text(model, encoding="utf-8")
    (folder / "house.checks.yaml").write_text(checks, encoding="utf-8")
    return confidence_rows(folder / "house.mdl")


def test_a_sound_model_passes_every_test(tmp_path: Path) -> None:
    rows = _rows(tmp_path)
    assert [row for row in rows if not row.passed] == []
    assert {row.test for row in rows} == {*FAULTS, "extreme condition", "ranking of options"}


@pytest.mark.parametrize("test", FAULTS)
def test_a_fault_is_found_by_its_own_test(tmp_path: Path, test: str) -> None:
    old, new = FAULTS[test]
    assert old in MODEL
    text = MODEL.replace(old, new) + "one = 1 ~ person/Year ~ |\n"
    failed = {row.test for row in _rows(tmp_path, text) if not row.passed}
    assert test in failed


def test_an_extreme_that_breaks_says_what_broke(tmp_path: Path) -> None:
    text = CHECKS.replace("leaving rate: 0", "leaving rate: 7", 1)
    (row,) = [row for row in _rows(tmp_path, checks=text) if row.test == "extreme condition"]
    assert not row.passed
    assert "outside the range" in row.found


def test_a_model_without_a_checks_file_has_no_rows(tmp_path: Path) -> None:
    path = tmp_path / "house.mdl"
    path.write_text(MODEL, encoding="utf-8")
    assert confidence_rows(path) == ()


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("conserved:", "conserve:", "Did you mean 'conserved'"),
        ("direction: falls", "direction: sinks", "responses.0.direction"),
        ("[people away]", "[people afar]", "Did you mean 'people away'"),
        ("  - help\n", "  - helping\n", "no switch"),
        ("moves: [people at home]", "moves: [people at hom]", "Did you mean 'people at home'"),
        ("ratio: [1, 1]", "ratio: [1]", "expected.1.ratio"),
        ("time: 1.3", "time: 3", "outside the model's time, 0 to 2"),
        ("value: 151", "value: 0", "record.0.value"),
        ("  vary: {gain: [0.2, 0.8], help: [0.5, 1]}", "", "Give ranges under 'vary'"),
        ("vary: {gain: [", "vary: {gains: [", "Did you mean 'gain'"),
        ("headlines: [people away]", "headlines: []", "headlines"),
        ("extremes: {", "extremes: {{", "not YAML at line"),
        ("values: [0, 1, 2]", "values: [0]", "values"),
    ],
)
def test_a_faulty_checks_file_is_refused(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert old in CHECKS
    with pytest.raises(InputError, match=r"house\.checks\.yaml") as caught:
        _rows(tmp_path, checks=CHECKS.replace(old, new))
    assert said in str(caught.value)


def test_nothing_in_a_checks_file_is_executed(tmp_path: Path) -> None:
    path = tmp_path / "house.checks.yaml"
    path.write_text("headlines: !!python/object/apply:os.getcwd []\n", encoding="utf-8")
    with pytest.raises(InputError, match="not YAML"):
        load_checks(path)


def test_options_are_ranked_over_the_ranges_of_the_file(tmp_path: Path) -> None:
    first, order = (row for row in _rows(tmp_path) if row.test == "ranking of options")
    assert first.subject == "more return comes first"
    assert "its lead goes most with" in first.note
    assert order.subject == "order of 2 options"


def test_ranks_of_options_are_reported_with_what_moves_them() -> None:
    example = Path(__file__).parents[2] / "calibration" / "example" / "seaton.mdl"
    rows = confidence_rows(example)
    assert all(row.passed for row in rows)
    first, order = (row for row in rows if row.test == "ranking of options")
    assert "of 64 draws" in first.found
    assert "rank correlation" in first.note
    assert "Kendall's tau" in order.found


def test_every_test_has_its_name_in_the_literature() -> None:
    assert {*FAULTS, "extreme condition", "ranking of options"} <= NAMES.keys()
    assert name_in_literature("history: people homeless") == "behaviour reproduction"
