"""The same sweep on a cluster of processes: no run is lost, and the bytes are the same."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from upshift.model.errors import InputError
from upshift.scenarios import cluster
from upshift.scenarios.plan import SweepPlan

HERE = Path(__file__).parent


def test_a_cluster_of_processes_makes_the_same_bytes(tmp_path: Path) -> None:
    script = [sys.executable, str(HERE / "cluster_sweeps.py"), str(tmp_path)]

    done = subprocess.run(script, capture_output=True, text=True, check=False, timeout=500)

    assert done.returncode == 0, done.stderr
    lost, compiled, other = done.stdout.splitlines()
    assert (lost, compiled) == ("a lost worker lost no run", "compiled alike")
    assert "A worker has numpy" in other
    assert "Install the same versions" in other


def test_no_scheduler_is_one_clear_message(
    plan: SweepPlan, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "CONNECT_SECONDS", 0.2)
    with (
        pytest.raises(InputError, match=r"No Dask scheduler answers at tcp://127\.0\.0\.1:9"),
        cluster.dask_crew("tcp://127.0.0.1:9", plan.model),
    ):
        pass
    with (
        pytest.raises(InputError, match="No Dask scheduler answers at nonsense"),
        cluster.dask_crew("nonsense://", plan.model),
    ):
        pass


def test_without_dask_the_cure_is_named(plan: SweepPlan, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with (
        pytest.raises(InputError, match=r"pip install 'upshift\[cluster\]'"),
        cluster.dask_crew("tcp://127.0.0.1:9", plan.model),
    ):
        pass
