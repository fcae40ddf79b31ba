"""What knowing more is worth: closed forms, chance, and the decision named."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import norm

import upshift
from upshift.model.errors import InputError
from upshift.scenarios.analysis.information import (
    InformationSettings,
    basis_of,
    group_information,
    information,
    information_table,
)
from upshift.scenarios.plan import SweepPlan
from upshift.scenarios.store import Study
from upshift.scenarios.sweep import run_sweep


@pytest.fixture(name="long")
def long_fixture(plan: SweepPlan, tmp_path: Path) -> Study:
    """The plan over enough draws."""
    return run_sweep(replace(plan, draws=192), tmp_path / "long")


def test_a_cause_among_many_inputs_is_worth_its_unit_normal_loss() -> None:
    causes = np.random.default_rng(4).normal(size=(400, 32))
    causes = (causes - causes.mean(axis=0)) / causes.std(axis=0)  # the closed form's exact moments
    value = 0.2 + causes[:, 7] + 0.5 * causes[:, 30]
    values = np.stack([np.zeros(400), value])
    own = group_information(values, causes[:, [7]], seed=1, looked_at=2)
    both = group_information(values, causes, seed=1, looked_at=2)
    mean, spread = abs(float(value.mean())), float(value.std())
    expected = norm.pdf(0.2) - 0.2 * norm.sf(0.2)  # Raiffa and Schlaifer (1961)

    assert own.value == pytest.approx(expected, rel=0.15)
    loss = spread * norm.pdf(mean / spread) - mean * norm.sf(mean / spread)
    assert 0.7 * loss < both.value < 1.05 * loss  # what chance shows is taken off whole
    assert not own.within_noise


def test_a_large_group_that_does_nothing_is_within_noise() -> None:
    generator = np.random.default_rng(8)
    hits = 0
    for seed in range(12):
        values = np.stack([np.zeros(96), generator.normal(size=96)])
        found = group_information(values, generator.normal(size=(96, 80)), seed, 1)
        hits += not found.within_noise

    assert hits <= 3  # one in twenty is expected: more than 3 of 12 has a chance below 0.3 %


def test_the_decision_is_named_in_every_row(long: Study) -> None:
    found = information(long, InformationSettings("all payers"))
    table = information_table(found).frame

    assert found.options[0] == "Nothing more"
    assert found.switch is not None
    assert [each.worth for each in found.found] == [0.0, found.switch, 2 * found.switch]
    assert set(table["payer"]) == {"all payers"}
    assert set(table["horizon, years"]) == {10}
    assert table["decision"].str.contains("current-funding").all()
    assert found.found[0].choice == "Nothing more"
    assert all(each.perfect >= 0 for each in found.found)


def test_by_command_in_python(long: Study, tmp_path: Path) -> None:
    settings = InformationSettings("Region total", 5, "cashable", (20_000.0,))
    found = upshift.information(long.directory, to=tmp_path / "out", settings=settings)

    assert "Payer: Region total. Horizon: 5 years." in found.text
    assert (tmp_path / "out" / "value-of-information.png").exists()


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        (InformationSettings("all payer"), "all payers"),
        (InformationSettings("all payers", 7), "choose one of 3, 5, 10"),
        (InformationSettings("all payers", worth=(-1.0,)), "zero or a positive"),
        (InformationSettings("all payers"), "at least 64"),
    ],
)
def test_bad_input_is_refused(settings: InformationSettings, says: str, study: Study) -> None:
    with pytest.raises(InputError, match=says):
        information(study, settings)
    with pytest.raises(InputError, match="cashable"):
        basis_of("cashble")
