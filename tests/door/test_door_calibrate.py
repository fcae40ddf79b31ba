"""``upshift calibrate`` as a user meets it: bad input, draws that are not good enough, a kill."""

from __future__ import annotations

import csv
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import numpy as np
import pytest

from upshift.calibration import diagnose
from upshift.calibration.synthetic import EXAMPLE
from upshift.model.halton.posterior import POSTERIOR_NAME, SHIPPED

Run = Callable[..., CompletedProcess[str]]
FIRST = "crisis_calls_month,made-up record,2019-01-01,2019-02-01,seaton,111,calls/month"
CUT = ("--until", "2021")
FEW = ("--steps", "8", "--no-hold-outs")


@pytest.fixture(name="region")
def region_fixture(tmp_path: Path) -> Path:
    """A copy of the example region, to be spoilt."""
    folder = tmp_path / "seaton"
    shutil.copytree(EXAMPLE, folder)
    return folder


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("seaton,111,calls/month", "seaton,111,calls/year", "the period from 2019-01-01"),
        ("2019-02-01,2019-03-01", "2019-01-01,2019-02-01", "is there twice"),
        ("seaton,111", "seaton,-111", "a count of -111 is impossible"),
        (FIRST, FIRST.replace("calls_month", "call_month"), "Did you mean 'crisis_calls_month'"),
        ("2015-01-01,2016-01-01", "2012-01-01,2013-01-01", "outside the model's time, 2015"),
    ],
    ids=["units", "duplicate", "impossible", "unknown series", "outside the time"],
)
def test_a_bad_row_is_one_message_and_exit_code_2(
    upshift: Run, region: Path, old: str, new: str, said: str
) -> None:
    """In a table that is given with ``--data``; those of a region are read in the same way."""
    text = (region / "observations.csv").read_text(encoding="utf-8")
    assert old in text
    other = region.with_name("other.csv")
    other.write_text(text.replace(old, new, 1), encoding="utf-8")
    done = upshift("calibrate", "--region", region, "--data", other, "--to", "made")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("Error: other.csv row ")
    assert said in done.stderr
    assert done.stderr.count("\n") == 1
    assert not Path("made").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--region", "nowhere"), "There is no folder nowhere"),
        (("--region", EXAMPLE, "--data", "none.csv"), "There is no file none.csv"),
        (("--region", EXAMPLE, "--until", "2012"), "There is nothing to fit by 2012"),
    ],
)
def test_a_region_that_cannot_be_used_is_exit_code_2(
    upshift: Run, arguments: tuple[str | Path, ...], said: str
) -> None:
    done = upshift("calibrate", *arguments, "--to", "made")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"Error: {said}")
    assert not Path("made").exists()


@pytest.mark.parametrize("fault", ["damaged", "of another model"])
def test_a_posterior_that_may_not_be_used_stops_a_run(
    upshift: Run, tmp_path: Path, fault: str
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    for name in ("halton.mdl", "parameters.csv", "sources.csv", "action_tables.csv"):
        shutil.copy(SHIPPED.with_name(name), home)
    content = SHIPPED.read_bytes()
    if fault == "damaged":
        content = content[: len(content) // 2]
    if fault == "of another model":
        model = home / "halton.mdl"
        text = model.read_text(encoding="utf-8")
        assert "birth rate=\n\t0.0115" in text
        model.write_text(text.replace("birth rate=\n\t0.0115", "birth rate=\n\t0.0116"), "utf-8")
    (home / POSTERIOR_NAME).write_bytes(content)
    done = upshift("run", "crisis-response", "--draws", "4", "--model", home, "--to", "study")
    assert (done.returncode, done.stdout) == (2, "")
    (line,) = [one for one in done.stderr.splitlines() if one.startswith("Error: ")]
    assert fault.removeprefix("of ") in line
    assert "`upshift calibrate`" in line
    assert "--from-prior" in line
    assert not Path("study").exists()


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="a kill that nothing can catch is a Unix matter")
def test_draws_that_fail_are_refused_and_a_killed_run_comes_to_the_same_bytes(
    upshift: Run, region: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One calibration of other rows, held to a higher bound; the same, killed in its second
    ensemble of four. What ends after ``--until`` is predicted and not fitted."""
    other = region.with_name("other.csv")
    text = (region / "observations.csv").read_text(encoding="utf-8")
    other.write_text(text.replace("seaton,111,", "seaton,112,", 1), encoding="utf-8")
    arguments = ("calibrate", "--region", EXAMPLE, "--data", other, *CUT, *FEW)
    old = tmp_path / "killed" / POSTERIOR_NAME
    old.parent.mkdir()
    old.write_bytes(b"of an earlier run")
    _killed_at_work((*arguments, "--to", tmp_path / "killed"), tmp_path / "killed" / "sampler")
    monkeypatch.setattr(diagnose, "FEWEST_EFFECTIVE", 100_000)
    for name in ("whole", "killed"):
        done = upshift(*arguments, "--to", name)
        assert done.returncode == 1
        assert "No posterior is written: the draws are not good enough" in done.stderr
        assert "effective draws of 100000" in done.stderr
        assert "More steps (--steps)" in done.stderr
    assert not old.exists()
    text = (tmp_path / "whole" / "predictions.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(text.splitlines()))
    assert rows[0]["value"] == "112"
    assert {row["end"] <= "2021-01-01" for row in rows if row["use"] == "fit"} == {True}
    later = [
        row for row in rows if row["series"] == "crisis_calls_month" and row["end"] > "2021-01-01"
    ]
    assert [row["use"] for row in later] == ["validate"] * 12
    made = _contents(tmp_path / "whole")
    assert {"draws.parquet", "summary.md", "marginals.svg", "profiles.csv"} <= made.keys()
    assert _contents(tmp_path / "killed") == made


def _killed_at_work(arguments: tuple[str | Path, ...], state: Path) -> None:
    """Kill the command when its second ensemble is on disk for the first time."""
    code = "from upshift.cli import main; main()"
    command = [sys.executable, "-c", code, *map(str, arguments)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as child:
        while child.poll() is None and not (state / "ensemble-1.npz").exists():
            time.sleep(0.005)
        child.send_signal(signal.SIGKILL)
        assert child.wait() == -signal.SIGKILL, "it was over before it could be killed"
    assert not (state / "ensemble-3.npz").exists()
    with np.load(state / "ensemble-0.npz") as kept:
        assert kept.files


def _contents(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
