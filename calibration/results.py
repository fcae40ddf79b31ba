"""What a calibration found, in small: what travels with the posterior into studies and reports."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np

from .predictive import LEVELS, Predictive

if TYPE_CHECKING:
    from .calibrate import Calibration
    from .fit_table import SeriesFit
    from .holdout import HoldOut

FAR = 0.25
"""A series whose median prediction misses by more than this share is a known misfit."""
DIGITS = 4


def results_json(calibration: Calibration) -> str:
    """Tables of plain values by name, as JSON; the same calibration gives the same text.

    ``parameters``, ``fit``, ``hold_outs`` and ``misfits`` are lists of records; ``sampler`` says
    how far the draws may be trusted.
    """
    checks = calibration.diagnosis.parameters
    content = {
        "region": calibration.region.name,
        "parameters": [
            {
                "name": check.name,
                "place": check.place,
                "unit": row.unit,
                "prior": list(check.prior),
                "posterior": list(check.posterior),
                "contraction": check.contraction,
                "verdict": check.verdict,
            }
            for check, row in zip(checks, calibration.region.parameters.rows, strict=True)
        ],
        "fit": [_fit(fit) for fit in calibration.fits],
        "fitted": _coverage(calibration.fitted),
        "hold_outs": [_hold_out(one) for one in calibration.hold_outs],
        "misfits": misfits(calibration),
        "sampler": {
            "r_hat": max(check.r_hat for check in checks),
            "effective": min(min(check.bulk, check.tail) for check in checks),
            "kept": len(calibration.kept),
            "evaluations": calibration.evaluations,
        },
    }
    return json.dumps(_rounded(content), sort_keys=True, separators=(",", ":"))


def misfits(calibration: Calibration) -> list[dict[str, Any]]:
    """Series that the calibrated model misses, fitted or kept for validation.

    A series is missed when the median is far off over all, when more than a tenth of its numbers
    lie outside the 95 % interval, or when a baseline (named in ``loses_to``) predicts it better.
    """
    lost = {(fit.series, fit.geography): _losses(fit) for fit in calibration.fits}
    found = []
    both = [calibration.fitted, calibration.validated]
    for predictive in (one for one in both if one is not None):
        middle = np.median(predictive.expected, axis=0)
        groups: dict[tuple[str, str], list[int]] = {}
        for i, item in enumerate(predictive.items):
            groups.setdefault((item.series, item.geography), []).append(i)
        outside = ~predictive.covered(0.95)
        for key, rows in groups.items():
            value = np.array([predictive.items[i].value for i in rows])
            one: dict[str, Any] = {
                "series": key[0],
                "geography": key[1],
                "use": predictive.items[rows[0]].use,
                "error": float((middle[rows].sum() - value.sum()) / value.sum()),
                "outside": int(outside[rows].sum()),
                "n": len(rows),
                "loses_to": lost.get(key, []) if predictive is calibration.fitted else [],
            }
            if abs(one["error"]) > FAR or one["outside"] > 0.1 * len(rows) or one["loses_to"]:
                found.append(one)
    return found


def _losses(fit: SeriesFit) -> list[str]:
    """The baselines whose interval score is better; none for a series too short to have them."""
    if not np.isfinite(fit.naive_score):
        return []
    names = ("its own mean", "its linear trend")
    return [name for name, won in zip(names, fit.wins, strict=True) if not won]


def _fit(fit: SeriesFit) -> dict[str, Any]:
    return {
        "series": fit.series,
        "geography": fit.geography,
        "unit": fit.unit,
        "n": fit.n,
        "mae": fit.mae,
        "mape": fit.mape,
        "rmse": fit.rmse,
        "theil": [fit.bias, fit.variance, fit.covariance],
        "coverage": list(fit.coverage),
        "scores": [fit.score, fit.naive_score, fit.trend_score],
    }


def _coverage(predictive: Predictive) -> dict[str, Any]:
    shares = [float(predictive.covered(level).mean()) for level in LEVELS]
    return {"n": len(predictive.items), "coverage": shares}


def _hold_out(one: HoldOut) -> dict[str, Any]:
    compared = [fit for fit in one.fits if np.isfinite(fit.naive_score)]
    return {
        "name": one.name,
        "n": len(one.predictive.items),
        "coverage": [one.coverage(level) for level in LEVELS],
        "compared": len(compared),
        "beats_naive": sum(fit.wins[0] for fit in compared),
        "beats_trend": sum(fit.wins[1] for fit in compared),
    }


def _rounded(value: Any) -> Any:
    """Numbers to four digits, and those that are missing as null: JSON has no NaN."""
    match value:
        case dict():
            return {key: _rounded(part) for key, part in value.items()}
        case list() | tuple():
            return [_rounded(part) for part in value]
        case float():
            return float(f"{value:.{DIGITS}g}") if np.isfinite(value) else None
        case _:
            return value
