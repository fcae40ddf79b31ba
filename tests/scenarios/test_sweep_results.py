"""What a study holds, and the headlines and tables made of it."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from upshift.model.errors import InputError
from upshift.scenarios.economics import RATES, Discounting, present_value
from upshift.scenarios.headline import ALL_PAYERS, BASES, REGION_TOTAL
from upshift.scenarios.store import Study, load_study, paired_difference
from upshift.scenarios.summarise import headline, headlines, payer_lines, payer_names


def test_a_study_carries_what_a_report_needs(study: Study) -> None:
    assert study.elements("payer") == (
        "region police",
        "region other",
        "province health",
        "residents",
    )
    assert study.yearly["cumulative contacts"].dims == ("scenario", "draw", "time", "call type")
    assert study.yearly["cumulative reinvestment"].dims == ("scenario", "draw", "time")
    assert study.yearly["smoothed workload"].attrs == {
        "units": "unit",
        "long_name": "The smoothed workload.",
    }
    effect = next(row for row in study.registry if row.name == "effect on contacts")
    assert (effect.grade, effect.sources, effect.spike, effect.uncertain) == (
        "A",
        ("E001",),
        0.1,
        True,
    )
    assert {row.column for row in study.registry if row.uncertain} == set(study.draws.columns)
    assert [row.id for row in study.sources] == ["E001", "J001"]
    assert [row["display name"] for row in study.action_tables] == ["Homelessness", "Youth"]
    assert not study.manifest.calibrated


def test_unknown_names_are_refused_with_the_nearest(study: Study) -> None:
    with pytest.raises(InputError, match="Did you mean 'everything'"):
        study.scenario("evrything")
    with pytest.raises(InputError, match="Did you mean 'cumulative contacts'"):
        study.change("everything", "cumulative contact")
    with pytest.raises(InputError, match="Did you mean 'payer'"):
        study.elements("payers")


def test_a_folder_that_is_no_study_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="holds no study"):
        load_study(tmp_path)
    (tmp_path / "manifest.json").write_text("{", encoding="utf-8")
    with pytest.raises(InputError, match="damaged"):
        load_study(tmp_path)
    (tmp_path / "manifest.json").write_text('{"format": 99}', encoding="utf-8")
    with pytest.raises(InputError, match="format 99; this version reads format 3"):
        load_study(tmp_path)


def test_draws_that_are_not_the_manifests_are_refused(study: Study) -> None:
    path = study.directory / "manifest.json"
    data = json.loads(path.read_text(encoding="utf-8"))
    other = data["draws_digest"][::-1]
    path.write_text(json.dumps(data | {"draws_digest": other}), encoding="utf-8")
    with pytest.raises(InputError):
        load_study(study.directory)


def test_a_study_whose_inputs_were_changed_is_refused(study: Study) -> None:
    path = study.directory / "evidence" / "parameters.csv"
    before = path.read_bytes()
    path.write_bytes(before.replace(b"0.5", b"0.6", 1))
    with pytest.raises(InputError, match="is not the registry that the study was run with"):
        load_study(study.directory)
    path.write_bytes(before)


def test_unit_costs_corrected_in_a_study_are_the_studys(study: Study) -> None:
    path = study.directory / "evidence" / "unit_costs.csv"
    before = path.read_bytes()
    path.write_bytes(before.replace(b",97.12,83.66,", b",88.00,83.66,", 1))
    found = {cost.id: cost.value for cost in load_study(study.directory).unit_costs}
    path.write_bytes(before)
    assert found["U008"] == 88.0


def test_reading_a_study_needs_neither_engine_nor_model(study: Study) -> None:
    code = (
        "import sys; from pathlib import Path; from upshift.scenarios.store import load_study;"
        "from upshift.scenarios.summarise import headlines;"
        f"headlines(load_study(Path({str(study.directory)!r})));"
        "loaded = [m for m in sys.modules if m.split('.')[0] in ('llvmlite', 'pysd', 'matplotlib')"
        " or m.startswith(('upshift.model.engine', 'upshift.model.halton', 'scipy.stats'))];"
        "assert not loaded, loaded"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_rounding_is_no_change_but_a_small_change_is_one() -> None:
    base = np.array([1e5, 1e5, 0.0, 0.0, -3.0])
    policy = np.array([1e5 + 3e-11, 1e5 - 1e-3, 1e-30, 0.0, -3.0])
    assert np.array_equal(paired_difference(policy, base) != 0, [False, True, True, False, False])
    assert np.array_equal(paired_difference(policy, base), -paired_difference(base, policy))


def test_headlines_of_a_policy_that_does_nothing_are_zero(study: Study) -> None:
    found = headline(study, "nothing-more")
    for horizon in found.horizons:
        assert horizon.demand.contacts.q975 == horizon.demand.contacts.q025 == 0
        for row in horizon.payers:
            assert row.programme.mean == row.cashable.mean == row.net["marginal"].mean == 0
            assert row.chance["cashable"].value == 0
    assert not found.ratio_rule.allowed
    assert found.horizon(10).ratios.cost_per_contact is None


def test_payer_rows_add_up(study: Study) -> None:
    found = headline(study, "everything").horizon(10)
    assert [row.payer for row in found.payers] == list(payer_names(study))
    mean = {row.payer: row.programme.mean for row in found.payers}
    assert mean[REGION_TOTAL] == pytest.approx(mean["region police"] + mean["region other"])
    assert mean[ALL_PAYERS] == pytest.approx(sum(mean[name] for name in study.elements("payer")))


def test_a_headline_is_the_band_of_paired_present_values(study: Study) -> None:
    found = headline(study, "everything", rate=0.035).horizon(5)
    lines = payer_lines(study, "everything")
    net = present_value(lines.cashable - lines.programme, study.time, 2032, Discounting(0.035))
    row = found.payer(ALL_PAYERS)
    assert row.net["cashable"].q50 == pytest.approx(np.median(net[-1]))
    assert row.chance["cashable"].value == np.mean(net[-1] > 0)
    assert found.net_by_rate[0.035]["cashable"] == row.net["cashable"]
    assert set(found.net_by_rate) == set(RATES)


def test_need_met_and_induced_use_are_never_avoided_demand(study: Study) -> None:
    demand = headline(study, "everything").horizon(10).demand
    counted = (
        demand.contacts_by_type["apprehension"].mean + demand.contacts_by_type["welfare check"].mean
    )
    assert demand.contacts.mean == pytest.approx(counted)
    diverted = study.change("everything", "cumulative diverted calls").sum(axis=-1)
    assert demand.diverted_calls.mean == pytest.approx((diverted[:, 26] - diverted[:, 16]).mean())
    use = study.change("everything", "cumulative service use")
    induced = study.change("everything", "cumulative induced service use")
    own = -(use - induced)[:, 26].mean(axis=0) + (use - induced)[:, 16].mean(axis=0)
    assert [band.mean for band in demand.capacity.values()] == pytest.approx(list(own))
    assert all(band.mean > 0 for band in demand.induced_use.values())


def test_no_ratio_where_the_cost_is_a_judgement(study: Study) -> None:
    weak, sound = headline(study, "everything"), headline(study, "homelessness-table")
    assert not weak.ratio_rule.allowed
    assert "youth mental health table" in weak.ratio_rule.reason
    assert weak.horizon(10).ratios.cost_per_contact is None
    assert weak.horizon(10).ratios.break_even_cost_per_person["cashable"].draws == 48
    assert sound.ratio_rule.allowed
    cost = sound.horizon(10).ratios.cost_per_contact
    contacts = sound.horizon(10).demand.contacts.mean
    assert cost == pytest.approx(sound.horizon(10).payer(ALL_PAYERS).programme.mean / contacts)


def test_what_drives_it_is_the_effect_that_was_built_in(study: Study) -> None:
    drivers = headline(study, "everything").drivers["contacts avoided"]
    assert drivers.ranked[0].input == "effect on contacts"
    assert drivers.ranked[0].correlation < -0.9
    assert not drivers.none_found


def test_break_even_says_how_often_it_never_comes(study: Study) -> None:
    found = headline(study, "everything").break_even
    assert set(found) == set(BASES)
    for result in found.values():
        assert result.year.draws == round((1 - result.never.value) * 48)
        assert result.last_year == 2045


def test_only_policies_have_headlines(study: Study) -> None:
    assert [found.scenario for found in headlines(study)] == [
        scenario.name for scenario in study.scenarios if scenario.name != "current-funding"
    ]


def test_experiments_are_one_row_a_run(study: Study) -> None:
    runs = pd.read_parquet(study.directory / "experiments.parquet")
    first = ["run_id", "model", "scenario", "draw", "seed", "design", "failure"]
    assert list(runs.columns[:7]) == first
    assert set(runs["failure"]) == {""}
    assert len(runs) == 48 * 4
    assert runs["run_id"].is_unique
    some = runs[runs["scenario"] == "everything"]
    assert set(some["additional spending[homelessness table]"]) == {2e6}
    assert np.array_equal(some["contact rate"], study.draws["contact rate"])
    found = headline(study, "everything").horizon(10).demand.contacts
    assert np.mean(some["contacts avoided, 10 years"]) == pytest.approx(found.mean)


def test_every_parquet_file_says_what_it_rests_on(study: Study) -> None:
    files = sorted(study.directory.rglob("*.parquet"))
    assert len(files) == 10
    for path in files:
        notes = {k.decode(): v.decode() for k, v in pq.read_metadata(path).metadata.items()}
        assert notes["upshift model"] == "stand-in stand-in 1"
        assert notes["upshift posterior"] == "none: priors"
        assert notes["upshift seed"] == "3"
        assert "pyarrow" in notes["upshift versions"]


def test_the_summary_is_long_and_agrees_with_the_study(study: Study) -> None:
    with (study.directory / "summary.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    stamp = ["model digest", "posterior digest", "seed", "versions"]
    long = ["scenario", "variable", "element", "time", "unit", "stat", "value"]
    assert list(rows[0]) == [*long, *stamp]
    assert {tuple(row[name] for name in stamp) for row in rows} == {
        ("stand-in 1", "none: priors", "3", study.manifest.told_versions)
    }
    assert {row["stat"] for row in rows} == {"mean", "q025", "q10", "q50", "q90", "q975"}
    assert {row["time"] for row in rows} == {"2030", "2032", "2037", "2045"}

    def value(variable: str, element: str, stat: str) -> float:
        return next(
            float(row["value"])
            for row in rows
            if (row["scenario"], row["variable"], row["element"], row["time"], row["stat"])
            == ("everything", variable, element, "2037", stat)
        )

    found = headline(study, "everything").horizon(10)
    assert value("present value, programme", REGION_TOTAL, "q50") == pytest.approx(
        found.payer(REGION_TOTAL).programme.q50, rel=1e-5
    )
    assert -value("change in contacts since 2027", "apprehension", "q50") == pytest.approx(
        found.demand.contacts_by_type["apprehension"].q50, rel=1e-5
    )
    police = study.yearly["smoothed workload"].sel(scenario="everything", time=2037)
    assert value("smoothed workload", "police", "q90") == pytest.approx(
        np.quantile(police.values[:, 0], 0.9), rel=1e-5
    )
