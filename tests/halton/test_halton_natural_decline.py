"""Natural decline: an untreated cohort at acute risk has fewer contacts in the next year (P119).

The cohort is followed by a few lines of arithmetic of its own, from the registry's durations and
chances, with relapse and with new escalation at the model's pace: 100 per cent at acute risk on the
first day, and the crises of its first weeks against those of the year that follows.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

STEP = 1 / 512
FALL = (0.30, 0.60)  # P119: annual contacts fall by 45 per cent without any intervention


def _crises_in_a_year(halton: Any, population: str, course: str, escalating: float) -> float:
    """Crises in the year after the pick of a person of one course whom nobody helps."""

    def value(name: str) -> float:
        return float(halton.registry.row(name).value)

    mean, chance = (
        value(f"{name}[{population}, {course}]")
        for name in ("acute duration", "chance acute risk ends in crisis")
    )
    repeat = value(f"relapse without follow up[{population}, {course}]")
    odds = 1 - value(f"follow up share at start[{population}]") * (
        1 - value("effect on relapse of follow up")
    )
    repeat = repeat * odds / (1 - repeat * (1 - odds))
    window, after = value("crisis window"), value("duration of follow up")
    acute, episode, follow_up, elevated, crises = 1.0, 0.0, 0.0, 0.0, 0.0
    for _ in range(round(1 / STEP)):
        ending, ended = acute / mean, follow_up / after
        onset = ending * chance + ended * repeat
        back = elevated * escalating
        crises += STEP * onset
        acute += STEP * (back - ending)
        elevated += STEP * (ending * (1 - chance) + ended * (1 - repeat) - back)
        episode, follow_up = (
            episode + STEP * (onset - episode / window),
            follow_up + STEP * (episode / window - ended),
        )
    assert acute + episode + follow_up + elevated == pytest.approx(1)
    return crises


def test_an_untreated_cohort_falls_as_people_do_without_help(halton: Any) -> None:
    names = ("acute weight", "escalation", "elevated group", "raw before after change")
    quiet = {"effect on onset of engagement": 1.0, "effect on repeat crises of mobile crisis": 1.0}
    run = halton.run({**quiet, "FINAL TIME": 2012.0}, *names)
    falls = {}
    for population in halton.elements("ladder population"):
        people = [
            np.sum([v for c, v in run.of(name).items() if c.endswith(f", {population}]")], axis=0)
            for name in ("escalation", "elevated group")
        ]
        escalating = float(people[0][0, 0] / people[1][0, 0])
        before = after = 0.0
        for course in halton.elements("course"):
            weight = float(run.columns[f"acute weight[{population}, {course}]"][0, 0])
            element = f"[{population}, {course}]"
            pace = (
                halton.registry.row(f"chance acute risk ends in crisis{element}").value
                / halton.registry.row(f"acute duration{element}").value
            )
            before += weight * pace
            after += weight * _crises_in_a_year(halton, population, course, escalating)
        falls[population] = 1 - after / before
        told = -float(run.columns[f"raw before after change[{population}]"][0, 0])
        # The model's own figure knows neither new escalation nor when in the year a repeat comes.
        assert falls[population] == pytest.approx(told, abs=0.12), population
    assert all(FALL[0] <= fall <= FALL[1] for fall in falls.values()), falls
