"""Which bundle wins where: by hand on three futures, and by command on a small study."""

from __future__ import annotations

import sys
from dataclasses import replace
from math import nan
from pathlib import Path
from typing import Any, cast

import numpy as np
import pandas as pd
import pytest

import upshift
from upshift import cli
from upshift.model.errors import InputError
from upshift.scenarios.analysis.contest import (
    Bundle,
    Contest,
    bundles_of,
    common_regrets,
    contest,
    pair_table,
    regret_table,
    win_shares,
)
from upshift.scenarios.analysis.discover import DiscoverSettings, case_frame, discover
from upshift.scenarios.analysis.outcome import outcome_values
from upshift.scenarios.analysis.results import ResultTable
from upshift.scenarios.plan import SweepPlan
from upshift.scenarios.schema import Lever, Scenario
from upshift.scenarios.store import Study
from upshift.scenarios.sweep import run_sweep

OUTCOME = "contacts avoided, 10 years"

BY_HAND = Contest(
    outcome=OUTCOME,
    bundles=(Bundle("Nothing more", {}), Bundle("A", {}), Bundle("B", {})),
    futures=("f1", "f2"),
    values=np.array(
        [
            [[0.0, 0.0, 0.0], [0.0, 0.0, 0.0]],
            [[3.0, -1.0, 2.0], [1.0, 1.0, 1.0]],
            [[2.0, 4.0, 2.0], [nan, nan, nan]],
        ]
    ),
)


def rows_by(table: ResultTable, *keys: str) -> dict[tuple[str, ...], dict[str, Any]]:
    """Rows of a table by some of their cells."""
    records = cast("list[dict[str, Any]]", table.frame.to_dict("records"))
    return {tuple(str(row[key]) for key in keys): row for row in records}


def test_pairs_count_futures_and_draws() -> None:
    table = rows_by(pair_table(BY_HAND), "first", "second")
    pair = table["A", "B"]

    assert pair["first wins, share"] == pytest.approx(1 / 3)
    assert pair["second wins, share"] == pytest.approx(1 / 3)
    assert pair["tied, share"] == pytest.approx(1 / 3)
    assert pair["futures"] == 1
    assert pair["runs compared"] == 3
    nothing = table["Nothing more", "A"]
    assert nothing["futures"] == 2
    assert nothing["second wins, share"] == pytest.approx(5 / 6)
    assert nothing["futures the second takes"] == 2


def test_regret_is_over_futures_that_all_share() -> None:
    short, futures = common_regrets(BY_HAND)
    table = rows_by(regret_table(BY_HAND), "bundle")

    assert futures == ("f1",)
    assert short.tolist() == [[3, 4, 2], [0, 5, 0], [1, 0, 0]]
    assert table["B",]["minimax"]
    assert table["A",]["largest regret"] == 5
    assert table["B",]["90th percentile of regret"] == pytest.approx(0.8)


def test_shares_of_a_pair_add_up() -> None:
    shares = win_shares(BY_HAND)
    rest = ~np.eye(3, dtype=np.bool_)

    assert (shares + shares.T)[rest] == pytest.approx(1.0)


def futures_plan(plan: SweepPlan) -> SweepPlan:
    """Two bundles in the present and in a future in which growth continues."""
    world = {"growth continues": 1.0}
    growing = Scenario(name="growing", title="Growing", description="Growth.", settings=world)
    again = [
        Scenario(
            name=f"{policy.name}-growing",
            title=f"{policy.title}, growing",
            description="In that future.",
            compare_with="growing",
            levers=policy.levers,
            settings=world,
        )
        for policy in plan.scenarios[1:3]
    ]
    return replace(plan, scenarios=(*plan.scenarios, growing, *again))


def test_bundles_that_share_no_future_are_compared_with_nothing_more_alone(
    plan: SweepPlan, tmp_path: Path
) -> None:
    apart = futures_plan(plan)
    kept = ("current-funding", "homelessness-table", "growing", "everything-growing")
    chosen = tuple(scenario for scenario in apart.scenarios if scenario.name in kept)
    study = run_sweep(replace(plan, scenarios=chosen), tmp_path / "study")

    found = discover(study, DiscoverSettings(OUTCOME, below=1e9))

    assert len(found.contest.bundles) == 3
    assert [one.case.split("” ")[1] for one in found.found] == [
        f"brings less than 1,000,000,000 contacts ({OUTCOME})"
    ]
    assert pair_table(found.contest).frame["futures"].tolist() == [1, 1]


def test_a_bundle_is_known_again_in_another_future(plan: SweepPlan, tmp_path: Path) -> None:
    study = run_sweep(futures_plan(plan), tmp_path / "study")
    bundles = {bundle.title: bundle.runs for bundle in bundles_of(study)}

    assert bundles["The everything"] == {
        "current-funding": "everything",
        "growing": "everything-growing",
    }
    assert bundles["The nothing-more"] == {"current-funding": "nothing-more"}
    found = contest(study, OUTCOME)
    assert found.titles[:2] == ("Nothing more", "The everything")
    assert found.futures == ("current-funding", "growing")

    box = discover(study, DiscoverSettings(OUTCOME, below=1500.0)).found[0]
    assert "growth continues" in case_frame(box)
    assert "effect on contacts" in box.boxes[0].words


def test_discovery_by_command(
    study: Study,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    to = tmp_path / "out"
    middle = float(np.median(outcome_values(study, "everything", OUTCOME)))
    words = ["discover", study.directory, "--below", middle, "--to", to]
    monkeypatch.setattr(sys, "argv", ["upshift", *map(str, words)])
    with pytest.raises(SystemExit) as left:
        cli.main()
    assert left.value.code in (0, None)
    said = capsys.readouterr().out

    assert "PRIM: when effect on contacts is above" in said
    boxes = pd.read_csv(to / "boxes.csv")
    assert {"PRIM", "CART"} <= set(boxes["method"].dropna())
    assert {"coverage", "density", "quasi-p-value", "limited in resamples, share"} <= set(boxes)
    cases = pd.read_csv(to / "cases-1.csv")
    assert set(cases["case"]) == {0, 1}
    for name in ("pairs.png", "regret.png", "trajectory-1.png", "box-1.svg"):
        assert (to / name).stat().st_size > 5_000


def test_bad_input_is_refused(study: Study, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="everything"):
        contest(study, OUTCOME, ("everithing",))
    with pytest.raises(InputError, match="no outcome 'net'"):
        upshift.discover(study.directory, to=tmp_path / "x", settings=DiscoverSettings("net"))
    assert not list(tmp_path.glob("x*"))


def test_a_study_without_policies_has_no_contest(plan: SweepPlan, tmp_path: Path) -> None:
    study = run_sweep(replace(plan, scenarios=plan.scenarios[:1]), tmp_path / "study")

    with pytest.raises(InputError, match="no policy"):
        contest(study, OUTCOME)


def test_levers_of_no_amount_do_not_make_another_decision(plan: SweepPlan, tmp_path: Path) -> None:
    policy = plan.scenarios[1]
    twin = policy.model_copy(
        update={
            "name": "twin",
            "levers": {**policy.levers, "youth mental health table": Lever(amount=0.0)},
        }
    )
    study = run_sweep(replace(plan, scenarios=(*plan.scenarios[:2], twin)), tmp_path / "study")

    assert len(bundles_of(study)) == 1
