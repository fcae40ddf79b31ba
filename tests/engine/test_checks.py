"""Structure and units of any model, as rows."""

from __future__ import annotations

from pathlib import Path

import pytest

from upshift.model.engine.checks import CheckRow, check_model

CONTROLS = """
INITIAL TIME = 0 ~ Year ~ |
FINAL TIME = 4 ~ Year ~ |
TIME STEP = 0.5 ~ Year ~ |
SAVEPER = 1 ~ Year ~ |
"""
SOUND = """{UTF-8}
people = INTEG(births, start) ~ person ~ |
births = people * birth rate ~ person/Year ~ |
birth rate = 0.1 ~ 1/Year [0,1] ~ |
start = 10 ~ person ~ |
"""
FAULTS = {
    "every constant is read": ("spare = 3 ~ Dmnl ~ |", "spare", "no equation reads it"),
    "every stock has a flow": ("idle = INTEG(0, start) ~ person ~ |", "idle", "a flow of 0"),
    "constants lie within their limits": (
        "share = 1.5 ~ Dmnl [0,1] ~ |\ntwice = 2*share ~ Dmnl ~ |",
        "share",
        "1.5 to 1.5",
    ),
    "starting values are numbers": ("odd = SQRT(-start) ~ person ~ |", "odd", "1 of 1 not finite"),
    "units agree": ("wrong = people + births ~ person ~ |", "wrong", "person/year"),
}


def _rows(tmp_path: Path, text: str) -> tuple[CheckRow, ...]:
    path = tmp_path / "model.mdl"
    path.write_text(text, encoding="utf-8")
    return check_model(path)


def test_a_sound_model_gives_one_row_a_check_and_all_pass(tmp_path: Path) -> None:
    rows = _rows(tmp_path, SOUND + CONTROLS)
    assert len({row.test for row in rows}) == len(rows) == 6
    assert all(row.passed for row in rows)


@pytest.mark.parametrize("test", FAULTS)
def test_a_fault_gives_its_own_row_and_no_other(tmp_path: Path, test: str) -> None:
    text, subject, found = FAULTS[test]
    failed = [row for row in _rows(tmp_path, SOUND + text + CONTROLS) if not row.passed]
    assert test in {row.test for row in failed}
    assert {row.subject for row in failed} == {subject}
    assert found in {row.found for row in failed}


@pytest.mark.parametrize(
    ("old", "new", "subject"),
    [("FINAL TIME = 4", "FINAL TIME = 4.2", "FINAL TIME"), ("= 1 ~ Y", "= 0.7 ~ Y", "SAVEPER")],
)
def test_steps_that_do_not_fit_are_named(tmp_path: Path, old: str, new: str, subject: str) -> None:
    rows = _rows(tmp_path, SOUND + CONTROLS.replace(old, new))
    assert [row.subject for row in rows if not row.passed] == [subject]


def test_a_model_without_units_does_not_pass_for_one_whose_units_agree(tmp_path: Path) -> None:
    text = "".join(
        line.split("~")[0] + "~ ~ |\n" if "~" in line else line + "\n"
        for line in (SOUND + CONTROLS).splitlines()
    )
    (failed,) = [row for row in _rows(tmp_path, text) if not row.passed]
    assert (failed.test, failed.found) == ("units agree", "no unit is stated")


def test_the_units_fault_names_both_sides_and_the_equation(tmp_path: Path) -> None:
    text = SOUND + FAULTS["units agree"][0] + CONTROLS
    (row,) = [row for row in _rows(tmp_path, text) if not row.passed]
    assert row.allowed == "person"
    assert "wrong = people + births" in row.note
