"""What can go wrong with a store: a clear error or a safe repair, and nothing finished is lost."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from upshift.model.errors import InputError
from upshift.scenarios.lock import only_writer
from upshift.scenarios.plan import SweepPlan
from upshift.scenarios.runner import Runner
from upshift.scenarios.shards import shard_path
from upshift.scenarios.store import load_study
from upshift.scenarios.summarise import headline
from upshift.scenarios.sweep import run_sweep
from upshift.scenarios.tables import write_experiments

HERE = Path(__file__).parent
Failing = Callable[..., Runner]
NAMESPACE = ["unshare", "--user", "--map-root-user", "--mount"]


def contents(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def calls(model: Runner) -> int:
    return int(getattr(model, "calls"))  # noqa: B009 - the stand-in counts, a Runner need not


def test_failed_runs_stay_with_their_reason_and_do_not_end_the_sweep(
    plan: SweepPlan, failing: Failing, tmp_path: Path
) -> None:
    study = run_sweep(replace(plan, model=failing()), tmp_path / "failing")
    whole = run_sweep(plan, tmp_path / "whole")

    rates = whole.draws["contact rate"]
    lost = [int(draw) for draw in whole.draws.index[rates > 3940]]
    assert 0 < len(lost) < 5
    spending = {"homelessness-table", "everything"}
    assert {(f.scenario, f.draw) for f in study.failures} == {
        (s, d) for s in spending for d in lost
    }
    assert all(f"{rates[f.draw]:.0f}" in f.reason for f in study.failures)  # each its own reason
    # A draw that failed in one scenario is left out of all: differences stay paired.
    assert sorted({*whole.draws.index} - {*study.draws.index}) == lost
    kept = ~whole.draws.index.isin(lost)
    for name in ("everything", "current-funding"):
        assert np.array_equal(
            study.yearly["cumulative contacts"].sel(scenario=name).values,
            whole.yearly["cumulative contacts"].sel(scenario=name).values[kept],
        )
    assert np.isfinite(headline(study, "everything").horizon(10).demand.contacts.q50)


def test_the_table_of_runs_says_which_failed_and_why(
    plan: SweepPlan, failing: Failing, tmp_path: Path
) -> None:
    study = run_sweep(replace(plan, model=failing()), tmp_path)

    runs = pd.read_parquet(tmp_path / "experiments.parquet")
    assert len(runs) == plan.runs
    failed = runs[runs["failure"] != ""]
    assert set(zip(failed["scenario"], failed["draw"], strict=True)) == {
        (f.scenario, f.draw) for f in study.failures
    }
    outcome = "contacts avoided, 10 years"
    assert failed[outcome].isna().all()
    assert runs.loc[runs["failure"] == "", outcome].notna().all()


def test_a_policy_whose_comparator_failed_says_so(
    plan: SweepPlan, failing: Failing, tmp_path: Path
) -> None:
    study = run_sweep(replace(plan, model=failing(spend=False)), tmp_path)

    reasons = {f.scenario: f.reason for f in study.failures}
    assert reasons["everything"] == f"its comparator failed: {reasons['current-funding']}"
    assert len(study.draws) < plan.draws


def test_a_scenario_that_fails_often_is_left_out_alone(
    plan: SweepPlan, failing: Failing, tmp_path: Path
) -> None:
    study = run_sweep(replace(plan, model=failing(most=3500.0)), tmp_path)

    assert [s.name for s in study.scenarios] == ["current-funding", "nothing-more"]
    assert study.unfinished == ()
    assert len(study.draws) == plan.draws
    with pytest.raises(InputError, match=r"of 48 runs of 'current-funding' failed.*is infinite"):
        run_sweep(replace(plan, model=failing(most=0.0, spend=False)), tmp_path / "hopeless")


def test_a_sweep_with_failures_goes_on_without_running_them_again(
    plan: SweepPlan, failing: Failing, tmp_path: Path
) -> None:
    run_sweep(replace(plan, model=failing()), tmp_path)
    before = contents(tmp_path)
    again = failing()
    run_sweep(replace(plan, model=again), tmp_path)
    assert calls(again) == 0
    assert contents(tmp_path) == before


@pytest.mark.parametrize(
    ("scenario", "fault"),
    [
        ("current-funding", "deleted"),
        ("everything", "deleted"),
        ("everything", "cut short"),
        ("everything", "empty"),
        ("everything", "of another study"),
        ("current-funding", "text"),
    ],
)
def test_a_shard_at_fault_is_made_anew_and_no_other(
    plan: SweepPlan, tmp_path: Path, scenario: str, fault: str
) -> None:
    run_sweep(plan, tmp_path / "store", None, write_experiments)
    whole = contents(tmp_path / "store")
    shard = shard_path(tmp_path / "store", scenario, 0)
    if fault == "deleted":
        shard.unlink()
    elif fault == "of another study":
        run_sweep(replace(plan, seed=4), tmp_path / "other", None, write_experiments)
        shutil.copy(shard_path(tmp_path / "other", scenario, 0), shard)
    else:
        content = shard.read_bytes()
        shard.write_bytes({"cut short": content[:-100], "empty": b"", "text": b"hello"}[fault])

    before = calls(plan.model)
    run_sweep(plan, tmp_path / "store", None, write_experiments)

    assert calls(plan.model) == before + 1
    assert contents(tmp_path / "store") == whole


def test_a_flipped_bit_is_noticed_when_it_is_read(plan: SweepPlan, tmp_path: Path) -> None:
    study = run_sweep(plan, tmp_path)
    shard = shard_path(tmp_path, "everything", 0)
    content = bytearray(shard.read_bytes())
    content[len(content) // 3] ^= 1
    shard.write_bytes(content)

    with pytest.raises(InputError, match="everything-0000"):
        load_study(tmp_path).yearly.compute()
    assert study.manifest.draws == plan.draws


def test_a_foreign_manifest_is_refused_and_nothing_is_touched(
    plan: SweepPlan, tmp_path: Path
) -> None:
    run_sweep(plan, tmp_path / "store")
    run_sweep(replace(plan, seed=4), tmp_path / "other")
    shutil.copy(tmp_path / "other" / "manifest.json", tmp_path / "store" / "manifest.json")
    before = contents(tmp_path / "store")
    with pytest.raises(InputError, match=r"differs in the seed \(4 then, 3 now\)"):
        run_sweep(plan, tmp_path / "store")
    assert contents(tmp_path / "store") == before

    app = {"name": "an app", "icons": []}
    (tmp_path / "store" / "manifest.json").write_text(json.dumps(app), encoding="utf-8")
    with pytest.raises(InputError, match="is no manifest of a study"):
        run_sweep(plan, tmp_path / "store")


def test_two_processes_on_one_store(plan: SweepPlan, tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from upshift.scenarios.lock import only_writer\n"
        "with only_writer(Path(sys.argv[1])): print('held', flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "store")]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        with pytest.raises(InputError, match="Another run is writing to"):
            run_sweep(plan, tmp_path / "store")
        other.communicate("")
    run_sweep(plan, tmp_path / "store")  # the lock went with its holder
    with only_writer(tmp_path / "store"):
        assert load_study(tmp_path / "store").unfinished == ()  # readers need no lock


def test_a_full_and_a_read_only_disk(tmp_path: Path) -> None:
    """A disk of its own, in a namespace of its own; Linux alone has them."""
    if shutil.which("unshare") is None:
        pytest.skip("needs unshare")
    if subprocess.run([*NAMESPACE, "true"], capture_output=True, check=False).returncode:
        pytest.skip("needs user namespaces")
    script = [sys.executable, str(HERE / "faulty_disks.py"), str(tmp_path)]
    done = subprocess.run([*NAMESPACE, *script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split("\n")[:2] == ["full, then gone on with", "read-only, then read"]
