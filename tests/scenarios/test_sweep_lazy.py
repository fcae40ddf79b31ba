"""A study is read when it is used, and memory holds only what was used last."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from upshift.model.errors import InputError
from upshift.scenarios import lazy, shards
from upshift.scenarios.plan import SweepPlan
from upshift.scenarios.store import Study, load_study
from upshift.scenarios.sweep import run_sweep


@pytest.fixture(name="study")
def study_fixture(plan: SweepPlan, tmp_path: Path) -> Study:
    return run_sweep(plan, tmp_path)


def test_a_study_opens_without_reading_a_result(
    study: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lazy, "read_columns", None)

    again = load_study(study.directory)

    assert again.yearly["cumulative contacts"].shape == study.yearly["cumulative contacts"].shape


def test_little_memory_changes_no_number(study: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lazy, "KEPT_BYTES", 1)
    monkeypatch.setattr(lazy, "TOGETHER_BYTES", 0)

    again = load_study(study.directory)

    assert again.yearly.identical(study.yearly)
    change = again.change("everything", "cumulative contacts")
    assert np.array_equal(change, study.change("everything", "cumulative contacts"))


@pytest.mark.parametrize("kept", [1, 10**5, 10**9])
def test_no_more_is_kept_than_allowed(
    study: Study, kept: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lazy, "KEPT_BYTES", kept)
    monkeypatch.setattr(lazy, "TOGETHER_BYTES", 0)
    results = lazy.RecentResults(study.directory, study.manifest)
    draws = np.arange(study.manifest.draws)
    sizes = [
        results.get(scenario.name, output, draws).nbytes
        for scenario in study.scenarios
        for output in study.manifest.outputs
    ]

    assert sum(array.nbytes for array in results._kept.values()) <= max(kept, *sizes)


def test_selections_are_those_of_the_whole(study: Study) -> None:
    lazily = study.yearly["people by zone"]
    whole = lazily.compute()

    assert np.array_equal(lazily[1, 3:9, -1].values, whole.values[1, 3:9, -1])
    assert np.array_equal(lazily[[2, 0]].values, whole.values[[2, 0]])
    assert np.array_equal(lazily[-1].values, whole.values[-1])


def test_a_result_that_breaks_after_opening_is_named(study: Study) -> None:
    again = load_study(study.directory)
    shard = shards.shard_path(study.directory, "everything", 0)
    shard.write_bytes(shard.read_bytes()[:200])

    with pytest.raises(InputError, match="everything-0000"):
        again.change("everything", "cumulative contacts")
