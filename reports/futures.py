"""The same decision in every future that was run: level, change and money, side by side.

Past growth of mental-health calls is unexplained, and whether it goes on decides how much demand
there is to avoid. No future is called likelier than another.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ..scenarios import economics
from ..scenarios.headline import ALL_PAYERS, Headline
from ..scenarios.schema import Scenario
from ..scenarios.summarise import NEED_MET_CALLS
from ..scenarios.uncertainty import Band, band, bands
from .content import Paragraph, Picture, Section
from .facts import MENTAL_HEALTH_CALLS, Facts
from .figure import BandFigure, Panel
from .table import Cell, Column, Table, odds_cell, spread_cell
from .verdict import sign
from .wording import listed, parts

Array = npt.NDArray[np.float64]

FIRST_YEAR = 2015
"""First year drawn: early enough to show the growth that may go on."""
AS_IN_THE_BASE = "growth stops, but for people and ageing"


def in_every_future(facts: Facts) -> tuple[Headline, ...]:
    """The focus and the same decision in other futures, in reading order."""
    return (facts.focus, *facts.same_in_other_futures)


def futures_section(facts: Facts) -> Section:
    """A figure and the table that page one repeats in part."""
    return Section(
        "futures",
        facts.say("The same decision in other futures"),
        (
            Paragraph(
                facts.say(
                    "Police calls about mental health grew faster than the population until 2021, "
                    "for reasons no record explains. Every figure of growth avoided rides on "
                    "whether that goes on. Each future is compared with current funding in the "
                    "same future; none is likelier than another."
                )
            ),
            Picture(futures_figure(facts)),
            futures_table(facts),
        ),
    )


def futures_table(facts: Facts) -> Table:
    """Measures in rows, futures in columns."""
    found = in_every_future(facts)
    return Table(
        id="futures-measures",
        caption=facts.say(
            "“{title}” in {count} futures, {years} years",
            title=facts.focus.title,
            count=len(found),
            years=facts.years,
        ),
        columns=(
            Column(facts.say("Measure"), "", False),
            Column(facts.say("Unit"), "", False),
            *(Column(_future(facts, item).title, _difference(facts, item)) for item in found),
        ),
        rows=tuple(
            (Cell(measure), Cell(unit), *cells) for measure, unit, cells in _measures(facts)
        ),
        note=facts.say(
            "Each future has its own comparator, whose name heads the column. Capacity, "
            "marginal and cashable cost are three views of one change and are never added."
        ),
    )


def _measures(facts: Facts) -> list[tuple[str, str, list[Cell]]]:
    """A row a measure: its name, its unit, and a cell for each future."""
    found = in_every_future(facts)
    everyone = [item.horizons[-1].payer(ALL_PAYERS) for item in found]
    demand = [item.horizons[-1].demand for item in found]
    expected = [band(_expected(facts, item)) for item in found]
    use = demand[0].capacity
    rows = [
        (
            facts.say("Mental-health calls expected otherwise"),
            facts.say("calls"),
            [spread_cell(facts.phrases, b, least=1.0) for b in expected],
        ),
        (
            facts.say("Police contacts avoided"),
            facts.say("contacts"),
            [spread_cell(facts.phrases, d.contacts, least=1.0) for d in demand],
        ),
        (
            facts.say("Crises avoided"),
            facts.say("crises"),
            [spread_cell(facts.phrases, d.crises, least=1.0) for d in demand],
        ),
    ]
    if "police" in use:
        freed = [spread_cell(facts.phrases, d.capacity["police"], least=1.0) for d in demand]
        rows.append((facts.say("Capacity released, police"), facts.name("officer-hours"), freed))
    rows += [
        (
            facts.say("Marginal cost avoided"),
            facts.say("thousand CAD"),
            [spread_cell(facts.phrases, e.marginal, 1e3) for e in everyone],
        ),
        (
            facts.say("Cashable cost avoided"),
            facts.say("thousand CAD"),
            [spread_cell(facts.phrases, e.cashable, 1e3) for e in everyone],
        ),
        (
            facts.say("Net, cash only"),
            facts.say("thousand CAD"),
            [spread_cell(facts.phrases, e.net["cashable"], 1e3) for e in everyone],
        ),
        (
            facts.say("Chance of net benefit, cash only"),
            "",
            [odds_cell(facts.phrases, e.chance["cashable"]) for e in everyone],
        ),
        (
            facts.say("Chance of net benefit, marginal"),
            "",
            [odds_cell(facts.phrases, e.chance["marginal"]) for e in everyone],
        ),
    ]
    return rows


def futures_figure(facts: Facts) -> BandFigure:
    """Calls expected in each future above, what the decision changes in each below."""
    found = in_every_future(facts)
    years = tuple(range(FIRST_YEAR, facts.end))
    levels = [
        Panel(
            _future(facts, item).title,
            facts.say("mental-health calls a year"),
            _yearly(facts, series),
        )
        for item in found
        for series in [_mental_health(facts, item.compare_with)]
    ]
    changes = [
        Panel(
            facts.say("Change by the decision: {title}", title=_future(facts, item).title),
            facts.say("change, police contacts a year"),
            _yearly(facts, series),
        )
        for item in found
        for series in [_change(facts, item.scenario)]
    ]
    return BandFigure(
        id="futures",
        title=finding(facts),
        alt=facts.say(
            "{count} columns, one a future: mental-health calls expected each year above, "
            "the yearly change in police contacts that the decision brings below. The "
            "numbers are in the table below.",
            count=len(found),
        ),
        source=facts.say(
            "Model runs, {draws} draws, each future against its own comparator.", draws=facts.draws
        ),
        years=years,
        panels=(*levels, *changes),
        columns=len(found),
        aligned=True,
    )


def finding(facts: Facts) -> str:
    """Whether the answer holds in every future, with the medians."""
    found = in_every_future(facts)
    avoided = [item.horizons[-1].demand.contacts for item in found]
    numbers = listed(facts.phrases, [parts(facts.phrases, one, least=1.0)[0] for one in avoided])
    if len({sign(one) for one in avoided}) == 1:
        return facts.say(
            "In all {count} futures the answer points the same way: {numbers} police "
            "contacts avoided in {years} years (medians)",
            count=len(found),
            numbers=numbers,
            years=facts.years,
        )
    return facts.say(
        "The answer depends on the future: {numbers} police contacts avoided in "
        "{years} years (medians)",
        numbers=numbers,
        years=facts.years,
    )


def _future(facts: Facts, item: Headline) -> Scenario:
    return facts.study.scenario(item.compare_with)


def _difference(facts: Facts, item: Headline) -> str:
    """What sets a future apart, in the model's own words."""
    settings = _future(facts, item).settings
    told = [
        f"{facts.name(name)}: {facts.phrases.figures(f'{value:g}')}"
        for name, value in settings.items()
    ]
    return listed(facts.phrases, told) if told else facts.say(AS_IN_THE_BASE)


def _mental_health(facts: Facts, scenario: str) -> Array:
    kinds = facts.study.elements("call type")
    kept = [kind in MENTAL_HEALTH_CALLS for kind in kinds]
    series = facts.level(scenario, "cumulative contacts")[..., kept].sum(axis=-1)
    return np.asarray(series, dtype=np.float64)


def _change(facts: Facts, scenario: str) -> Array:
    kept = [kind not in NEED_MET_CALLS for kind in facts.study.elements("call type")]
    return np.asarray(
        facts.study.change(scenario, "cumulative contacts")[..., kept].sum(axis=-1),
        dtype=np.float64,
    )


def _expected(facts: Facts, item: Headline) -> Array:
    series = _mental_health(facts, item.compare_with)
    return economics.since(series, facts.study.time, facts.start, facts.end)


def _yearly(facts: Facts, cumulative: Array) -> tuple[Band, ...]:
    first = economics.time_index(facts.study.time, FIRST_YEAR)
    last = economics.time_index(facts.study.time, facts.end)
    return bands(np.diff(cumulative[:, first : last + 1], axis=-1).T)
