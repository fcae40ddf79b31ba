"""Sweeps: paired, repeatable to the byte, stopped and gone on with, refused when they would mix."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from upshift.model.errors import InputError
from upshift.scenarios import shards
from upshift.scenarios.manifest import read_manifest
from upshift.scenarios.plan import SweepPlan
from upshift.scenarios.provenance import Evidence
from upshift.scenarios.runner import Runner
from upshift.scenarios.schema import Lever, Scenario
from upshift.scenarios.store import Study, load_study
from upshift.scenarios.sweep import run_sweep

Failing = Callable[[int, type[BaseException]], SweepPlan]


def contents(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def calls(plan: SweepPlan) -> int:
    return int(getattr(plan.model, "calls"))  # noqa: B009 - the stand-in counts, a Runner need not


def fresh(plan: SweepPlan) -> Runner:
    """Another stand-in, which has not been called yet."""
    kind = type(plan.model)
    return kind()


def test_policies_are_paired_with_their_comparator_draw_by_draw(study: Study) -> None:
    contacts = study.yearly["cumulative contacts"]
    before = contacts.sel(time=slice(2011, 2027)).values
    assert np.array_equal(before[0], before[1])
    change = study.change("everything", "cumulative contacts")[:, -1].sum(axis=-1)
    effect = study.draws["effect on contacts"].to_numpy()
    assert np.all(change[effect < 1] < 0)
    assert np.all(change[effect == 1] == 0)  # spike draws: no effect, no change
    assert (effect == 1).any()


def test_nothing_more_is_the_comparator_bit_for_bit(study: Study) -> None:
    for name in study.yearly.data_vars:
        values = study.yearly[name]
        assert np.array_equal(
            values.sel(scenario="nothing-more").values,
            values.sel(scenario="current-funding").values,
        ), name


def test_cashable_needs_a_comparator_handed_over(study: Study) -> None:
    cashable = study.yearly["cumulative cashable cost avoided"]
    assert not cashable.sel(scenario="current-funding").values.any()
    assert cashable.sel(scenario="everything").values.any()


def test_draws_are_those_of_the_design_and_match_the_shards(study: Study, plan: SweepPlan) -> None:
    assert len(study.draws) == plan.draws
    rate = study.draws["contact rate"].to_numpy()
    first_year = study.yearly["cumulative contacts"].sel(scenario="current-funding", time=2012)
    assert first_year.values.sum(axis=1) == pytest.approx(rate)


def test_the_same_sweep_gives_the_same_bytes(plan: SweepPlan, tmp_path: Path) -> None:
    for name in ("one", "two"):
        run_sweep(replace(plan, model=fresh(plan)), tmp_path / name)
    assert contents(tmp_path / "one") == contents(tmp_path / "two")


@pytest.mark.parametrize("call", [1, 2, 4, 8])
def test_an_interrupted_sweep_goes_on_where_it_stopped(
    interrupted: Failing, plan: SweepPlan, tmp_path: Path, call: int
) -> None:
    stopped = interrupted(call, KeyboardInterrupt)
    with pytest.raises(KeyboardInterrupt):
        run_sweep(stopped, tmp_path / "stopped")
    finished = list((tmp_path / "stopped" / "shards").iterdir())
    assert len(finished) == call - 1
    seen: list[tuple[int, int]] = []
    run_sweep(plan, tmp_path / "stopped", lambda done, total: seen.append((done, total)))
    assert calls(plan) == 8 - (call - 1)
    assert seen[-1] == (192, 192)
    assert all(a <= b for (a, _), (b, _) in pairwise(seen))
    run_sweep(replace(plan, model=fresh(plan)), tmp_path / "whole")
    assert contents(tmp_path / "stopped") == contents(tmp_path / "whole")


def test_what_an_interrupted_sweep_finished_can_be_read(
    interrupted: Failing, tmp_path: Path
) -> None:
    with pytest.raises(KeyboardInterrupt):
        run_sweep(interrupted(6, KeyboardInterrupt), tmp_path)
    study = load_study(tmp_path)
    assert [scenario.name for scenario in study.scenarios] == [
        "current-funding",
        "homelessness-table",
    ]
    assert set(study.unfinished) == {"everything", "nothing-more"}


def test_a_folder_without_a_finished_comparator_is_refused(
    interrupted: Failing, tmp_path: Path
) -> None:
    with pytest.raises(KeyboardInterrupt):
        run_sweep(interrupted(2, KeyboardInterrupt), tmp_path)
    with pytest.raises(InputError, match="no finished comparator yet"):
        load_study(tmp_path)


def test_a_failed_run_names_its_scenario_and_draws(interrupted: Failing, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="Scenario 'current-funding', draws 32 to 47: stopped"):
        run_sweep(interrupted(2, InputError), tmp_path)


def test_more_draws_of_a_sobol_design_keep_the_first(plan: SweepPlan, tmp_path: Path) -> None:
    sobol = replace(plan, design="sobol")
    run_sweep(replace(sobol, draws=80), tmp_path / "grown")  # two blocks of 32, and half of one
    before = calls(plan)

    run_sweep(replace(sobol, draws=128), tmp_path / "grown")

    assert calls(plan) - before == 2 * len(plan.scenarios)
    run_sweep(replace(sobol, draws=128, model=fresh(plan)), tmp_path / "whole")
    assert contents(tmp_path / "grown") == contents(tmp_path / "whole")
    with pytest.raises(InputError, match=r"the number of draws \(128 then, 80 now\)"):
        run_sweep(replace(sobol, draws=80), tmp_path / "grown")
    fewer = replace(sobol, draws=160, scenarios=plan.scenarios[:2])
    with pytest.raises(InputError, match=r"leaves out .*everything.* Name them too"):
        run_sweep(fewer, tmp_path / "grown")


def test_a_new_scenario_runs_alone(plan: SweepPlan, tmp_path: Path) -> None:
    run_sweep(plan, tmp_path / "grown")
    more = Scenario(
        name="backbone-alone",
        title="Backbone",
        description="For tests.",
        compare_with="current-funding",
        levers={"backbone": Lever(amount=5e5)},
    )
    longer = replace(plan, scenarios=(*plan.scenarios, more), model=fresh(plan))
    run_sweep(longer, tmp_path / "grown")
    assert calls(longer) == 2
    run_sweep(replace(longer, model=fresh(plan)), tmp_path / "at once")
    assert contents(tmp_path / "grown") == contents(tmp_path / "at once")
    # Asking for fewer again drops nothing.
    study = run_sweep(replace(plan, model=fresh(plan)), tmp_path / "grown")
    assert "backbone-alone" in {scenario.name for scenario in study.scenarios}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"draws": 64}, "the number of draws (48 then, 64 now)"),
        ({"seed": 4}, "the seed (3 then, 4 now)"),
        ({"design": "sobol"}, "the design"),
        ({"block": 16}, "the block size"),
        ({"method": "rk4"}, "the integration method"),
    ],
)
def test_other_inputs_in_the_same_folder_are_refused_with_the_cure(
    plan: SweepPlan, tmp_path: Path, change: dict[str, object], words: str
) -> None:
    run_sweep(plan, tmp_path)
    before = contents(tmp_path)
    with pytest.raises(InputError) as refusal:
        run_sweep(replace(plan, **change), tmp_path)  # type: ignore[arg-type]
    assert words in str(refusal.value)
    assert "a folder of its own" in str(refusal.value)
    assert contents(tmp_path) == before


def test_another_model_or_registry_in_the_same_folder_is_refused(
    plan: SweepPlan, tmp_path: Path
) -> None:
    run_sweep(plan, tmp_path)
    model = fresh(plan)
    setattr(model, "digest", "stand-in 2")  # noqa: B010 - read-only in the protocol
    with pytest.raises(InputError, match="the model or its engine"):
        run_sweep(replace(plan, model=model), tmp_path)
    evidence = Evidence(
        plan.evidence.registry + b"\n", plan.evidence.sources, plan.evidence.action_tables
    )
    with pytest.raises(InputError, match="the parameter registry"):
        run_sweep(replace(plan, evidence=evidence), tmp_path)


def test_a_changed_scenario_is_refused_but_new_words_are_taken(
    plan: SweepPlan, tmp_path: Path
) -> None:
    run_sweep(plan, tmp_path)
    first, second, *rest = plan.scenarios
    dearer = second.model_copy(update={"levers": {"homelessness table": Lever(amount=4e5)}})
    with pytest.raises(InputError, match="a scenario 'homelessness-table' with other levers"):
        run_sweep(replace(plan, scenarios=(first, dearer, *rest)), tmp_path)
    reworded = second.model_copy(update={"title": "In other words"})
    before = calls(plan)
    study = run_sweep(replace(plan, scenarios=(first, reworded, *rest)), tmp_path)
    assert study.scenario("homelessness-table").title == "In other words"
    assert calls(plan) == before


def test_a_damaged_shard_is_named_and_made_anew(plan: SweepPlan, tmp_path: Path) -> None:
    run_sweep(plan, tmp_path)
    whole = contents(tmp_path)
    shard = shards.shard_path(tmp_path, "everything", 1)
    shard.write_bytes(shard.read_bytes()[:200])
    assert "everything" in load_study(tmp_path).unfinished
    run_sweep(plan, tmp_path)
    assert contents(tmp_path) == whole


def test_scenarios_that_cannot_be_compared_fairly_are_refused(
    plan: SweepPlan, tmp_path: Path
) -> None:
    comparator, policy, *_ = plan.scenarios
    other_world = policy.model_copy(update={"settings": {"growth continues": 1.0}})
    with pytest.raises(InputError, match="differ in 'growth continues', which is no lever"):
        run_sweep(replace(plan, scenarios=(comparator, other_world)), tmp_path)
    with pytest.raises(InputError, match="not among the scenarios of this sweep"):
        run_sweep(replace(plan, scenarios=(policy,)), tmp_path)
    chained = policy.model_copy(update={"name": "chained", "compare_with": policy.name})
    with pytest.raises(InputError, match="itself compared with 'current-funding'"):
        run_sweep(replace(plan, scenarios=(comparator, policy, chained)), tmp_path)
    with pytest.raises(InputError, match="Two scenarios are called"):
        run_sweep(replace(plan, scenarios=(comparator, comparator)), tmp_path)
    with pytest.raises(InputError, match="no scenario to run"):
        run_sweep(replace(plan, scenarios=()), tmp_path)
    assert not any(tmp_path.iterdir())


def test_a_future_has_its_own_comparator(plan: SweepPlan, tmp_path: Path) -> None:
    comparator, policy, *_ = plan.scenarios
    world = {"growth continues": 1.0, "contact rate": 3333.0}
    future = comparator.model_copy(update={"name": "future", "settings": world})
    there = policy.model_copy(update={"name": "there", "compare_with": "future", "settings": world})
    study = run_sweep(replace(plan, scenarios=(comparator, policy, future, there)), tmp_path)
    rate = study.yearly["cumulative contacts"].sel(scenario="there", time=2012).values.sum(axis=1)
    assert rate == pytest.approx(np.full(plan.draws, 3333.0))  # set, so no longer drawn
    runs = pq.read_table(tmp_path / "experiments.parquet").to_pandas()
    used = runs.loc[runs["scenario"] == "there", "contact rate"]
    assert set(used) == {3333.0}
    assert study.change("there", "cumulative contacts")[:, -1].sum() < 0


def test_negative_draws_are_refused_before_anything_is_written(
    plan: SweepPlan, tmp_path: Path
) -> None:
    with pytest.raises(InputError, match="number of draws is -3"):
        run_sweep(replace(plan, draws=-3), tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_a_file_in_the_way_is_one_clear_message(plan: SweepPlan, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("mine", encoding="utf-8")
    with pytest.raises(InputError, match="cannot be a folder"):
        run_sweep(plan, tmp_path / "taken")
    assert (tmp_path / "taken").read_text(encoding="utf-8") == "mine"


@pytest.mark.skipif(
    os.name != "posix" or (hasattr(os, "geteuid") and os.geteuid() == 0),
    reason="needs a user whom permissions bind",
)
def test_an_unwritable_folder_is_one_clear_message(plan: SweepPlan, tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(InputError, match="Choose a folder you may write to"):
        run_sweep(plan, tmp_path / "study")


@pytest.mark.parametrize(
    ("number", "words"),
    [(errno.ENOSPC, "The disk is full"), (errno.EACCES, "Choose a folder you may write to")],
)
def test_a_disk_that_fails_half_way_leaves_nothing_half_written(
    plan: SweepPlan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, words: str
) -> None:
    real, written = Path.write_bytes, []

    def failing(where: Path, content: bytes) -> int:
        if ".parquet" in where.name:
            written.append(where)
        if len(written) == 4:
            real(where, b"half")
            raise OSError(number, os.strerror(number))
        return real(where, content)

    monkeypatch.setattr(Path, "write_bytes", failing)
    with pytest.raises(InputError, match=words):
        run_sweep(plan, tmp_path)
    assert len(list((tmp_path / "shards").iterdir())) == 2
    assert not list(tmp_path.rglob("*.part"))
    monkeypatch.undo()
    assert not run_sweep(plan, tmp_path).unfinished


def test_the_manifest_holds_no_path_and_reads_back(plan: SweepPlan, tmp_path: Path) -> None:
    run_sweep(plan, tmp_path)
    text = (tmp_path / "manifest.json").read_text(encoding="utf-8")
    assert str(tmp_path) not in text
    assert read_manifest(tmp_path).to_json() == text


def test_nothing_uncertain_still_fills_every_draw(plan: SweepPlan, tmp_path: Path) -> None:
    comparator, policy, *_ = plan.scenarios
    world = {"effect on contacts": 0.7, "contact rate": 3333.0}
    sure = tuple(s.model_copy(update={"settings": world}) for s in (comparator, policy))
    study = run_sweep(replace(plan, scenarios=sure), tmp_path)
    change = study.change(policy.name, "cumulative contacts")[:, -1].sum(axis=-1)
    assert np.ptp(change) == 0.0
    assert change[0] < 0
