"""The installed Halton model under the sweep: few draws, the promises that matter most."""

from __future__ import annotations

import numpy as np
import pytest

from upshift.scenarios.installed import SweepSettings, halton_plan
from upshift.scenarios.named import NAMED
from upshift.scenarios.schema import Lever, Scenario
from upshift.scenarios.spec import load_library, load_scenarios
from upshift.scenarios.store import Study
from upshift.scenarios.summarise import headlines
from upshift.scenarios.sweep import run_sweep

NOTHING_MORE = "nothing-more"


@pytest.fixture(name="halton", scope="module")
def halton_fixture(tmp_path_factory: pytest.TempPathFactory) -> Study:
    """All seven tables, and a policy that spends nothing, over sixteen draws."""
    nothing = Scenario(
        name=NOTHING_MORE,
        title="Nothing more",
        description="Every lever named, no money given.",
        compare_with="current-funding",
        levers={name: Lever(amount=0) for scenario in load_library() for name in scenario.levers},
    )
    scenarios = (*load_scenarios(["all-seven-tables", "crisis-response"]), nothing)
    plan = halton_plan(scenarios, SweepSettings(draws=16))
    return run_sweep(plan, tmp_path_factory.mktemp("halton") / "study")


def test_no_money_is_the_comparator_bit_for_bit(halton: Study) -> None:
    for name in halton.yearly.data_vars:
        values = halton.yearly[name]
        assert np.array_equal(
            values.sel(scenario=NOTHING_MORE).values,
            values.sel(scenario="current-funding").values,
        ), name


def test_nothing_changes_before_the_policy_starts(halton: Study) -> None:
    until = int(np.flatnonzero(halton.time == halton.manifest.policy_start)[0]) + 1
    for name in halton.yearly.data_vars:
        assert not halton.change("all-seven-tables", str(name))[:, :until].any(), name


def test_the_comparator_has_no_cashable_money_and_no_programme_cost(halton: Study) -> None:
    for name in ("cumulative cashable cost avoided", "cumulative programme cost"):
        assert not halton.yearly[name].sel(scenario="current-funding").values.any()


def test_programmes_cost_what_the_scenario_says(halton: Study) -> None:
    spent = halton.change("all-seven-tables", "cumulative programme cost by lever")
    by_lever = dict(zip(halton.elements("lever"), np.moveaxis(spent, -1, 0), strict=True))
    in_2037 = int(np.flatnonzero(halton.time == 2037)[0])
    # 300,000 a year reached over one year: 2.85 million in ten years, before any overrun.
    overrun = halton.draws.get("operating overrun factor", 1.0)
    expected = 2_850_000 * np.broadcast_to(np.asarray(overrun, dtype=np.float64), (16,))
    assert by_lever["homelessness table"][:, in_2037] == pytest.approx(expected, rel=0.01)
    assert not by_lever["crisis response"].any()


def test_headlines_come_out_finite_for_every_policy(halton: Study) -> None:
    for found in headlines(halton):
        for horizon in found.horizons:
            total = horizon.payer("all payers")
            found_means = [total.cashable.mean, total.marginal.mean, total.net["cashable"].q50]
            assert np.isfinite(found_means).all()


def test_the_numbers_do_not_depend_on_threads_or_company(
    halton: Study, tmp_path_factory: pytest.TempPathFactory
) -> None:
    alone = halton_plan(load_scenarios(["all-seven-tables"]), SweepSettings(draws=16, threads=1))
    study = run_sweep(alone, tmp_path_factory.mktemp("alone"))
    for shard in (study.directory / "shards").iterdir():
        assert shard.read_bytes() == (halton.directory / "shards" / shard.name).read_bytes()


@pytest.fixture(name="worlds", scope="module")
def worlds_fixture(tmp_path_factory: pytest.TempPathFactory) -> Study:
    """Current funding in futures and under policies of every name, over four draws."""
    comparator = load_scenarios(["current-funding"])[0]

    def world(name: str, settings: dict[str, float]) -> Scenario:
        return comparator.model_copy(update={"name": name, "settings": settings})

    worlds = [
        world(f"{section}-{number}", named.constants(value))
        for section, names in NAMED.items()
        for number, named in enumerate(names.values())
        for value in [(named.low if named.switch else named.high) if named.high < 2 else 2030.0]
    ]
    plan = halton_plan((comparator, *worlds), SweepSettings(draws=4))
    return run_sweep(plan, tmp_path_factory.mktemp("worlds") / "study")


def differs(study: Study, scenario: str) -> np.ndarray:
    """By time: whether any output of a scenario is another than with current funding."""
    found = np.zeros(len(study.time), dtype=np.bool_)
    for name in study.yearly.data_vars:
        own, base = (
            study.yearly[name].sel(scenario=which).values for which in (scenario, "current-funding")
        )
        found |= (own != base).reshape(len(own), len(found), -1).any(axis=(0, 2))
    return found


@pytest.mark.parametrize(
    ("future", "begins"),
    [("growth", 2021), ("housing stress", 2024), ("pandemic-like shock", 2030)],
)
def test_a_future_changes_nothing_before_it_begins(worlds: Study, future: str, begins: int) -> None:
    changed = differs(worlds, f"futures-{list(NAMED['futures']).index(future)}")

    assert not changed[worlds.time <= begins].any()
    assert changed[worlds.time > begins + 1].all()


def test_a_comparator_is_the_same_whatever_boards_would_do(worlds: Study) -> None:
    for name in ("latent demand", "reinvestment", "capture share"):
        names = list(NAMED["futures"]), list(NAMED["policy"])
        section, found = ("futures", names[0]) if name in names[0] else ("policy", names[1])
        assert not differs(worlds, f"{section}-{found.index(name)}").any(), name


def test_upstream_funding_that_is_not_protected_is_squeezed(worlds: Study) -> None:
    squeezed = f"policy-{list(NAMED['policy']).index('protected budgets')}"

    assert differs(worlds, squeezed).any()
