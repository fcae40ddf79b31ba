"""What calibration says, and does not: learned and assumed inputs, fit, hold-outs, misfits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .content import Block, Bullets, Folded, Heading, Paragraph
from .facts import Facts
from .table import Cell, Column, Table
from .wording import input_words, listed, percent

BASELINES = ("its own mean", "its linear trend")


def calibration_blocks(facts: Facts) -> tuple[Block, ...]:
    """Headings, sentences and tables for the confidence section; one sentence without any."""
    found = facts.study.calibration
    if not found:
        told = (
            "Calibrated, but the posterior carries no tables of its fit."
            if facts.study.manifest.calibrated
            else "Not calibrated: no fit to Halton's records and no hold-out stand behind these "
            "draws."
        )
        return (Paragraph(told),)
    return (
        Heading("Calibration to Halton's record"),
        Paragraph(what_it_identifies(found)),
        learned_table(found),
        Paragraph(_fit_words(found)),
        Folded("Fit, series by series", (fit_table(found),)),
        *_hold_out_blocks(found),
        Paragraph("Known misfits:"),
        Bullets(_misfits(found)),
    )


def what_it_identifies(found: Mapping[str, Any]) -> str:
    """What the record tells about the model's inputs, in words."""
    inputs = [one for one in found["parameters"] if one["place"] == "model"]
    learned = [input_words(one["name"]) for one in inputs if one["verdict"] == "learned"]
    assumed = [input_words(one["name"]) for one in inputs if one["verdict"] == "assumed"]
    sampler = found["sampler"]
    return (
        f"The record narrows {len(learned)} of {len(inputs)} inputs that it may move: "
        f"{listed(learned)}. It hardly moves the others, which stay assumed: "
        f"{listed(assumed) if assumed else 'none'}. Effects of programmes, delays and feedback "
        "strengths are not fitted at all: nothing in Halton's record varies them, so they are "
        "drawn from studies elsewhere. Calibration makes the starting point and its past right; "
        f"it does not make any programme's effect more certain. {sampler['kept']:,} joint draws "
        f"are kept; the largest R-hat is {sampler['r_hat']:.3f} and the fewest effective draws "
        f"are {sampler['effective']:,.0f}."
    )


def learned_table(found: Mapping[str, Any]) -> Table:
    """Prior and posterior of every calibrated quantity, and the share of spread taken away."""
    rows = tuple(
        (
            Cell(input_words(one["name"])),
            Cell(_range(one["prior"])),
            Cell(_range(one["posterior"])),
            Cell("none" if one["unit"] == "Dmnl" else one["unit"]),
            Cell(f"{one['contraction']:z.2f}", one["contraction"]),
            Cell(one["verdict"]),
        )
        for one in found["parameters"]
    )
    return Table(
        id="learned",
        caption="What the record learned: median and 95 % range before and after",
        columns=(
            Column("Quantity", "", False),
            Column("Prior"),
            Column("Posterior"),
            Column("Unit", "", False),
            Column("Contraction"),
            Column("Verdict", "", False),
        ),
        rows=rows,
        note="Contraction is the share of the prior's spread that the record takes away. Below "
        "one tenth a quantity is called assumed.",
    )


def fit_table(found: Mapping[str, Any]) -> Table:
    """Errors, coverage and interval scores of each fitted series."""
    rows = tuple(
        (
            Cell(one["series"].replace("_", " ")),
            Cell(str(one["n"]), one["n"]),
            Cell(f"{one['mae']:.1f}", one["mae"]),
            Cell("" if one["mape"] is None else percent(one["mape"]), one["mape"]),
            Cell(f"{one['rmse']:.1f}", one["rmse"]),
            Cell(_joined(one["theil"], 2)),
            Cell(_joined([100 * share for share in one["coverage"]], 0)),
            Cell(_joined(one["scores"], 0)),
        )
        for one in found["fit"]
    )
    return Table(
        id="fit",
        caption="Fit to each series: errors of the median, coverage, interval scores",
        columns=(
            Column("Series", "", False),
            Column("Numbers"),
            Column("Mean error"),
            Column("Mean error", "%"),
            Column("Root mean square"),
            Column("Theil: bias, variance, covariance"),
            Column("Within 50, 80, 95 %", "%"),
            Column("Score: model, mean, trend"),
        ),
        rows=rows,
        note="Errors are in the series' own unit, absolute. An interval score is the width of the "
        "80 % interval plus a penalty for misses: smaller is better. A series of fewer than six "
        "numbers has no baseline.",
    )


def _fit_words(found: Mapping[str, Any]) -> str:
    compared = [one["scores"] for one in found["fit"] if one["scores"][1] is not None]
    wins = sum(scores[0] < min(scores[1:]) for scores in compared)
    share = found["fitted"]["coverage"][1]
    return (
        f"The 80 % intervals hold {percent(share)} of the {found['fitted']['n']} fitted numbers. "
        f"On {wins} of the {len(compared)} series that are long enough the model's interval score "
        f"beats both {listed(list(BASELINES))}; on the others it loses to one of them."
    )


def _hold_out_blocks(found: Mapping[str, Any]) -> tuple[Block, ...]:
    if not found["hold_outs"]:
        return (Paragraph("Nothing was held out."),)
    rows = tuple(
        (
            Cell(one["name"].replace("_", " ")),
            Cell(str(one["n"]), one["n"]),
            *(Cell(_coverage(pair), pair[0]) for pair in one["coverage"]),
            Cell(_beaten(one)),
        )
        for one in found["hold_outs"]
    )
    table = Table(
        id="hold-outs",
        caption="Numbers kept back, and predicted by a fit that did not see them",
        columns=(
            Column("Kept back", "", False),
            Column("Numbers"),
            Column("Within 50 %", "%"),
            Column("Within 80 %", "%"),
            Column("Within 95 %", "%"),
            Column("Series on which mean, trend are beaten", "", False),
        ),
        rows=rows,
        note="Each share with its standard error; half-years of a series count as one. After the "
        "first months the pandemic's size comes from its prior, so these intervals are wide.",
    )
    origins = [one for one in found["hold_outs"] if one["compared"]]
    beaten = sum(min(one["beats_naive"], one["beats_trend"]) for one in origins)
    told = (
        f"Held out in time, the model beats the mean and the trend on at most {beaten} of "
        f"{sum(one['compared'] for one in origins)} series: months ahead, a flat line is hard to "
        "beat."
        if origins
        else ""
    )
    return (Paragraph(told), table) if told else (table,)


def _misfits(found: Mapping[str, Any]) -> tuple[str, ...]:
    lines = []
    for one in found["misfits"]:
        worse = f"; predicted better by {listed(one['loses_to'])}" if one["loses_to"] else ""
        lines.append(
            f"{one['series'].replace('_', ' ')} ({one['use']}): {100 * one['error']:+z.0f} % over "
            f"all, {one['outside']} of {one['n']} outside the 95 % interval{worse}."
        )
    return tuple(lines) or ("None beyond a quarter over a series or a tenth of its numbers.",)


def _range(ends: list[float]) -> str:
    low, middle, high = map(_figure, ends)
    return f"{middle} ({low} to {high})"


def _figure(value: float) -> str:
    """Three figures, and all those before the point."""
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"


def _joined(values: list[float | None], places: int) -> str:
    return ", ".join("none" if value is None else f"{value:.{places}f}" for value in values)


def _coverage(pair: list[float | None]) -> str:
    share, error = pair
    told = "none" if share is None else f"{100 * share:.0f}"
    return told if error is None else f"{told} ± {100 * error:.0f}"


def _beaten(one: Mapping[str, Any]) -> str:
    if not one["compared"]:
        return "no baseline: the series was not seen"
    return f"{one['beats_naive']} and {one['beats_trend']} of {one['compared']}"
