"""A calibration in words: what was learned, what was not, how well it fits, where it misses."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .calibrate import Calibration
from .diagnose import FEWEST_EFFECTIVE, HIGHEST_R_HAT
from .predictive import LEVELS
from .results import misfits

COVERED = (0.65, 0.95)


def summary(calibration: Calibration) -> str:
    """One page of Markdown."""
    parts = [
        f"# Calibration of {calibration.region.name}",
        _verdict(calibration),
        "## What the record says",
        _parameters(calibration),
        "## What it can tell apart",
        _directions(calibration),
        "## Fit",
        _fit(calibration),
        "## Numbers kept back",
        _hold_outs(calibration),
        "## Known misfits",
        _misfits(calibration),
    ]
    return "\n\n".join(parts) + "\n"


def criteria(calibration: Calibration) -> tuple[tuple[str, str, bool], ...]:
    """What a calibration must hold: the criterion, what was found, whether it holds."""
    checks = calibration.diagnosis.parameters
    worst = max(check.r_hat for check in checks)
    fewest = min(min(check.bulk, check.tail) for check in checks)
    inside = float(calibration.fitted.covered(0.8).mean())
    compared = [fit for fit in calibration.fits if np.isfinite(fit.naive_score)]
    wins = sum(all(fit.wins) for fit in compared)
    return (
        (f"R-hat at most {HIGHEST_R_HAT}", f"{worst:.4f}", worst <= HIGHEST_R_HAT),
        (
            f"at least {FEWEST_EFFECTIVE} effective draws of every parameter",
            f"{fewest:.0f}",
            fewest >= FEWEST_EFFECTIVE,
        ),
        (
            "80 % intervals cover 65 to 95 % of the fitted numbers",
            f"{100 * inside:.0f} %",
            COVERED[0] <= inside <= COVERED[1],
        ),
        (
            "interval scores better than the series' mean and its linear trend on half the series",
            f"{wins} of {len(compared)}",
            bool(compared) and 2 * wins >= len(compared),
        ),
    )


def _verdict(calibration: Calibration) -> str:
    rows = criteria(calibration)
    faults = calibration.diagnosis.faults
    lines = [
        "The draws may be used." if not faults else "The draws may not be used:",
        *(f"- {fault}" for fault in faults),
        "",
        *_table(
            ("Criterion", "Found", "Holds"),
            [(name, found, "yes" if good else "no") for name, found, good in rows],
        ),
    ]
    return "\n".join(lines)


def _parameters(calibration: Calibration) -> str:
    rows = [
        (
            check.name,
            _interval(check.prior),
            _interval(check.posterior),
            f"{check.contraction:z.2f}",
            check.verdict,
        )
        for check in calibration.diagnosis.parameters
    ]
    note = (
        "Medians with 95 % intervals. Contraction is the share of the prior's spread that the "
        "record takes away; where it takes away less than a tenth, the parameter is assumed."
    )
    head = ("Parameter", "Prior", "Posterior", "Contraction", "Verdict")
    return "\n".join([note, "", *_table(head, rows)])


def _directions(calibration: Calibration) -> str:
    mode = calibration.mode
    spread = max(mode.peaks) - min(mode.peaks)
    drops = [p for p in calibration.profiles if np.any(np.abs(p.drops - p.offsets**2 / 2) > 0.75)]
    said = (
        f"In {mode.informed} of {len(mode.information)} directions the record says more than the "
        f"prior. {len(mode.peaks)} searches ended within {spread:.2g} of one log density."
    )
    if drops:
        names = ", ".join(profile.name for profile in drops)
        return f"{said} Profiles that are not those of a normal posterior: {names}."
    return f"{said} Profiles within two standard deviations are those of a normal posterior."


def _fit(calibration: Calibration) -> str:
    rows = [
        (
            fit.series,
            str(fit.n),
            f"{fit.mae:.1f}",
            "" if np.isnan(fit.mape) else f"{100 * fit.mape:.0f} %",
            f"{fit.rmse:.1f}",
            _shares(fit.bias, fit.variance, fit.covariance),
            " / ".join(f"{100 * share:.0f}" for share in fit.coverage),
            _scores(fit.score, fit.naive_score, fit.trend_score),
        )
        for fit in calibration.fits
    ]
    head = (
        *("Series", "n", "MAE", "MAPE", "RMSE", "Theil bias / variance / covariance"),
        *("Within 50 / 80 / 95 %", "Score: model / mean / trend"),
    )
    return "\n".join(_table(head, rows))


def _hold_outs(calibration: Calibration) -> str:
    if not calibration.hold_outs:
        return "None were made."
    rows = []
    for one in calibration.hold_outs:
        shares = [one.coverage(level) for level in LEVELS]
        compared = [fit for fit in one.fits if np.isfinite(fit.naive_score)]
        beaten = [sum(fit.wins[k] for fit in compared) for k in (0, 1)]
        rows.append(
            (
                one.name,
                str(len(one.predictive.items)),
                " / ".join(_share(*share) for share in shares),
                f"{beaten[0]} and {beaten[1]} of {len(compared)}" if compared else "",
            )
        )
    note = (
        "Coverage with its standard error, half-years of a series counted as one. The last column: "
        "series on which the interval score beats the last known level, and the linear trend."
    )
    head = ("Kept back", "Numbers", "Within 50 / 80 / 95 %", "Baselines beaten")
    return "\n".join([note, "", *_table(head, rows)])


def _misfits(calibration: Calibration) -> str:
    lines = []
    for one in misfits(calibration):
        worse = f"; predicted better by {' and '.join(one['loses_to'])}" if one["loses_to"] else ""
        lines.append(
            f"- {one['series']}, {one['geography']} ({one['use']}): {100 * one['error']:+z.0f} % "
            f"over all, {one['outside']} of {one['n']} outside the 95 % interval{worse}."
        )
    return "\n".join(lines) if lines else "None beyond the thresholds."


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    lines = [f"| {' | '.join(head)} |", "|" + "---|" * len(head)]
    return lines + [f"| {' | '.join(row)} |" for row in rows]


def _interval(ends: tuple[float, float, float]) -> str:
    return f"{ends[1]:.3g} ({ends[0]:.3g} to {ends[2]:.3g})"


def _share(share: float, error: float) -> str:
    return f"{100 * share:.0f}" + ("" if np.isnan(error) else f" ± {100 * error:.0f}")


def _shares(*parts: float) -> str:
    return "" if np.isnan(parts[0]) else " / ".join(f"{part:.2f}" for part in parts)


def _scores(*scores: float) -> str:
    return " / ".join("" if np.isnan(score) else f"{score:.0f}" for score in scores)
