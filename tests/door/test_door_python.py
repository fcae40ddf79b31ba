"""The Python door: load, run, sweep."""

from __future__ import annotations

from pathlib import Path
from time import process_time

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


def test_one_output_may_be_named_alone_and_parts_are_labelled(tiny: Path) -> None:
    model = upshift.load(tiny)
    assert list(model.run(outputs="Water").data_vars) == ["Water"]
    part = model.run(outputs=["leak", "Water[right]"])
    assert list(part.data_vars) == ["leak", "Water[right]"]
    assert part["Water[right]"].dims == ("run", "time")
    both = model.run(outputs=["Water[right]", "Water[left]"])
    assert both["Water"].sel(group="right").identical(model.run()["Water"].sel(group="right"))
    assert set(part.to_dataframe().columns) == {"leak", "Water[right]"}


def test_names_of_axes_are_told_from_variables(tmp_path: Path) -> None:
    path = tmp_path / "axes.mdl"
    clock = "INITIAL TIME=0~~|\nFINAL TIME=1~~|\nTIME STEP=1~~|\nSAVEPER=1~~|\n"
    text = "time of: a, b ~~|\nrun = Time ~ ~ |\nx[time of] = Time ~ ~ |\n"
    path.write_text(f"{{UTF-8}}\n{text}{clock}", encoding="utf-8")
    result = upshift.load(path).run()
    assert result["run (variable)"].values.tolist() == [[0.0, 1.0]]
    assert result["x"].dims == ("run", "time", "time of")


def test_a_model_says_what_it_is_and_what_it_holds(tiny: Path) -> None:
    model = upshift.load(tiny)
    assert repr(model) == (
        "<Model 'tiny': 8 variables (1 stock, 1 auxiliary, 6 constant), "
        "time 0 to 2 in steps of 0.5>"
    )
    assert model.equation("LEAK") == "leak[group] = Water[group] * share"
    assert model.depends_on("leak") == ("Water", "share")
    assert model.used_by("share") == ("leak",)
    assert "# leak[group] = Water[group] * share" in model.source("leak")
    assert model.source("share") == ""


@pytest.mark.parametrize("ask", ["equation", "depends_on", "used_by", "source"])
def test_a_name_that_is_not_known_is_refused_with_the_nearest(tiny: Path, ask: str) -> None:
    with pytest.raises(upshift.InputError, match="Did you mean 'share'"):
        getattr(upshift.load(tiny), ask)("shar")


def test_a_small_run_costs_little_beside_its_arithmetic(tiny: Path) -> None:
    model = upshift.load(tiny)
    model.run()
    times = []
    for _ in range(100):
        start = process_time()
        model.run()
        times.append(process_time() - start)
    assert min(times) < 0.005  # 0.6 ms on a quiet machine


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
