"""How demand shifts: people by zone, calls and service use by year, calls by kind, and scale."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from ..scenarios import economics
from ..scenarios.summarise import DIVERTED, NEED_MET_CALLS
from ..scenarios.uncertainty import Band, band, bands
from .content import Block, Heading, Paragraph, Picture, Section
from .facts import MENTAL_HEALTH_CALLS, Facts
from .figure import BandFigure, Panel
from .table import Cell, Column, Table, relative_cell, spread_cell
from .verdict import flipped, sign
from .wording import capital, count, listed, number, rounding_step, spread, unit_of
from .zones import zone_figure

Array = npt.NDArray[np.float64]

OFFICERS = "obs:police_officers:2020"
POLICE = "police"


def demand_section(facts: Facts) -> Section:
    """Zones, then services, then kinds of call, then how large all this is."""
    blocks: list[Block] = [
        Paragraph(
            facts.say(
                "All figures are “{title}” less “{comparator}”, draw by draw, {start} to "
                "{end}. Falls in use are below zero. Bands are over draws of the difference.",
                title=facts.focus.title,
                comparator=facts.comparator.title,
                start=facts.start,
                end=facts.end,
            )
        ),
        Picture(zone_figure(facts)),
        Picture(zones_figure(facts)),
        Picture(services_figure(facts)),
        contacts_table(facts),
        Heading(facts.say("How large is that? A check of scale")),
        Paragraph(scale_check(facts)),
    ]
    return Section("demand", facts.say("How demand shifts"), tuple(blocks), "Demand_by_zone")


def zones_figure(facts: Facts) -> BandFigure:
    """Change in the number of people in each zone."""
    change = facts.study.change(facts.focus.scenario, "people by zone")
    years, kept = _saved_years(facts)
    zones = facts.study.elements("zone")
    panels = tuple(
        Panel(
            facts.say("{zone} zone", zone=capital(facts.name(zone))),
            facts.say("change in people"),
            bands(change[:, kept, at].T),
        )
        for at, zone in enumerate(zones)
    )
    return BandFigure(
        id="zones",
        title=_zones_finding(facts, zones, panels),
        alt=facts.say(
            "Four panels, one a zone, with bands of the change in the number of people by "
            "year. The numbers are in the table below."
        ),
        source=_source(facts),
        years=years,
        panels=panels,
    )


def _zones_finding(facts: Facts, zones: Sequence[str], panels: Sequence[Panel]) -> str:
    last = {zone: panel.bands[-1] for zone, panel in zip(zones, panels, strict=True)}
    down = [facts.name(zone) for zone, found in last.items() if sign(found) == "negative"]
    up = [facts.name(zone) for zone, found in last.items() if sign(found) == "positive"]
    if not down and not up:
        return facts.say("By {year} no zone holds clearly more or fewer people", year=facts.end)
    fewer, more = listed(facts.phrases, down), listed(facts.phrases, up)
    if not up:
        return facts.say("By {year}: fewer people in {down}", year=facts.end, down=fewer)
    if not down:
        return facts.say("By {year}: more people in {up}", year=facts.end, up=more)
    return facts.say(
        "By {year}: fewer people in {down}, more in {up}", year=facts.end, down=fewer, up=more
    )


def services_figure(facts: Facts) -> BandFigure:
    """Yearly change in police contacts and in the use of each service, induced use apart."""
    scenario = facts.focus.scenario
    calls = facts.study.change(scenario, "cumulative contacts")
    met = np.array([name in NEED_MET_CALLS for name in facts.study.elements("call type")])
    use = facts.study.change(scenario, "cumulative service use")
    induced = facts.study.change(scenario, "cumulative induced service use")
    panels = [
        Panel(
            facts.say("Police contacts"),
            facts.say("change, contacts a year"),
            _flows(facts, calls[..., ~met].sum(axis=-1)),
        ),
        Panel(
            facts.say("Reports of sexual assault (need met)"),
            facts.say("change, reports a year"),
            _flows(facts, calls[..., met].sum(axis=-1)),
            apart=True,
        ),
    ]
    for at, service in enumerate(facts.study.elements("service")):
        series = use[..., at] - induced[..., at]
        label = (
            facts.say("{service}, need met left out", service=capital(facts.name(service)))
            if service == POLICE
            else capital(facts.name(service))
        )
        panels.append(
            Panel(
                label,
                facts.say("change, {unit} a year", unit=unit_of(facts.phrases, service)),
                _flows(facts, series),
            )
        )
    return BandFigure(
        id="services",
        title=_services_finding(facts, panels),
        alt=facts.say(
            "{count} panels with bands of the yearly change in police contacts, in reports "
            "of sexual assault and in the use of each service. The numbers are in the "
            "table below.",
            count=len(panels),
        ),
        source=_source(facts),
        years=tuple(range(facts.start, facts.end)),
        panels=tuple(panels),
    )


def _services_finding(facts: Facts, panels: Sequence[Panel]) -> str:
    first, year = panels[0].bands[-1], facts.end - 1
    way = sign(first)
    if way in ("negative", "positive"):
        change = (
            count(facts.phrases, flipped(first), facts.say("fewer police contacts a year"))
            if way == "negative"
            else count(facts.phrases, first, facts.say("more police contacts a year"))
        )
        return facts.say("In {year}: {change}", year=year, change=change)
    if way == "none":
        return facts.say("In {year} police contacts differ by less than one a year", year=year)
    return facts.say("In {year} police contacts may be lower or higher", year=year)


def contacts_table(facts: Facts) -> Table:
    """Calls by kind: expected, avoided, share avoided, over the longest horizon."""
    last = facts.focus.horizons[-1]
    levels = facts.level(facts.comparator.name, "cumulative contacts")
    expected = economics.since(np.moveaxis(levels, 1, -1), facts.study.time, facts.start, facts.end)
    rows = []
    for at, (name, avoided) in enumerate(last.demand.contacts_by_type.items()):
        level = band(expected[:, at])
        met = name in NEED_MET_CALLS
        rows.append(
            (
                Cell(_kind(facts, name)),
                spread_cell(facts.phrases, level, least=1.0),
                spread_cell(facts.phrases, avoided, least=1.0),
                Cell(facts.say("not counted"))
                if met
                else relative_cell(facts.phrases, avoided, level),
            )
        )
    whole = band(facts.contacts_expected)
    rows.append(
        (
            Cell(facts.say("All, need met left out")),
            spread_cell(facts.phrases, whole, least=1.0),
            spread_cell(facts.phrases, last.demand.contacts, least=1.0),
            relative_cell(facts.phrases, last.demand.contacts, whole),
        )
    )
    if DIVERTED in facts.study.yearly:
        rows.append(
            (
                Cell(facts.say("Taken by crisis workers (not avoided)")),
                Cell(facts.say("in the rows above")),
                Cell(
                    facts.say(
                        "{range} more than otherwise",
                        range=spread(facts.phrases, last.demand.diverted_calls, least=1.0),
                    )
                ),
                Cell(facts.say("not counted")),
            )
        )
    return Table(
        id="contacts",
        caption=facts.say(
            "Police contacts by kind over {years} years, median with 80 % interval",
            years=last.years,
        ),
        columns=(
            Column(facts.say("Kind of contact"), "", False),
            Column(
                facts.say("Expected under “{comparator}”", comparator=facts.comparator.title),
                facts.say("contacts"),
            ),
            Column(facts.say("Avoided"), facts.say("contacts")),
            Column(facts.say("Avoided of expected"), facts.say("% of medians")),
        ),
        rows=tuple(rows),
        note=facts.say(
            "A minus is more contacts. More reports of sexual assault are need met: "
            "neither avoided demand nor harm. Calls that crisis workers take in place of "
            "police count as before, since the need is met elsewhere."
        ),
    )


def _kind(facts: Facts, kind: str) -> str:
    name = capital(facts.name(kind))
    return facts.say("{kind} (need met)", kind=name) if kind in NEED_MET_CALLS else name


def scale_check(facts: Facts) -> str:
    """Officer-hours of mental-health calls beside the number of constables."""
    hours = mental_health_hours(facts)
    a_position = facts.input_draws("hours per position[police]")
    if hours is None or a_position is None:
        return facts.say("The study does not hold the inputs that this check needs.")
    constables = band(hours / a_position)
    yearly = band(hours)
    row = facts.source_rows.get(OFFICERS)
    whole = (
        facts.say(
            " of some {value} sworn officers ({title}, {year}, grade {grade})",
            value=facts.phrases.figures(row.value),
            title=facts.phrases.foreign(row.title),
            year=row.year,
            grade=row.grade,
        )
        if row is not None
        else ""
    )
    released = facts.focus.horizons[-1].demand.capacity.get(POLICE)
    told = facts.say(
        "In the year before the policy starts, police calls for apprehensions, other "
        "mental health and suicide take {change} a year: the working time of {range} "
        "constables{whole}. No programme acting on these calls alone can release more "
        "than that.",
        change=count(facts.phrases, yearly, facts.name("officer-hours")),
        range=spread(facts.phrases, constables, least=0.1),
        whole=whole,
    )
    if released is None:
        return told
    freed = facts.say(
        "“{title}” releases {change} in {years} years over all kinds of call, the working time of "
        "{each} constables.",
        title=facts.focus.title,
        change=count(facts.phrases, released, facts.name("officer-hours")),
        years=facts.years,
        each=_constables(facts, released, float(np.median(a_position))),
    )
    return f"{told} {freed}"


def mental_health_hours(facts: Facts) -> Array | None:
    """Officer-hours of mental-health calls in the year before the policy ``(draw,)``, None when
    the study lacks an input."""
    kinds = facts.study.elements("call type")
    series = facts.level(facts.comparator.name, "cumulative contacts")
    now = economics.time_index(facts.study.time, facts.start)
    before = economics.time_index(facts.study.time, facts.start - 1)
    total = np.zeros(facts.draws)
    for kind in MENTAL_HEALTH_CALLS:
        hours = facts.input_draws(f"use per contact[{POLICE}, {kind}]")
        if hours is None or kind not in kinds:
            return None
        at = kinds.index(kind)
        total += (series[:, now, at] - series[:, before, at]) * hours
    return total


def _constables(facts: Facts, hours: Band, a_position: float) -> str:
    """Hours over the longest horizon as constables working all of its years."""
    value = hours.q50 / facts.years / a_position
    return number(facts.phrases, value, rounding_step(0, value, 0.001))


def _flows(facts: Facts, cumulative: Array) -> tuple[Band, ...]:
    """Bands of yearly flows of a cumulative change ``(draw, time)``, year by year."""
    first = economics.time_index(facts.study.time, facts.start)
    last = economics.time_index(facts.study.time, facts.end)
    return bands(np.diff(cumulative[:, first : last + 1], axis=-1).T)


def _saved_years(facts: Facts) -> tuple[tuple[int, ...], slice]:
    first = economics.time_index(facts.study.time, facts.start)
    last = economics.time_index(facts.study.time, facts.end)
    return tuple(range(facts.start, facts.end + 1)), slice(first, last + 1)


def _source(facts: Facts) -> str:
    return facts.say(
        "Model runs, {draws} draws, “{title}” less “{comparator}”.",
        draws=facts.draws,
        title=facts.focus.title,
        comparator=facts.comparator.title,
    )
