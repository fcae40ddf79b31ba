"""Observations, series and parameters: what is refused, and what the Halton record holds."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest

from upshift.calibration.observations import load_observations, year_of
from upshift.calibration.region import DATA, Region, load_region
from upshift.model.errors import InputError

MONTH = "crisis_calls_month,made-up record,2019-01-01,2019-02-01,seaton,111,calls/month"
AFTER = ",count,exact,,synthetic,A,fit,made up"


def _spoil(folder: Path, file: str, old: str, new: str) -> None:
    path = folder / file
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("observations.csv", "calls/month,count", "calls/year,count", "is 31 days long"),
        ("observations.csv", MONTH, MONTH.replace("month,made", "week,made"), "series.csv"),
        ("observations.csv", "seaton,111", "seaton,-111", "count of -111 is impossible"),
        ("observations.csv", "seaton,111", "seaton,11.5", "count of 11.5 is impossible"),
        ("observations.csv", "seaton,111", 'seaton,"1,110"', "not a number"),
        ("observations.csv", "seaton,111", "seaton,nan", "must be finite"),
        ("observations.csv", "2019-01-01,2019-02-01", "2019-01-01,2018-12-01", "before it starts"),
        ("observations.csv", "2019-01-01,2019-02-01", "01/01/2019,2019-02-01", "not a date"),
        ("observations.csv", "2019-02-01,2019-03-01", "2019-01-01,2019-02-01", "is there twice"),
        ("observations.csv", MONTH + AFTER, MONTH + AFTER.replace("A,fit", "D,fit"), "grade D"),
        ("observations.csv", MONTH + AFTER, MONTH + AFTER.replace("fit", "fitted"), "'fit'"),
        ("observations.csv", "2015-01-01,2016-01-01", "2014-01-01,2015-01-01", "outside the model"),
        ("observations.csv", "rounded,10", "rounded,", "needs the step"),
        ("observations.csv", "people,count", "persons,count", "in people"),
        ("observations.csv", "series,definition", "serie,definition", "first row must be"),
        ("series.csv", "cumulative crisis calls", "cumulative calls", "cumulative crisis calls"),
        ("series.csv", "spread monthly", "spread weekly", "spread monthly"),
        ("series.csv", "difference", "differences", "allowed: difference"),
        ("calibrated.csv", "trend rise", "trend risen", "trend rise"),
        ("calibrated.csv", "trend rise", "time homeless", "calls 'time homeless' cut"),
        ("calibrated.csv", "Dmnl,lognormal,0.3,0.1", "Dmnl,lognormal,0.3,0.4", "low <= value"),
        ("calibrated.csv", "1/Year,lognormal", "1/Month,lognormal", "1/Year in the registry"),
    ],
)
def test_bad_tables_are_refused(
    copy_of_seaton: Path, file: str, old: str, new: str, said: str
) -> None:
    _spoil(copy_of_seaton, file, old, new)
    with pytest.raises(InputError, match=r"row|first row") as caught:
        load_region(copy_of_seaton)
    assert said in str(caught.value)


def test_a_folder_without_model_or_files_is_refused(copy_of_seaton: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no folder"):
        load_region(tmp_path / "nowhere")
    (copy_of_seaton / "series.csv").unlink()
    with pytest.raises(InputError, match=r"series\.csv"):
        load_region(copy_of_seaton)
    (copy_of_seaton / "seaton.mdl").unlink()
    with pytest.raises(InputError, match="0 model files"):
        load_region(copy_of_seaton)


def test_nothing_left_to_fit_is_refused(seaton: Region) -> None:
    with pytest.raises(InputError, match="nothing to fit by 2012"):
        seaton.until(2012)
    with pytest.raises(InputError, match="crisis_calls_month"):
        seaton.without("crisis_call_month")


def test_until_moves_later_numbers_to_validation(seaton: Region) -> None:
    cut = seaton.until(2020)
    assert len(cut.fit) + len(cut.validate) == len(seaton.fit) + len(seaton.validate)
    assert max(year_of(item.end) for item in cut.fit) <= 2020
    assert cut.digests()["data"] != seaton.digests()["data"]


def test_halton_record_is_whole(halton_region: Region) -> None:
    """Every number has a use with a reason, and the months that carry the fit are all there."""
    uses = Counter(item.use for item in halton_region.observations)
    months = Counter(item.series for item in halton_region.fit if item.unit.endswith("/month"))
    assert uses["context"] > 1000
    assert set(months.values()) == {30, 29}
    assert months["police_calls_welfare_check_month"] == 29
    assert sum(
        item.value
        for item in halton_region.fit
        if item.series == "police_calls_mha_apprehension_month"
        and item.start.isoformat() >= "2020-09"
    ) == pytest.approx(1390)


def test_nothing_is_counted_twice(halton_region: Region) -> None:
    """No fitted period of a series overlaps another, and sums of months are context."""
    by_series: dict[str, list[tuple[float, float]]] = {}
    for item in halton_region.fit:
        by_series.setdefault(item.series, []).append(item.span)
    for spans in by_series.values():
        ordered = sorted(spans)
        for (_, end), (start, _) in pairwise(ordered):
            assert start >= end - 1e-9
    sums = ("_year", "_12m_pre_pandemic", "_12m_pandemic_1", "_12m_to_aug")
    for item in halton_region.observations:
        if item.series.endswith(sums):
            assert item.use == "context"


def test_every_source_is_listed() -> None:
    listed = {line.split(",")[0] for line in (DATA / "sources.csv").read_text().splitlines()[1:]}
    assert {item.source for item in load_observations(DATA / "observations.csv")} <= listed
