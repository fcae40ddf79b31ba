"""What a calibration leaves behind: tables, a page of text, and the posterior if it may ship."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from ..model.halton.posterior import posterior_bytes
from .calibrate import Calibration
from .draw_history import draw_history, draw_residuals
from .draw_parameters import draw_marginals, draw_pairs
from .fit_table import SeriesFit
from .observations import Observation
from .output import csv_bytes, write_bytes
from .predictive import QUANTILES, Predictive
from .summary import summary

POSTERIOR, DRAWS, SUMMARY = "posterior.parquet", "draws.parquet", "summary.md"
PARAMETERS, PREDICTIONS, FIT = "parameters.csv", "predictions.csv", "fit.csv"
HOLD_OUT, DIRECTIONS, MANIFEST = "hold-out.csv", "directions.csv", "manifest.json"
PROFILES = "profiles.csv"


def write_calibration(calibration: Calibration, folder: Path) -> tuple[str, ...]:
    """Write everything; the posterior only when nothing speaks against it.

    Returns the reasons against. Raises InputError when the folder cannot be written.
    """
    faults = calibration.diagnosis.faults
    write_bytes(folder / PARAMETERS, csv_bytes(_PARAMETER_HEAD, _parameter_rows(calibration)))
    write_bytes(folder / PREDICTIONS, csv_bytes(_PREDICTION_HEAD, _prediction_rows(calibration)))
    write_bytes(
        folder / FIT, csv_bytes(_FIT_HEAD, (_fit_row("fit", fit) for fit in calibration.fits))
    )
    held = (_fit_row(one.name, fit) for one in calibration.hold_outs for fit in one.fits)
    write_bytes(folder / HOLD_OUT, csv_bytes(_FIT_HEAD, held))
    write_bytes(folder / DIRECTIONS, csv_bytes(_DIRECTION_HEAD, _direction_rows(calibration)))
    write_bytes(folder / PROFILES, csv_bytes(_PROFILE_HEAD, _profile_rows(calibration)))
    write_bytes(folder / DRAWS, _draws(calibration))
    for name, content in pictures(calibration).items():
        write_bytes(folder / name, content)
    write_bytes(folder / MANIFEST, _manifest(calibration))
    write_bytes(folder / SUMMARY, summary(calibration).encode())
    if faults:
        (folder / POSTERIOR).unlink(missing_ok=True)
    else:
        write_bytes(folder / POSTERIOR, posterior_bytes(calibration.posterior()))
    return faults


_PARAMETER_HEAD = (
    *("parameter", "place", "unit", "prior_q025", "prior_q50", "prior_q975"),
    *("posterior_q025", "posterior_q50", "posterior_q975", "contraction", "verdict"),
    *("r_hat", "ess_bulk", "ess_tail", "reason"),
)


def _parameter_rows(calibration: Calibration) -> Iterable[Sequence[object]]:
    rows = calibration.region.parameters.rows
    for row, check in zip(rows, calibration.diagnosis.parameters, strict=True):
        yield (
            *(row.name, row.place, row.unit, *check.prior, *check.posterior),
            *(check.contraction, check.verdict, check.r_hat, check.bulk, check.tail, row.reason),
        )


_PREDICTION_HEAD = (
    *("series", "definition", "start", "end", "geography", "unit", "use", "value", "bound"),
    *("step", "grade", "source", *(f"q{1000 * q:03g}" for q in QUANTILES)),
    *("prior_q025", "prior_q975"),
)


def _prediction_rows(calibration: Calibration) -> Iterable[Sequence[object]]:
    prior = np.quantile(calibration.prior_predictive.imitated, [0.025, 0.975], axis=0)
    yield from _predictions(calibration.fitted, prior)
    if calibration.validated is not None:
        nothing = np.full((2, len(calibration.validated.items)), np.nan)
        yield from _predictions(calibration.validated, nothing)


def _predictions(predictive: Predictive, prior: np.ndarray) -> Iterable[Sequence[object]]:
    bands = np.quantile(predictive.imitated, QUANTILES, axis=0)
    for i, item in enumerate(predictive.items):
        yield (*_what(item), *map(float, bands[:, i]), *map(float, prior[:, i]))


def _what(item: Observation) -> Sequence[object]:
    step = item.step if item.step else ""
    return (
        *(item.series, item.definition, item.start, item.end, item.geography, item.unit),
        *(item.use, item.value, item.bound, step, item.grade, item.source),
    )


_FIT_HEAD = (
    *("fit", "series", "geography", "unit", "n", "mae", "mape", "rmse"),
    *("theil_bias", "theil_variance", "theil_covariance", "coverage_50", "coverage_80"),
    *("coverage_95", "interval_score", "naive_score", "trend_score"),
)


def _fit_row(name: str, fit: SeriesFit) -> Sequence[object]:
    return (
        *(name, fit.series, fit.geography, fit.unit, fit.n, fit.mae, fit.mape, fit.rmse),
        *(fit.bias, fit.variance, fit.covariance, *fit.coverage),
        *(fit.score, fit.naive_score, fit.trend_score),
    )


def pictures(calibration: Calibration) -> dict[str, bytes]:
    """Every picture as SVG and PNG, by file name."""
    parameters, kept = calibration.region.parameters, calibration.kept
    drawn = {
        **draw_history(calibration.fitted, "fitted"),
        **draw_residuals(calibration.fitted),
        **draw_marginals(parameters, kept, calibration.diagnosis),
        **draw_pairs(parameters, kept, calibration.mode),
    }
    if calibration.validated is not None:
        drawn |= draw_history(calibration.validated, "kept back")
    return drawn


_DIRECTION_HEAD = ("direction", "information", "parameters")


def _direction_rows(calibration: Calibration) -> Iterable[Sequence[object]]:
    """Eigenvalues of the likelihood's information, and what each direction is made of."""
    names = calibration.region.parameters.names
    for number, value in enumerate(calibration.mode.information):
        vector = calibration.mode.directions[:, number]
        order = np.argsort(-np.abs(vector))[:3]
        parts = "; ".join(f"{vector[i]:+.2f} {names[i]}" for i in order)
        yield number + 1, float(value), parts


_PROFILE_HEAD = ("parameter", "offset", "drop", "normal_drop")


def _profile_rows(calibration: Calibration) -> Iterable[Sequence[object]]:
    """Offsets in posterior standard deviations, and how far the density falls there."""
    for one in calibration.profiles:
        for offset, drop in zip(one.offsets, one.drops, strict=True):
            yield one.name, float(offset), float(drop), float(offset**2 / 2)


def _draws(calibration: Calibration) -> bytes:
    values = calibration.region.parameters.values(calibration.kept)
    arrays = [pa.array(np.ascontiguousarray(column)) for column in values.T]
    table = pa.table(arrays, names=list(calibration.region.parameters.names))
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, compression="zstd", use_dictionary=False)
    return bytes(sink.getvalue())


def _manifest(calibration: Calibration) -> bytes:
    sampler = calibration.settings.sampler
    content = {
        "region": calibration.region.name,
        "digests": calibration.region.digests(),
        "sampler": dict(sorted(vars(sampler).items())),
        "starts": calibration.settings.starts,
        "peaks": [round(peak, 3) for peak in calibration.mode.peaks],
        "evaluations": calibration.evaluations,
        "accepted": [round(rate, 4) for rate in calibration.diagnosis.accepted],
        "faults": list(calibration.diagnosis.faults),
    }
    return (json.dumps(content, indent=1, sort_keys=True) + "\n").encode()
