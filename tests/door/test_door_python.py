"""The Python door: load, run, sweep."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import upshift

SMALL = upshift.SweepSettings(draws=4)


def test_a_number_makes_one_run(tiny: Path) -> None:
    result = upshift.load(tiny).run(set={"share": 0.0}, outputs=["Water"])
    assert result["Water"].dims == ("run", "time", "group")
    assert dict(result.sizes) == {"run": 1, "time": 3, "group": 2}
    assert result["Water"].sel(group="left", run=0).values.tolist() == [100.0] * 3
    assert result["Water"].attrs == {"units": "litre", "long_name": "What is left."}


def test_an_array_makes_as_many_runs_each_like_its_own(tiny: Path) -> None:
    model = upshift.load(str(tiny))
    shares = np.linspace(0.0, 1.0, 11)
    many = model.run(set={"share": shares, "start[left]": 10.0}, outputs=["Water"])
    assert many.sizes["run"] == 11
    for number, share in enumerate(shares):
        one = model.run(set={"share": float(share), "start[left]": 10.0}, outputs=["Water"])
        assert np.array_equal(one["Water"].values[0], many["Water"].values[number])


def test_everything_computed_is_the_default(tiny: Path) -> None:
    assert set(upshift.load(tiny).run().data_vars) == {"Water", "leak"}


def test_a_run_leaves_the_model_as_it_was(tiny: Path) -> None:
    model = upshift.load(tiny)
    before = model.run()
    model.run(set={"share": 0.9, "FINAL TIME": 1.0})
    assert model.run().identical(before)
    assert float(model.constants["share"]) == 0.1
    assert model.dimensions["group"].elements == ("left", "right")
    assert model.variables["leak"].units == "litre/Minute"


def test_units_are_checked_when_asked() -> None:
    path = Path(__file__).parents[1] / "bad_inputs" / "units_mismatch.mdl"
    assert upshift.load(path).name
    with pytest.raises(upshift.InputError, match="unit mismatch"):
        upshift.load(path, check_units=True)


@pytest.mark.parametrize("name", ["haltn", "no/such.mdl", ""])
def test_what_is_no_model_is_refused(name: str) -> None:
    with pytest.raises(upshift.InputError):
        upshift.load(name)


def test_a_sweep_gives_a_study_that_can_be_loaded_again(tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    study = upshift.sweep(
        ["mobile-crisis-expansion"],
        to=tmp_path / "study",
        settings=SMALL,
        progress=lambda done, total: seen.append((done, total)),
    )
    assert [scenario.name for scenario in study.scenarios] == [
        "current-funding",
        "mobile-crisis-expansion",
    ]
    assert seen[-1] == (8, 8)
    again = upshift.load_study(tmp_path / "study")
    assert again.yearly.identical(study.yearly)
    (headline,) = upshift.headlines(again)
    assert headline.scenario == "mobile-crisis-expansion"


def test_a_scenario_may_be_built_in_python(tmp_path: Path) -> None:
    built = upshift.Scenario(
        name="half-the-money",
        title="Half the money",
        description="Mobile crisis teams with less.",
        compare_with="current-funding",
        levers={"mobile crisis": upshift.Lever(amount=150_000.0)},
    )
    study = upshift.sweep([built], to=str(tmp_path / "study"), settings=SMALL)
    assert study.scenario("half-the-money") == built
    cost = study.change("half-the-money", "cumulative programme cost").sum(axis=-1)
    assert (cost[:, -1] > 0).all()


def test_two_scenarios_of_one_name_are_refused(tmp_path: Path) -> None:
    given = upshift.load_scenario("current-funding")
    with pytest.raises(upshift.InputError, match="Two scenarios"):
        upshift.sweep([given, "current-funding"], to=tmp_path / "study", settings=SMALL)
    assert not (tmp_path / "study").exists()
