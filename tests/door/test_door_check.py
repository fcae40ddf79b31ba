"""``upshift check``: one table, and an exit code that a script can act on."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import pytest

Run = Callable[..., CompletedProcess[str]]

BAD = Path(__file__).parents[1] / "bad_inputs"
SHIPPED = Path(__file__).parents[2] / "model" / "halton" / "checks.csv"


def test_a_sound_model_passes_with_exit_code_0(upshift: Run, tiny: Path) -> None:
    done = upshift("check", tiny)
    lines = done.stdout.splitlines()
    assert done.returncode == 0
    assert all(line.startswith("pass  ") for line in lines[:-1])
    assert lines[-1] == f"{len(lines) - 1} passed, 0 failed"


def test_a_fault_is_exit_code_1_and_says_what_is_allowed(upshift: Run) -> None:
    done = upshift("check", BAD / "units_mismatch.mdl")
    assert (done.returncode, done.stderr) == (1, "")
    assert "FAIL  units agree: people: cad/month; allowed: person/month" in done.stdout
    assert done.stdout.endswith("1 failed\n")


def test_a_file_that_is_no_model_is_exit_code_2(upshift: Run) -> None:
    done = upshift("check", BAD / "circular.mdl")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("Error: Circular")


def test_halton_passes_and_its_record_is_the_one_that_ships(upshift: Run, tmp_path: Path) -> None:
    """`upshift check halton --to model/halton/checks.csv` makes the shipped one again."""
    made = tmp_path / "checks.csv"
    done = upshift("check", "halton", "--to", made)
    assert done.returncode == 0, done.stdout
    assert made.read_text(encoding="utf-8") == SHIPPED.read_text(encoding="utf-8")
    assert "officer-hours of mental-health calls" in done.stdout
    assert "history: people homeless at a point-in-time count: 2021" in done.stdout


def test_a_record_holds_faults_too(upshift: Run, tmp_path: Path) -> None:
    done = upshift("check", BAD / "units_mismatch.mdl", "--to", tmp_path / "checks.csv")
    assert done.returncode == 1
    lines = (tmp_path / "checks.csv").read_text(encoding="utf-8").splitlines()
    assert any(line.startswith("FAIL,units agree,dimensional consistency,") for line in lines)


def test_a_record_that_cannot_be_written_is_exit_code_2(upshift: Run, tmp_path: Path) -> None:
    done = upshift("check", BAD / "units_mismatch.mdl", "--to", tmp_path / "none" / "checks.csv")
    assert (done.returncode, done.stdout) == (2, "")
    assert "cannot be written" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_terminal_gets_a_table(upshift: Run, tiny: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(sys.stdout), "isatty", lambda _self: True)
    text = upshift("check", tiny).stdout
    assert "│ units agree" in text
    assert "Allowed" in text
