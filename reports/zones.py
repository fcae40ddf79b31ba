"""The four zones of the provincial framework before and after, with what the decision moves."""

from __future__ import annotations

import numpy as np

from ..scenarios import economics
from ..scenarios.uncertainty import band
from .facts import Facts
from .figure import Level, ZoneFigure
from .verdict import sign
from .wording import capital, listed


def zone_figure(facts: Facts) -> ZoneFigure:
    """People in each zone at the start and at the end, and the paired change at the end."""
    levels = facts.level(facts.comparator.name, "people by zone")
    change = facts.study.change(facts.focus.scenario, "people by zone")
    first = economics.time_index(facts.study.time, facts.start)
    last = economics.time_index(facts.study.time, facts.end)
    zones = facts.study.elements("zone")
    found = tuple(
        Level(
            label=capital(zone),
            before=float(np.median(levels[:, first, at])),
            without=float(np.median(levels[:, last, at])),
            change=band(change[:, last, at]),
        )
        for at, zone in enumerate(zones)
    )
    return ZoneFigure(
        id="zone-flow",
        title=_finding(found, facts.end),
        alt=f"{len(found)} columns, one a zone: people in {facts.start} and in {facts.end}, and an "
        "arrow with the number of people the decision moves in or out. The numbers are in the "
        "table below.",
        source=f"Model runs, {facts.draws} draws, “{facts.focus.title}” against "
        f"“{facts.comparator.title}”.",
        years=(facts.start, facts.end),
        levels=found,
    )


def _finding(levels: tuple[Level, ...], year: int) -> str:
    out = [level.label.lower() for level in levels if sign(level.change) == "negative"]
    into = [level.label.lower() for level in levels if sign(level.change) == "positive"]
    if not out and not into:
        return f"By {year} the decision moves hardly anyone between zones"
    told = [f"out of {listed(out)}"] if out else []
    told += [f"into {listed(into)}"] if into else []
    return f"By {year} the decision moves people {', and '.join(told)}"
