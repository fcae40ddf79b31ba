"""The worked example from the command line: a model with an eighth table is run and swept."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import pandas as pd
import pytest

from upshift.model.halton.tables import HOME, NewTable, close_table, open_table

Run = Callable[..., CompletedProcess[str]]

SCENARIO = """
name: opioids-table
title: An opioids table
description: Half a million a year for the new table from the year in which it opens.
compare with: current-funding
levers:
  opioids table:
    amount: 500000
    start: 2029
"""


@pytest.fixture(name="folder")
def _folder(tmp_path: Path) -> Path:
    folder = tmp_path / "my-model"
    open_table(HOME, folder, NewTable("opioids", "alcohol", 2029.0, 0.3))
    close_table(folder, folder, "dual diagnosis", 2031.0)
    return folder


def test_a_model_with_an_eighth_table_is_simulated_and_swept(upshift: Run, folder: Path) -> None:
    done = upshift("simulate", folder / "halton.mdl", "--output", "waiting time")
    assert done.returncode == 0, done.stderr
    assert '"waiting time[opioids]"' in done.stdout or "waiting time[opioids]" in done.stdout
    Path("mine.yaml").write_text(SCENARIO, encoding="utf-8")
    arguments = ("run", "mine.yaml", "--draws", "4", "--to", "results")
    done = upshift(*arguments, "--model", folder)
    assert done.returncode == 0, done.stderr
    experiments = pd.read_parquet("results/experiments.parquet")
    assert "opioids-table" in set(experiments["scenario"])
    summary = pd.read_csv("results/summary.csv")
    assert "opioids table" in set(summary["element"])
    assert "An opioids table" in Path("results/report.html").read_text(encoding="utf-8")


def test_the_installed_model_has_no_such_lever(upshift: Run) -> None:
    Path("mine.yaml").write_text(SCENARIO, encoding="utf-8")
    done = upshift("run", "mine.yaml", "--draws", "4")
    assert done.returncode == 2
    assert "the model has no lever 'opioids table'" in done.stderr


def test_a_folder_without_a_model_is_refused(upshift: Run, tmp_path: Path) -> None:
    done = upshift("run", "current-funding", "--model", tmp_path / "nowhere")
    assert done.returncode == 2
    assert "A model folder holds parameters.csv" in done.stderr
