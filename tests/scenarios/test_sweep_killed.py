"""A killed sweep loses nothing finished, and two writers do not share a store."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from upshift.model.errors import InputError
from upshift.scenarios.lock import only_writer
from upshift.scenarios.plan import SweepPlan
from upshift.scenarios.sweep import run_sweep

HERE = Path(__file__).parent


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs to fork")
def test_a_store_killed_at_twenty_moments_ends_the_same(tmp_path: Path) -> None:
    script = [sys.executable, str(HERE / "killed_sweeps.py")]
    arguments = [str(HERE / "conftest.py"), str(tmp_path), "20"]

    done = subprocess.run([*script, *arguments], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    assert int(done.stdout.split(" ")[0]) >= 10


def test_a_second_writer_is_refused(plan: SweepPlan, tmp_path: Path) -> None:
    with only_writer(tmp_path), pytest.raises(InputError, match="Another run is writing"):
        run_sweep(plan, tmp_path)

    run_sweep(plan, tmp_path)
