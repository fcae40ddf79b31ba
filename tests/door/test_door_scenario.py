"""``upshift new``, ``diff``, ``schema`` and ``status``, as a user meets them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

Run = Callable[..., CompletedProcess[str]]


def test_new_writes_a_file_that_can_be_shown(upshift: Run, tmp_path: Path) -> None:
    made = upshift("new", "twice-the-teams")

    assert made.returncode == 0
    assert "upshift run twice-the-teams.yaml" in made.stdout
    assert "Twice the teams" in upshift("show", tmp_path / "twice-the-teams.yaml").stdout


def test_new_extends_a_file_in_another_folder(upshift: Run, tmp_path: Path) -> None:
    upshift("new", "first", "--in", tmp_path / "one")
    upshift("new", "second", "--like", tmp_path / "one" / "first.yaml", "--in", tmp_path / "two")

    told = upshift("diff", tmp_path / "one" / "first.yaml", tmp_path / "two" / "second.yaml")

    assert told.returncode == 0
    assert "No difference" in told.stdout


def test_new_never_overwrites(upshift: Run) -> None:
    upshift("new", "mine")
    again = upshift("new", "mine")

    assert again.returncode == 2
    assert "exists already" in again.stderr


def test_diff_tells_what_changes(upshift: Run) -> None:
    told = upshift("diff", "all-seven-tables", "all-seven-then-stop")

    assert told.returncode == 0
    assert "Alcohol table goes on until 2032." in told.stdout


def test_the_schema_is_json(upshift: Run) -> None:
    assert "homelessness table" in json.dumps(json.loads(upshift("schema").stdout))


def test_status_of_a_folder_without_a_study_is_refused(upshift: Run, tmp_path: Path) -> None:
    done = upshift("status", tmp_path)

    assert done.returncode == 2
    assert "holds no study" in done.stderr


def test_sweep_runs_every_variant_and_goes_on(upshift: Run, tmp_path: Path) -> None:
    (tmp_path / "sweep.yaml").write_text(
        "name: trial\ntitle: A trial\nbase: homelessness-table\n"
        "vary: {levers: {homelessness table: {amount: [100000, 500000]}}}\n"
    )

    done = upshift("sweep", "sweep.yaml", "--draws", "8", "--to", "out")

    assert done.returncode == 0, done.stderr
    assert "trial-00002" in done.stdout
    first = (tmp_path / "out" / "experiments.parquet").read_bytes()
    again = upshift("sweep", "sweep.yaml", "--draws", "8", "--to", "out", "--log", "json")
    assert again.returncode == 0
    lines = [json.loads(line) for line in again.stderr.splitlines()]
    assert [line["level"] for line in lines] == ["info"] * len(lines)
    assert (lines[-1]["done"], lines[-1]["total"]) == (24, 24)
    assert lines[-1]["monte_carlo_error"] > 0
    told = upshift("status", "out").stdout
    assert "24 of 24 runs are kept, 0 of them failed; 0 are left." in told
    assert "Police contacts avoided by 2037, trial-00001: median" in told
    assert (tmp_path / "out" / "experiments.parquet").read_bytes() == first
