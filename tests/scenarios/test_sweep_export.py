"""A study in other programs: the same numbers under the same names."""

from __future__ import annotations

import sys
import time
from dataclasses import replace
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest
import xarray as xr

from upshift.model.errors import InputError
from upshift.scenarios import export_workbook
from upshift.scenarios.export import FORMATS, Format, export
from upshift.scenarios.plan import SweepPlan
from upshift.scenarios.store import Study
from upshift.scenarios.sweep import run_sweep
from upshift.scenarios.tables import write_experiments

STAMP = ["model digest", "posterior digest", "seed", "versions"]
SOME = ("cumulative contacts", "people by zone and population", "hotel overflow nights")


@pytest.fixture(name="study", scope="module")
def study_fixture(module_plan: SweepPlan, tmp_path_factory: pytest.TempPathFactory) -> Study:
    to = tmp_path_factory.mktemp("export") / "study"
    return run_sweep(module_plan, to, None, write_experiments)


def test_duckdb_opens_the_store_as_it_is(study: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(study.directory)
    started = time.perf_counter()
    with duckdb.connect() as base:
        runs = base.execute("SELECT count(*) FROM 'experiments.parquet'").fetchone()
        means = base.execute(
            'SELECT scenario, avg("cumulative contacts[apprehension]") '
            "FROM 'shards/*.parquet' WHERE time = 2037 GROUP BY scenario"
        ).fetchall()
    assert time.perf_counter() - started < 1.0
    assert runs == (192,)
    wanted = study.yearly["cumulative contacts"].sel(time=2037)[..., 0].mean("draw")
    by_name = dict(zip(wanted["scenario"].values, wanted.values, strict=True))
    assert dict(means) == pytest.approx(by_name)


@pytest.mark.parametrize("kind", ["zarr", "netcdf"])
def test_xarray_opens_the_arrays(study: Study, kind: Format, tmp_path: Path) -> None:
    export(study, kind, tmp_path / "out", SOME)

    engine = "zarr" if kind == "zarr" else "h5netcdf"
    with xr.open_dataset(tmp_path / "out", engine=engine) as found:
        assert set(found.data_vars) == {*SOME, "inputs"}
        for name in SOME:
            assert found[name].dims == study.yearly[name].dims
            assert np.array_equal(found[name].values, study.yearly[name].values)
            assert {"units", "long_name", "source"} <= set(found[name].attrs)
        assert list(found["scenario"].values) == [s.name for s in study.scenarios]
        assert list(found["call type"].values) == list(study.elements("call type"))
        assert [str(found.attrs[name]) for name in STAMP[:3]] == ["stand-in 1", "none: priors", "3"]
        rate = found["inputs"].sel(input="contact rate").values
        assert np.array_equal(rate, study.draws["contact rate"])


def test_pandas_reads_the_long_tables(study: Study, tmp_path: Path) -> None:
    export(study, "csv", tmp_path / "out", SOME)

    series = pd.read_csv(tmp_path / "out" / "timeseries.csv", keep_default_na=False)
    head = ["run_id", "scenario", "draw", "time"]
    subscripts = ["call type", "zone", "population"]
    assert list(series.columns) == [*head, *subscripts, "variable", "unit", "value"]
    one = series.query(
        "scenario == 'everything' and draw == 7 and time == 2037 and variable == @SOME[0]"
    )
    wanted = study.yearly[SOME[0]].sel(scenario="everything", draw=7, time=2037)
    assert dict(zip(one["call type"], one["value"], strict=True)) == pytest.approx(
        dict(zip(wanted["call type"].values, wanted.values, strict=True))
    )
    runs = pd.read_csv(tmp_path / "out" / "experiments.csv")
    assert set(STAMP) <= set(runs.columns)
    assert set(one["run_id"]) <= set(runs["run_id"])
    assert len(runs) == 192
    assert len(series) == 192 * 35 * (3 + 16 + 1)
    assert (tmp_path / "out" / "manifest.json").is_file()


def test_a_workbook_holds_runs_summary_and_manifest(study: Study, tmp_path: Path) -> None:
    export(study, "xlsx", tmp_path / "out.xlsx")

    sheets = pd.read_excel(tmp_path / "out.xlsx", sheet_name=None, header=None, engine="openpyxl")
    assert list(sheets) == ["README", "Experiments", "Summary", "Manifest"]
    names, units, first = (list(sheets["Experiments"].iloc[row]) for row in range(3))
    by_name = dict(zip(names, units, strict=True))
    assert by_name["contact rate"] == "contacts/Year"
    assert by_name["net present value, cashable, all payers, 10 years"] == "CAD"
    runs = pd.read_parquet(study.directory / "experiments.parquet")
    assert len(sheets["Experiments"]) == len(runs) + 2
    assert first[names.index("contact rate")] == pytest.approx(runs["contact rate"][0], 1e-14)
    readme = dict(zip(sheets["README"][0], sheets["README"][1], strict=True))
    assert readme["model digest"] == "stand-in 1"
    assert readme["Caution"] == "Uncalibrated: not for funding decisions."


@pytest.mark.parametrize("kind", FORMATS)
def test_an_output_that_is_not_kept_is_refused(study: Study, kind: Format, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="Did you mean 'cumulative contacts'"):
        export(study, kind, tmp_path / "one", ["cumulative contact"])
    assert not list(tmp_path.iterdir())


def test_a_folder_in_the_way_is_left_alone(study: Study, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is there already"):
        export(study, "csv", tmp_path)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(("kind", "package"), [("xlsx", "xlsxwriter"), ("zarr", "zarr")])
def test_a_package_that_is_missing_is_named(
    study: Study, kind: Format, package: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(InputError, match=rf"needs {package}.*upshift\[export\]"):
        export(study, kind, tmp_path / "out")


def test_more_runs_than_a_sheet_holds_are_refused(
    study: Study, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export_workbook, "MOST_ROWS", 100)
    with pytest.raises(InputError, match="192 runs, and a sheet holds 98"):
        export(study, "xlsx", tmp_path / "out.xlsx")
    assert not list(tmp_path.iterdir())


def test_a_table_of_runs_that_is_gone_is_named(plan: SweepPlan, tmp_path: Path) -> None:
    some = replace(plan, scenarios=plan.scenarios[:2], draws=8)
    study = run_sweep(some, tmp_path / "study", None, lambda _study: None)
    with pytest.raises(InputError, match="it makes the table anew"):
        export(study, "csv", tmp_path / "out")
    assert not (tmp_path / "out").exists()
