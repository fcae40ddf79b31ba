"""How far a study is, at what pace, and how well its headline is known."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from upshift.scenarios.plan import SweepPlan
from upshift.scenarios.runner import Runner
from upshift.scenarios.shards import shard_path
from upshift.scenarios.standing import HeadlineWatch, standing
from upshift.scenarios.summarise import contacts_avoided
from upshift.scenarios.sweep import run_sweep
from upshift.scenarios.tables import write_experiments
from upshift.scenarios.uncertainty import band

Interrupted = Callable[[int, type[BaseException]], SweepPlan]


def test_runs_kept_failed_and_left_are_counted(
    plan: SweepPlan, failing: Callable[..., Runner], tmp_path: Path
) -> None:
    study = run_sweep(replace(plan, model=failing()), tmp_path, None, write_experiments)
    shard_path(tmp_path, "everything", 1).unlink()

    found = standing(tmp_path)

    assert (found.runs, found.total) == (plan.runs - 16, plan.runs)
    kept = [f for f in study.failures if f.scenario != "everything" or f.draw < 32]
    assert found.failed == len(kept) > 0
    assert found.scan.done["everything"] == (0,)


def test_time_left_is_that_of_the_newest_shards_pace(
    interrupted: Interrupted, tmp_path: Path
) -> None:
    with pytest.raises(KeyboardInterrupt):
        run_sweep(interrupted(5, KeyboardInterrupt), tmp_path)
    first = [("current-funding", 0), ("current-funding", 1)]
    then = [("homelessness-table", 0), ("homelessness-table", 1)]
    for second, shard in enumerate([*first, *then]):
        os.utime(shard_path(tmp_path, *shard), (1e9 + 4 * second, 1e9 + 4 * second))

    found = standing(tmp_path)

    assert found.pace == pytest.approx((16 + 32 + 16) / 12)
    assert found.seconds_left == pytest.approx((192 - 96) / ((16 + 32 + 16) / 12))


def test_the_headline_so_far_is_that_of_the_finished_draws(plan: SweepPlan, tmp_path: Path) -> None:
    study = run_sweep(plan, tmp_path, None, write_experiments)
    policy = study.policies[0].name
    avoided = contacts_avoided(study, policy, 2037)
    watch = HeadlineWatch(tmp_path)

    assert watch.look() == band(avoided)
    assert watch.policy is not None
    assert watch.policy.name == policy
    shard = shard_path(tmp_path, policy, 1)
    shard.rename(shard.with_suffix(".away"))
    some = HeadlineWatch(tmp_path)
    assert some.look() == band(avoided[:32])
    shard.with_suffix(".away").rename(shard)
    assert some.look() == band(avoided)  # the new block is read, the old one remembered


def test_a_watch_waits_for_something_to_see(plan: SweepPlan, tmp_path: Path) -> None:
    watch = HeadlineWatch(tmp_path / "store")
    assert watch.look() is None
    seen = []
    run_sweep(plan, tmp_path / "store", lambda *_: seen.append(watch.look()), write_experiments)
    assert seen[0] is None
    draws = [0 if known is None else known.draws for known in seen]
    assert draws == sorted(draws)
    assert draws[-1] == plan.draws
    assert np.isfinite(seen[-1].error) if seen[-1] else False
