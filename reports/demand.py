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
from .table import Cell, Column, Table, spread_cell
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
            f"All figures are “{facts.focus.title}” less “{facts.comparator.title}”, draw by "
            f"draw, {facts.start} to {facts.end}. Falls in use are below zero. Bands are over "
            "draws of the difference."
        ),
        Picture(zone_figure(facts)),
        Picture(zones_figure(facts)),
        Picture(services_figure(facts)),
        contacts_table(facts),
        Heading("How large is that? A check of scale"),
        Paragraph(scale_check(facts)),
    ]
    return Section("demand", "How demand shifts", tuple(blocks), "Demand_by_zone")


def zones_figure(facts: Facts) -> BandFigure:
    """Change in the number of people in each zone."""
    change = facts.study.change(facts.focus.scenario, "people by zone")
    years, kept = _saved_years(facts)
    zones = facts.study.elements("zone")
    panels = tuple(
        Panel(f"{capital(zone)} zone", "change in people", bands(change[:, kept, at].T))
        for at, zone in enumerate(zones)
    )
    return BandFigure(
        id="zones",
        title=_zones_finding(zones, panels, facts.end),
        alt="Four panels, one a zone, with bands of the change in the number of people by year. "
        "The numbers are in the table below.",
        source=_source(facts),
        years=years,
        panels=panels,
    )


def _zones_finding(zones: Sequence[str], panels: Sequence[Panel], year: int) -> str:
    last = {zone: panel.bands[-1] for zone, panel in zip(zones, panels, strict=True)}
    down = [zone for zone, found in last.items() if sign(found) == "negative"]
    up = [zone for zone, found in last.items() if sign(found) == "positive"]
    if not down and not up:
        return f"By {year} no zone holds clearly more or fewer people"
    told = []
    if down:
        told.append(f"fewer people in {listed(down)}")
    if up:
        told.append(f"more in {listed(up)}")
    text = ", ".join(told)
    return f"By {year}: {text if down else text.replace('more in', 'more people in', 1)}"


def services_figure(facts: Facts) -> BandFigure:
    """Yearly change in police contacts and in the use of each service, induced use apart."""
    scenario = facts.focus.scenario
    calls = facts.study.change(scenario, "cumulative contacts")
    met = np.array([name in NEED_MET_CALLS for name in facts.study.elements("call type")])
    use = facts.study.change(scenario, "cumulative service use")
    induced = facts.study.change(scenario, "cumulative induced service use")
    panels = [
        Panel(
            "Police contacts",
            "change, contacts a year",
            _flows(facts, calls[..., ~met].sum(axis=-1)),
        ),
        Panel(
            "Reports of sexual assault (need met)",
            "change, reports a year",
            _flows(facts, calls[..., met].sum(axis=-1)),
            apart=True,
        ),
    ]
    for at, service in enumerate(facts.study.elements("service")):
        series = use[..., at] - induced[..., at]
        label = f"{capital(service)}, need met left out" if service == POLICE else capital(service)
        panels.append(Panel(label, f"change, {unit_of(service)} a year", _flows(facts, series)))
    return BandFigure(
        id="services",
        title=_services_finding(panels, facts.end - 1),
        alt=f"{len(panels)} panels with bands of the yearly change in police contacts, in reports "
        "of sexual assault and in the use of each service. The numbers are in the table below.",
        source=_source(facts),
        years=tuple(range(facts.start, facts.end)),
        panels=tuple(panels),
    )


def _services_finding(panels: Sequence[Panel], year: int) -> str:
    first = panels[0].bands[-1]
    middle = count(flipped(first), "fewer police contacts a year")
    way = sign(first)
    if way == "negative":
        return f"In {year}: {middle}"
    if way == "positive":
        return f"In {year}: {count(first, 'more police contacts a year')}"
    if way == "none":
        return f"In {year} police contacts differ by less than one a year"
    return f"In {year} police contacts may be lower or higher"


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
                Cell(capital(name) + (" (need met)" if met else "")),
                spread_cell(level, least=1.0),
                spread_cell(avoided, least=1.0),
                Cell("not counted") if met else _share(avoided, level),
            )
        )
    whole = band(facts.contacts_expected)
    rows.append(
        (
            Cell("All, need met left out"),
            spread_cell(whole, least=1.0),
            spread_cell(last.demand.contacts, least=1.0),
            _share(last.demand.contacts, whole),
        )
    )
    if DIVERTED in facts.study.yearly:
        rows.append(
            (
                Cell("Taken by crisis workers (not avoided)"),
                Cell("in the rows above"),
                Cell(f"{spread(last.demand.diverted_calls, least=1.0)} more than otherwise"),
                Cell("not counted"),
            )
        )
    return Table(
        id="contacts",
        caption=f"Police contacts by kind over {last.years} years, median with 80 % interval",
        columns=(
            Column("Kind of contact", "", False),
            Column(f"Expected under “{facts.comparator.title}”", "contacts"),
            Column("Avoided", "contacts"),
            Column("Avoided of expected", "% of medians"),
        ),
        rows=tuple(rows),
        note="A minus is more contacts. More reports of sexual assault are need met: neither "
        "avoided demand nor harm. Calls that crisis workers take in place of police count as "
        "before, since the need is met elsewhere.",
    )


def scale_check(facts: Facts) -> str:
    """Officer-hours of mental-health calls beside the number of constables."""
    hours = mental_health_hours(facts)
    a_position = facts.input_draws("hours per position[police]")
    if hours is None or a_position is None:
        return "The study does not hold the inputs that this check needs."
    constables = band(hours / a_position)
    yearly = band(hours)
    row = facts.source_rows.get(OFFICERS)
    whole = (
        f" of some {row.value} sworn officers ({row.title}, {row.year}, grade {row.grade})"
        if row is not None
        else ""
    )
    released = facts.focus.horizons[-1].demand.capacity.get(POLICE)
    text = (
        f"In the year before the policy starts, police calls for apprehensions, other mental "
        f"health and suicide take {count(yearly, 'officer-hours')} a year: the working time of "
        f"{spread(constables, least=0.1)} constables{whole}. No programme acting on these calls "
        "alone can release more than that."
    )
    if released is not None:
        each = band_of_share(released, facts.years, float(np.median(a_position)))
        text += (
            f" “{facts.focus.title}” releases {count(released, 'officer-hours')} in "
            f"{facts.years} years over all kinds of call, the working time of {each} constables."
        )
    return text


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


def band_of_share(hours: Band, years: int, a_position: float) -> str:
    """Hours over ``years`` as constables working all of those years."""
    value = hours.q50 / years / a_position
    return number(value, rounding_step(0, value, 0.001))


def _share(avoided: Band, level: Band) -> Cell:
    if level.q50 <= 0:
        return Cell("none expected")
    share = 100 * avoided.q50 / level.q50
    return Cell("under 0.01" if 0 < abs(share) < 0.005 else number(share, 0.01), share)


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
    return (
        f"Model runs, {facts.draws} draws, “{facts.focus.title}” less “{facts.comparator.title}”."
    )
