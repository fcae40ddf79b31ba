"""How two scenarios differ, in words."""

from __future__ import annotations

from .schema import LAST_YEAR, Lever, Scenario
from .vocabulary import Vocabulary


def difference(first: Scenario, second: Scenario, vocabulary: Vocabulary) -> tuple[str, ...]:
    """One sentence a difference, what ``second`` does that ``first`` does not; empty when both
    hand the same to the model and have the same comparator. Titles and descriptions do not count.
    """
    told: list[str] = []
    for name in dict.fromkeys((*first.levers, *second.levers)):
        told += _lever(name, first.levers.get(name), second.levers.get(name))
    if told and first.amount != second.amount:
        change = second.amount - first.amount
        told.append(
            f"In all it spends {abs(change):,.0f} CAD a year {'more' if change > 0 else 'less'} "
            f"when everything is in place: {second.amount:,.0f} instead of {first.amount:,.0f}."
        )
    for name in dict.fromkeys((*first.settings, *second.settings)):
        told += _setting(name, first.settings.get(name), second.settings.get(name), vocabulary)
    if first.compare_with != second.compare_with:
        told.append(
            f"It is compared with {_named(second.compare_with)} instead of "
            f"{_named(first.compare_with)}: their results may be read side by side, but the "
            "difference between them is not the policy's alone."
        )
    return tuple(told)


def _lever(name: str, before: Lever | None, after: Lever | None) -> list[str]:
    if before == after:
        return []
    if after is None or after.amount == 0:
        return [f"Nothing more is spent on {name}."]
    if before is None or before.amount == 0:
        money = f"{after.amount:,.0f} CAD a year more go to {name}"
        return [f"{money}, from {after.start:g}, reached over {after.ramp:g} years{_until(after)}."]
    told = []
    if before.amount != after.amount:
        told.append(
            f"{name.capitalize()} gets {after.amount:,.0f} CAD a year instead of "
            f"{before.amount:,.0f}."
        )
    if before.start != after.start:
        told.append(f"{name.capitalize()} starts in {after.start:g}, not {before.start:g}.")
    if before.ramp != after.ramp:
        told.append(
            f"{name.capitalize()} takes {after.ramp:g} years to its full amount, not "
            f"{before.ramp:g}."
        )
    if before.end != after.end:
        told.append(f"{name.capitalize()} goes on{_until(after) or ' without an end'}.")
    return told


def _until(lever: Lever) -> str:
    return f" until {lever.end:g}" if lever.end <= LAST_YEAR else ""


def _setting(
    name: str, before: float | None, after: float | None, vocabulary: Vocabulary
) -> list[str]:
    if before == after:
        return []
    setting = vocabulary.settings.get(name)
    unit = f" ({setting.unit})" if setting is not None and setting.unit != "Dmnl" else ""
    if after is None:
        return [f"'{name}' is not set: the model's own value or its draws hold, not {before:g}."]
    instead = "the model's own value or its draws" if before is None else f"{before:g}"
    return [f"'{name}' is {after:g}{unit} instead of {instead}."]


def _named(comparator: str | None) -> str:
    return "nothing (it is a comparator)" if comparator is None else f"'{comparator}'"
