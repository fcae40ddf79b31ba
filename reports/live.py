"""Sheets with live formulas: present values that a finance officer can work out again.

`Draws` holds the undiscounted yearly net of one decision by payer and draw. `Assumptions` holds the
rate and horizon, turns them into a factor a year, and takes mean, median, intervals and chance over
the draws of each payer's present value. Discounting is that of `scenarios.economics`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ..scenarios import economics
from ..scenarios.summarise import payer_lines, payer_names
from .facts import Facts
from .sheet import Sheet, cell_name, column_name
from .wording import payer_title

Array = npt.NDArray[np.float64]

LIVE_BASES: tuple[tuple[economics.Basis, str], ...] = (
    ("cashable", "cash only"),
    ("marginal", "marginal cost"),
)
_FIRST_YEAR = 2
"""Column of the first year, on every sheet with years."""
_RATE, _HORIZON, _BASE, _SHIFT = (
    "Assumptions!$B$5",
    "Assumptions!$B$6",
    "Assumptions!$B$7",
    "Assumptions!$B$8",
)
_FACTOR_ROW = 12
LINES = (
    ("Marginal cost avoided", "marginal"),
    ("of which cashable", "cashable"),
    ("Induced cost", "induced"),
    ("Programme cost", "programme"),
)


STATISTICS = (
    "Payer",
    "Mean",
    "Median",
    "80 % from",
    "80 % to",
    "95 % from",
    "95 % to",
    "Chance of net benefit",
)
"""Heads of the live results."""


@dataclass(frozen=True)
class Layout:
    """Where each payer's present values stand on `Draws`: cell ranges by payer and basis."""

    ranges: dict[tuple[str, str], str]


def net_by_year(facts: Facts, basis: economics.Basis) -> Array:
    """Undiscounted yearly net of the focus: ``(payer row, draw, year)``."""
    lines = payer_lines(facts.study, facts.focus.scenario)
    return _yearly(facts, economics.net(lines, basis))


def _yearly(facts: Facts, cumulative: Array) -> Array:
    first = economics.time_index(facts.study.time, facts.start)
    last = economics.time_index(facts.study.time, facts.end)
    return np.asarray(np.diff(cumulative[..., first : last + 1], axis=-1))


def write_draws(sheet: Sheet, facts: Facts) -> Layout:
    """A row a payer and draw: its yearly net on both bases, and their live present values."""
    years = list(range(facts.start, facts.end))
    nets = {name: net_by_year(facts, basis) for basis, name in LIVE_BASES}
    sheet.title(
        facts.say(
            "“{title}”: yearly net by payer and draw, not discounted", title=facts.focus.title
        )
    )
    sheet.text(
        facts.say(
            "Net is cost avoided less programme cost; a minus is a net cost. The last two columns "
            "are present values at the rate and horizon of the sheet Assumptions."
        )
    )
    sheet.row += 1
    heads = [f"{year}, {facts.say(name)}" for name in nets for year in years]
    values = [facts.say("Present value, {basis}", basis=facts.say(name)) for name in nets]
    sheet.row_of([facts.say("Payer"), facts.say("Draw"), *heads, *values], "columns")
    sheet.row_of(["", "", *[facts.say("CAD")] * (len(heads) + len(values))], "units")
    factors = _across(_FACTOR_ROW, _FIRST_YEAR, len(years), "Assumptions!")
    weights = _weights(facts)
    ranges: dict[tuple[str, str], str] = {}
    for at, payer in enumerate(payer_names(facts.study)):
        top = sheet.row
        shown = payer_title(facts.phrases, payer)
        for draw in range(facts.draws):
            sheet.page.write_string(sheet.row, 0, shown)
            sheet.page.write_number(sheet.row, 1, draw, sheet.looks["count"])
            for number, net in enumerate(nets.values()):
                start = _FIRST_YEAR + number * len(years)
                for offset, value in enumerate(net[at, draw]):
                    sheet.page.write_number(sheet.row, start + offset, float(value))
                flows = _across(sheet.row, start, len(years))
                sheet.formula(
                    _FIRST_YEAR + len(heads) + number,
                    f"=SUMPRODUCT({flows},{factors})",
                    float(net[at, draw] @ weights),
                )
            sheet.row += 1
        for number, name in enumerate(nets):
            column = column_name(_FIRST_YEAR + len(heads) + number)
            ranges[payer, name] = f"Draws!${column}${top + 1}:${column}${sheet.row}"
    sheet.page.freeze_panes(5, 2)
    return Layout(ranges)


def write_assumptions(sheet: Sheet, facts: Facts, layout: Layout) -> None:
    """Rate and horizon to change, factors by year, and live results by payer."""
    sheet.title(facts.say("Assumptions that can be changed here, and what follows from them"))
    sheet.text(
        facts.say(
            "Decision: “{title}”, against “{comparator}”.",
            title=facts.focus.title,
            comparator=facts.comparator.title,
        )
    )
    heads = ("Shaded cells may be changed", "Value", "Unit")
    sheet.row_of([facts.say(head) for head in heads], "columns")
    sheet.row_of(["", "", ""], "units")
    for label, value, unit, look in (
        ("Real discount rate", facts.focus.rate, "a year", "input share"),
        ("Horizon", facts.years, "years, 1 to {years}", "input count"),
        ("Base year of present values", facts.start, "year", "count"),
        ("When in its year a flow stands", 0.5, "years after it begins", "number"),
        ("Price year", facts.study.manifest.price_year, "dollars of", "count"),
    ):
        sheet.page.write_string(sheet.row, 0, facts.say(label))
        sheet.page.write_number(sheet.row, 1, value, sheet.looks[look])
        shown = facts.say(unit, years=facts.years)
        sheet.page.write_string(sheet.row, 2, shown, sheet.looks["note"])
        sheet.row += 1
    _factors(sheet, facts)
    _results(sheet, facts, layout)


def _factors(sheet: Sheet, facts: Facts) -> None:
    """A factor a year: the present value of a dollar within the horizon, nothing after it."""
    sheet.heading(facts.say("Present value of one dollar by year of flow"))
    years = list(range(facts.start, facts.end))
    weights = _weights(facts)
    sheet.page.write_string(sheet.row, 0, facts.say("Year"), sheet.looks["columns"])
    sheet.page.write_string(sheet.row, 1, "", sheet.looks["columns"])
    for at, year in enumerate(years):
        sheet.page.write_number(sheet.row, _FIRST_YEAR + at, year, sheet.looks["year"])
    sheet.row += 1
    assert sheet.row == _FACTOR_ROW
    sheet.page.write_string(sheet.row, 0, facts.say("Factor"))
    for at in range(len(years)):
        own = cell_name(sheet.row - 1, _FIRST_YEAR + at)
        sheet.formula(
            _FIRST_YEAR + at,
            f"=IF({own}-{_BASE}<{_HORIZON},(1+{_RATE})^-({own}+{_SHIFT}-{_BASE}),0)",
            float(weights[at]),
            "factor",
        )
    sheet.row += 1


def _results(sheet: Sheet, facts: Facts, layout: Layout) -> None:
    weights = _weights(facts)
    for number, (basis, name) in enumerate(LIVE_BASES):
        told = facts.say("Net present value by payer, {basis}: live", basis=facts.say(name))
        sheet.heading(told)
        sheet.row_of([facts.say(head) for head in STATISTICS], "columns")
        dollars = [facts.say("CAD")] * (len(STATISTICS) - 2)
        sheet.row_of(["", *dollars, facts.say("share of draws")], "units")
        present = net_by_year(facts, basis) @ weights
        for at, payer in enumerate(payer_names(facts.study)):
            cells = layout.ranges[payer, LIVE_BASES[number][1]]
            values = present[at]
            sheet.page.write_string(sheet.row, 0, payer_title(facts.phrases, payer))
            sheet.formula(1, f"=AVERAGE({cells})", float(values.mean()))
            sheet.formula(2, f"=MEDIAN({cells})", float(np.median(values)))
            for place, share in enumerate((0.1, 0.9, 0.025, 0.975), start=3):
                formula = f"=PERCENTILE({cells},{share})"
                sheet.formula(place, formula, float(np.quantile(values, share)))
            odds = f'=COUNTIF({cells},">0")/COUNT({cells})'
            sheet.formula(7, odds, float((values > 0).mean()), "share")
            sheet.row += 1


def write_cash_flow(sheet: Sheet, facts: Facts) -> None:
    """Mean flows by payer, line and year, with live present values of each."""
    years = list(range(facts.start, facts.end))
    lines = payer_lines(facts.study, facts.focus.scenario)
    weights = _weights(facts)
    sheet.title(
        facts.say(
            "“{title}”: mean flows by payer and year, not discounted", title=facts.focus.title
        )
    )
    sheet.text(
        facts.say(
            "Marginal cost avoided and cash are views of one change: never add them. Present "
            "values are at the rate and horizon of the sheet Assumptions."
        )
    )
    sheet.row += 1
    sheet.row_of(
        [facts.say("Payer"), facts.say("Line"), *map(str, years), facts.say("Present value")],
        "columns",
    )
    sheet.row_of(["", "", *[facts.say("CAD")] * (len(years) + 1)], "units")
    factors = _across(_FACTOR_ROW, _FIRST_YEAR, len(years), "Assumptions!")
    for at, payer in enumerate(payer_names(facts.study)):
        for title, name in LINES:
            flows = _yearly(facts, getattr(lines, name)[at]).mean(axis=0)
            sheet.page.write_string(sheet.row, 0, payer_title(facts.phrases, payer))
            sheet.page.write_string(sheet.row, 1, facts.say(title))
            for offset, value in enumerate(flows):
                place = _FIRST_YEAR + offset
                sheet.page.write_number(sheet.row, place, float(value), sheet.looks["number"])
            own = _across(sheet.row, _FIRST_YEAR, len(years))
            place = _FIRST_YEAR + len(years)
            sheet.formula(place, f"=SUMPRODUCT({own},{factors})", float(flows @ weights))
            sheet.row += 1


def _weights(facts: Facts) -> Array:
    """The factor of each year at the headlines' rate: ``(year,)``."""
    terms = economics.Discounting(rate=facts.focus.rate, base=float(facts.start))
    return economics.discount_factors(np.arange(facts.start, facts.end, dtype=np.float64), terms)


def _across(row: int, first: int, count: int, sheet: str = "") -> str:
    """A range of one row; on another sheet its place is fixed."""
    fixed = bool(sheet)
    start = cell_name(row, first, fixed)
    return f"{sheet}{start}:{cell_name(row, first + count - 1, fixed)}"
