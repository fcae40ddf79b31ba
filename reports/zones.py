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
            label=capital(facts.name(zone)),
            before=float(np.median(levels[:, first, at])),
            without=float(np.median(levels[:, last, at])),
            change=band(change[:, last, at]),
        )
        for at, zone in enumerate(zones)
    )
    return ZoneFigure(
        id="zone-flow",
        title=_finding(facts, found),
        alt=facts.say(
            "{count} columns, one a zone: people in {start} and in {end}, and an arrow "
            "with the number of people the decision moves in or out. The numbers are in "
            "the table below.",
            count=len(found),
            start=facts.start,
            end=facts.end,
        ),
        source=facts.say(
            "Model runs, {draws} draws, “{title}” against “{comparator}”.",
            draws=facts.draws,
            title=facts.focus.title,
            comparator=facts.comparator.title,
        ),
        years=(facts.start, facts.end),
        levels=found,
    )


def _finding(facts: Facts, levels: tuple[Level, ...]) -> str:
    out = [level.label.lower() for level in levels if sign(level.change) == "negative"]
    into = [level.label.lower() for level in levels if sign(level.change) == "positive"]
    if not out and not into:
        return facts.say("By {year} the decision moves hardly anyone between zones", year=facts.end)
    left, entered = listed(facts.phrases, out), listed(facts.phrases, into)
    if not into:
        return facts.say(
            "By {year} the decision moves people out of {out}", year=facts.end, out=left
        )
    if not out:
        return facts.say(
            "By {year} the decision moves people into {into}", year=facts.end, into=entered
        )
    return facts.say(
        "By {year} the decision moves people out of {out}, and into {into}",
        year=facts.end,
        out=left,
        into=entered,
    )
