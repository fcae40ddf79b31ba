"""The analyses from Python and from the command line, over a small study."""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd
import pytest

import upshift
from upshift import cli
from upshift.scenarios.spec import load_scenario
from upshift.scenarios.store import Study


def command(monkeypatch: pytest.MonkeyPatch, *words: object) -> int:
    """Run the command line in this process; its exit code."""
    monkeypatch.setattr(sys, "argv", ["upshift", *map(str, words)])
    with pytest.raises(SystemExit) as left:
        cli.main()
    return int(left.value.code or 0)


def test_ranks_of_a_sweep_by_command(
    study: Study,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    to = tmp_path / "ranks"
    assert command(monkeypatch, "sensitivity", study.directory, "--to", to) == 0
    said = capsys.readouterr().out

    assert said.startswith("Uncalibrated: not for funding decisions.\n")
    assert "effect on contacts" in said
    assert (to / "summary.txt").read_text() in said
    table = pd.read_csv(to / "importance-of-inputs.csv")
    assert table["input"][0] == "effect on contacts"
    assert (to / "importance-of-inputs.png").stat().st_size > 10_000
    assert "Uncalibrated" in (to / "importance-of-inputs.svg").read_text()


def test_the_same_input_gives_the_same_bytes(study: Study, tmp_path: Path) -> None:
    for name in ("one", "two"):
        upshift.importance(study.directory, to=tmp_path / name)
    first, second = (sorted((tmp_path / name).iterdir()) for name in ("one", "two"))

    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("sensitivity", "{study}", "--outcome", "calls"), "no outcome 'calls'"),
        (("sensitivity", "{study}", "--scenario", "everthing"), "everything"),
        (("sensitivity", "no-such-scenario"), "no scenario 'no-such-scenario'"),
        (("sensitivity", "all-seven-tables", "--points", "3"), "between 8 and"),
        (("sensitivity", "{empty}"), "holds no study"),
    ],
)
def test_bad_input_is_one_message_and_nothing_written(
    words: tuple[str, ...],
    says: str,
    study: Study,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    place = study.directory.parent
    empty, to = place / "empty", place / "out"
    empty.mkdir()
    given = [word.format(study=study.directory, empty=empty) for word in words]

    assert command(monkeypatch, *given, "--to", to) == 2
    assert says in capsys.readouterr().err
    assert not to.exists()
    assert not list(place.glob("*.unfinished"))


PROBLEM = """name: two
title: Two tables of seven
budget: 600000
objectives: ["contacts avoided, 10 years", "gap closed between populations, 10 years"]
levers: {homelessness table: {ceiling: 400000}, alcohol table: {floor: 100000}}
"""


def test_a_budget_is_optimised_by_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "two.yaml").write_text(PROBLEM)
    small = ("--draws", 8, "--fresh", 8, "--population", 6, "--generations", 1)
    to = tmp_path / "best"

    assert command(monkeypatch, "optimise", tmp_path / "two.yaml", *small, "--to", to) == 0

    said = capsys.readouterr().out
    assert said.splitlines()[0].startswith(("This ranking merely follows", "With one prior"))
    assert "on fresh ones" in said
    allocation = pd.read_csv(to / "allocation.csv").set_index("lever")["amount, CAD a year"]
    assert allocation["alcohol table"] >= 100_000
    assert allocation["homelessness table"] <= 400_000
    assert allocation.sum() <= 600_000
    scores = pd.read_csv(to / "scores.csv")
    assert {"optimum", "spread evenly", "largest first"} <= set(scores["plan"])
    assert scores["score, equal priors"].notna().all()
    for name in ("model digest", "posterior digest", "seed", "versions"):
        assert scores[name].notna().all()
    assert len(pd.read_csv(to / "front.csv")) >= 1
    plan = load_scenario(to / "optimum.yaml")
    assert plan.amount == allocation.sum()
    assert list(to.glob("*.png"))
