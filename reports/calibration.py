"""What calibration says, and does not: learned and assumed inputs, fit, hold-outs, misfits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .content import Block, Bullets, Folded, Heading, Paragraph, Picture
from .facts import Facts
from .phrases import MINUS
from .record import calibration_panel, panel_counts, record_table
from .table import Cell, Column, Table
from .wording import figures, input_words, listed, percent

BASELINES = ("its own mean", "its linear trend")


def calibration_blocks(facts: Facts) -> tuple[Block, ...]:
    """Headings, sentences and tables for the confidence section; one sentence without any."""
    found = facts.study.calibration
    if not found:
        told = (
            facts.say("Calibrated, but the posterior carries no tables of its fit.")
            if facts.study.manifest.calibrated
            else facts.say(
                "Not calibrated: no fit to Halton's records and no hold-out stand behind these "
                "draws."
            )
        )
        return (Paragraph(told),)
    return (
        Heading(facts.say("Calibration to Halton's record")),
        *_panel_blocks(facts),
        Paragraph(what_it_identifies(facts, found)),
        learned_table(facts, found),
        Paragraph(_fit_words(facts, found)),
        Folded(facts.say("Fit, series by series"), (fit_table(facts, found),)),
        *_hold_out_blocks(facts, found),
        Paragraph(facts.say("Known misfits:")),
        Bullets(_misfits(facts, found)),
    )


def _panel_blocks(facts: Facts) -> tuple[Block, ...]:
    counts = panel_counts(facts)
    if not counts:
        told = facts.say("The study carries no counts of police contacts to draw beside the model.")
        return (Paragraph(told, "note"),)
    return (
        Picture(calibration_panel(facts, counts)),
        Folded(facts.say("Each count on record, and the model"), (record_table(facts, counts),)),
    )


def what_it_identifies(facts: Facts, found: Mapping[str, Any]) -> str:
    """What the record tells about the model's inputs, in words."""
    inputs = [one for one in found["parameters"] if one["place"] == "model"]
    learned = [
        input_words(facts.phrases, one["name"]) for one in inputs if one["verdict"] == "learned"
    ]
    assumed = [
        input_words(facts.phrases, one["name"]) for one in inputs if one["verdict"] == "assumed"
    ]
    sampler = found["sampler"]
    return facts.say(
        "The record narrows {count} of {inputs} inputs that it may move: {learned}. It "
        "hardly moves the others, which stay assumed: {assumed}. Effects of programmes, "
        "delays and feedback strengths are not fitted at all: nothing in Halton's "
        "record varies them, so they are drawn from studies elsewhere. Calibration "
        "makes the starting point and its past right; it does not make any programme's "
        "effect more certain. {kept} joint draws are kept; the largest R-hat is "
        "{r_hat} and the fewest effective draws are {effective}.",
        count=len(learned),
        inputs=len(inputs),
        learned=listed(facts.phrases, learned),
        assumed=listed(facts.phrases, assumed) if assumed else facts.say("none"),
        kept=figures(facts.phrases, sampler["kept"], ","),
        r_hat=figures(facts.phrases, sampler["r_hat"], ".3f"),
        effective=figures(facts.phrases, sampler["effective"], ",.0f"),
    )


def learned_table(facts: Facts, found: Mapping[str, Any]) -> Table:
    """Prior and posterior of every calibrated quantity, and the share of spread taken away."""
    rows = tuple(
        (
            Cell(input_words(facts.phrases, one["name"])),
            Cell(_range(facts, one["prior"])),
            Cell(_range(facts, one["posterior"])),
            Cell(
                facts.say("none") if one["unit"] == "Dmnl" else facts.phrases.foreign(one["unit"])
            ),
            Cell(figures(facts.phrases, one["contraction"], "z.2f"), one["contraction"]),
            Cell(facts.name(one["verdict"])),
        )
        for one in found["parameters"]
    )
    return Table(
        id="learned",
        caption=facts.say("What the record learned: median and 95 % range before and after"),
        columns=(
            Column(facts.say("Quantity"), "", False),
            Column(facts.say("Prior")),
            Column(facts.say("Posterior")),
            Column(facts.say("Unit"), "", False),
            Column(facts.say("Contraction")),
            Column(facts.say("Verdict"), "", False),
        ),
        rows=rows,
        note=facts.say(
            "Contraction is the share of the prior's spread that the record takes away. "
            "Below one tenth a quantity is called assumed."
        ),
    )


def fit_table(facts: Facts, found: Mapping[str, Any]) -> Table:
    """Errors, coverage and interval scores of each fitted series."""
    rows = tuple(
        (
            Cell(_series(facts, one["series"])),
            Cell(str(one["n"]), one["n"]),
            Cell(figures(facts.phrases, one["mae"], ".1f"), one["mae"]),
            Cell("" if one["mape"] is None else percent(facts.phrases, one["mape"]), one["mape"]),
            Cell(figures(facts.phrases, one["rmse"], ".1f"), one["rmse"]),
            Cell(_joined(facts, one["theil"], 2)),
            Cell(_joined(facts, [100 * share for share in one["coverage"]], 0)),
            Cell(_joined(facts, one["scores"], 0)),
        )
        for one in found["fit"]
    )
    return Table(
        id="fit",
        caption=facts.say("Fit to each series: errors of the median, coverage, interval scores"),
        columns=(
            Column(facts.say("Series"), "", False),
            Column(facts.say("Numbers")),
            Column(facts.say("Mean error")),
            Column(facts.say("Mean error"), "%"),
            Column(facts.say("Root mean square")),
            Column(facts.say("Theil: bias, variance, covariance")),
            Column(facts.say("Within 50, 80, 95 %"), "%"),
            Column(facts.say("Score: model, mean, trend")),
        ),
        rows=rows,
        note=facts.say(
            "Errors are in the series' own unit, absolute. An interval score is the width "
            "of the 80 % interval plus a penalty for misses: smaller is better. A series "
            "of fewer than six numbers has no baseline."
        ),
    )


def _fit_words(facts: Facts, found: Mapping[str, Any]) -> str:
    compared = [one["scores"] for one in found["fit"] if one["scores"][1] is not None]
    wins = sum(scores[0] < min(scores[1:]) for scores in compared)
    share = found["fitted"]["coverage"][1]
    return facts.say(
        "The 80 % intervals hold {share} of the {fitted} fitted numbers. On {wins} of "
        "the {count} series that are long enough the model's interval score beats both "
        "{baselines}; on the others it loses to one of them.",
        share=percent(facts.phrases, share),
        fitted=found["fitted"]["n"],
        wins=wins,
        count=len(compared),
        baselines=listed(facts.phrases, [facts.name(name) for name in BASELINES]),
    )


def _hold_out_blocks(facts: Facts, found: Mapping[str, Any]) -> tuple[Block, ...]:
    if not found["hold_outs"]:
        return (Paragraph(facts.say("Nothing was held out.")),)
    rows = tuple(
        (
            Cell(_series(facts, one["name"])),
            Cell(str(one["n"]), one["n"]),
            *(Cell(_coverage(facts, pair), pair[0]) for pair in one["coverage"]),
            Cell(_beaten(facts, one)),
        )
        for one in found["hold_outs"]
    )
    table = Table(
        id="hold-outs",
        caption=facts.say("Numbers kept back, and predicted by a fit that did not see them"),
        columns=(
            Column(facts.say("Kept back"), "", False),
            Column(facts.say("Numbers")),
            Column(facts.say("Within 50 %"), "%"),
            Column(facts.say("Within 80 %"), "%"),
            Column(facts.say("Within 95 %"), "%"),
            Column(facts.say("Series on which mean, trend are beaten"), "", False),
        ),
        rows=rows,
        note=facts.say(
            "Each share with its standard error; half-years of a series count as one. "
            "After the first months the pandemic's size comes from its prior, so these "
            "intervals are wide."
        ),
    )
    origins = [one for one in found["hold_outs"] if one["compared"]]
    beaten = sum(min(one["beats_naive"], one["beats_trend"]) for one in origins)
    told = (
        facts.say(
            "Held out in time, the model beats the mean and the trend on at most {beaten} "
            "of {sum} series: months ahead, a flat line is hard to beat.",
            beaten=beaten,
            sum=sum(one["compared"] for one in origins),
        )
        if origins
        else ""
    )
    return (Paragraph(told), table) if told else (table,)


def _misfits(facts: Facts, found: Mapping[str, Any]) -> tuple[str, ...]:
    lines = []
    for one in found["misfits"]:
        better = [facts.name(name) for name in one["loses_to"]]
        lines.append(
            facts.say(
                "{series} ({use}): {error} % over all, {outside} of {numbers} outside the 95 % "
                "interval; predicted better by {better}."
                if better
                else "{series} ({use}): {error} % over all, {outside} of {numbers} outside the "
                "95 % interval.",
                series=_series(facts, one["series"]),
                use=facts.name(one["use"]),
                error=f"{100 * one['error']:+z.0f}".replace("-", MINUS),
                outside=one["outside"],
                numbers=one["n"],
                better=listed(facts.phrases, better),
            )
        )
    return tuple(lines) or (
        facts.say("None beyond a quarter over a series or a tenth of its numbers."),
    )


def _series(facts: Facts, name: str) -> str:
    return facts.name(name.replace("_", " "))


def _range(facts: Facts, ends: list[float]) -> str:
    # Three figures, and all those before the point.
    shown = [",.0f" if abs(end) >= 1000 else ".3g" for end in ends]
    low, middle, high = (
        figures(facts.phrases, end, spec) for end, spec in zip(ends, shown, strict=True)
    )
    return facts.say("{middle} ({low} to {high})", middle=middle, low=low, high=high)


def _joined(facts: Facts, values: list[float | None], places: int) -> str:
    between = ", " if facts.phrases.decimal == "." else "; "
    return between.join(
        facts.say("none") if value is None else figures(facts.phrases, value, f".{places}f")
        for value in values
    )


def _coverage(facts: Facts, pair: list[float | None]) -> str:
    share, error = pair
    told = facts.say("none") if share is None else f"{100 * share:.0f}"
    return told if error is None else f"{told} ± {100 * error:.0f}"


def _beaten(facts: Facts, one: Mapping[str, Any]) -> str:
    if not one["compared"]:
        return facts.say("no baseline: the series was not seen")
    return facts.say(
        "{naive} and {trend} of {compared}",
        naive=one["beats_naive"],
        trend=one["beats_trend"],
        compared=one["compared"],
    )
