"""A whole calibration of the example region: what is found, what is written, what is drawn."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
import pytest

from upshift.calibration import holdout
from upshift.calibration.calibrate import Calibration, Settings, calibrate
from upshift.calibration.region import Region
from upshift.calibration.sample import SamplerSettings
from upshift.calibration.synthetic import TRUTH
from upshift.calibration.write import pictures, write_calibration
from upshift.model.halton.posterior import calibrated, read_posterior

SAMPLER = SamplerSettings(seed=3, walkers=128, warm_up=20, steps=60, stretch=80)
PICTURES = ("history-fitted", "history-fitted-single", "marginals", "pairs", "residuals")


@pytest.fixture(scope="module")
def found(seaton: Region) -> Calibration:
    """With refits as short as they may be: their predictions are checked, not their draws."""
    with pytest.MonkeyPatch.context() as patch:
        short = SamplerSettings(ensembles=2, walkers=64, warm_up=10, steps=20, stretch=30)
        patch.setattr(holdout, "REFIT", short)
        return calibrate(seaton, Settings(SAMPLER, starts=2))


@pytest.fixture(scope="module")
def folder(found: Calibration, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("calibration")
    assert write_calibration(found, path) == ()
    return path


def _rows(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))


def test_the_truth_that_made_the_record_is_found_again(found: Calibration) -> None:
    """No one in 13 is expected outside its 95 % interval; two would be most unlikely."""
    checks = found.diagnosis.parameters
    outside = [c.name for c in checks if not c.posterior[0] <= TRUTH[c.name] <= c.posterior[2]]
    assert len(outside) <= 1
    assert next(c for c in checks if c.name == "trend rise").verdict == "learned"


def test_every_parameter_has_its_contraction_and_verdict(folder: Path) -> None:
    rows = _rows(folder / "parameters.csv")
    assert {row["parameter"] for row in rows} == set(TRUTH)
    for row in rows:
        assumed = float(row["contraction"]) < 0.1
        assert row["verdict"] == ("assumed" if assumed else "learned")


def test_the_fit_table_has_errors_parts_coverage_and_baselines(folder: Path) -> None:
    (months,) = [r for r in _rows(folder / "fit.csv") if r["series"] == "crisis_calls_month"]
    shares = [float(months[f"theil_{part}"]) for part in ("bias", "variance", "covariance")]
    assert sum(shares) == pytest.approx(1, abs=1e-3)
    assert 0.65 <= float(months["coverage_80"]) <= 0.97
    assert float(months["mae"]) <= float(months["rmse"])
    assert all(float(months[name]) > 0 for name in ("naive_score", "trend_score", "mape"))


def test_what_is_held_out_is_predicted_and_compared(found: Calibration, folder: Path) -> None:
    names = [one.name for one in found.hold_outs]
    assert names[:3] == ["after 12 months", "after 18 months", "after 24 months"]
    assert "without homeless_count" in names
    first = found.hold_outs[0]
    seen = min(item.start for item in found.region.fit if item.unit == "calls/month")
    kept = [item for item in first.predictive.items if item.unit == "calls/month"]
    assert min(item.start for item in kept) == seen.replace(year=seen.year + 1)
    share, error = first.coverage(0.8)
    assert 0 <= share <= 1
    assert error > 0
    rows = _rows(folder / "hold-out.csv")
    assert {row["fit"] for row in rows} == set(names)
    monthly = [row for row in rows if row["series"] == "crisis_calls_month"]
    assert all(row["naive_score"] for row in monthly if row["fit"] == "after 12 months")


def test_profiles_stand_in_a_table(folder: Path) -> None:
    rows = [row for row in _rows(folder / "profiles.csv") if row["parameter"] == "trend rise"]
    assert [float(row["offset"]) for row in rows] == [-2, -1, 1, 2]
    assert all(float(row["drop"]) >= -0.01 for row in rows)


def test_the_posterior_carries_its_results_and_fits_its_model(
    found: Calibration, folder: Path
) -> None:
    posterior = read_posterior(folder / "posterior.parquet")
    region = found.region
    joined = calibrated(region.registry, posterior, region.model)
    assert posterior.values.shape == (2000, 5)
    drawn = joined.sample(np.full((4, joined.dimension), 0.5))
    assert set(posterior.columns) <= drawn.keys()
    results = posterior.results
    assert {one["verdict"] for one in results["parameters"]} <= {"learned", "assumed"}
    assert results["fit"][0]["n"] == found.fits[0].n
    assert results["sampler"]["r_hat"] <= 1.01
    assert len(results["hold_outs"]) == len(found.hold_outs)
    assert (folder / "posterior.parquet").stat().st_size < 5_000_000


def test_a_posterior_that_fails_its_checks_is_not_written(
    found: Calibration, tmp_path: Path
) -> None:
    bad = replace(found.diagnosis.parameters[0], r_hat=1.2)
    rest = found.diagnosis.parameters[1:]
    spoilt = replace(found, diagnosis=replace(found.diagnosis, parameters=(bad, *rest)))
    (fault,) = write_calibration(spoilt, tmp_path)
    assert "R-hat 1.200" in fault
    assert not (tmp_path / "posterior.parquet").exists()
    assert json.loads((tmp_path / "manifest.json").read_text())["faults"] == [fault]


def test_pictures_state_a_finding_their_units_and_their_source(
    found: Calibration, folder: Path
) -> None:
    for name in PICTURES:
        text = " ".join(ET.parse(folder / f"{name}.svg").getroot().itertext())
        assert "Source:" in text
        assert ".csv" in text
        assert (folder / f"{name}.png").stat().st_size > 10_000
    months = " ".join(ET.parse(folder / "history-fitted.svg").getroot().itertext())
    assert "calls/month" in months
    assert f"of {len(found.region.fit)} fitted numbers" in months
    again = pictures(found)
    for name in PICTURES:
        assert again[f"{name}.svg"] == (folder / f"{name}.svg").read_bytes()


def test_the_same_seed_gives_the_same_posterior(found: Calibration, seaton: Region) -> None:
    again = calibrate(seaton, Settings(SAMPLER, starts=2, hold_outs=False))
    np.testing.assert_array_equal(again.kept, found.kept)
