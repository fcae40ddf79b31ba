"""From points to scenarios: each a variant of the base, with a comparator in the same world."""

from __future__ import annotations

from pathlib import Path

from pydantic import ValidationError

from ..model.errors import InputError
from .experiment import Experiment, beside
from .named import SECTIONS, constants_of
from .points import AxisKey, Point, points_of
from .schema import Lever, Scenario
from .spec import load_scenario
from .vocabulary import Vocabulary


def variants(experiment: Experiment, folder: Path, vocabulary: Vocabulary) -> tuple[Scenario, ...]:
    """Every scenario of a sweep file, comparators first; ``folder`` is where the file stands.

    A point that changes the world (a setting that is no lever) is compared with the base's
    comparator in the same world, made for it. Raises InputError for a base or table that cannot be
    used, a name that the model lacks, or a value out of bounds.
    """
    base = load_scenario(beside(folder, experiment.base), vocabulary)
    comparator = base
    if base.compare_with is not None:
        comparator = load_scenario(beside(folder, base.compare_with), vocabulary)
    points = points_of(experiment, folder, vocabulary.levers)
    worlds: dict[tuple[tuple[str, float], ...], Scenario] = {(): comparator}
    found = []
    for number, point in enumerate(points, start=1):
        world = _world(point, vocabulary)
        if world not in worlds:
            worlds[world] = _in_world(experiment, comparator, world, len(worlds))
        scenario = _variant(experiment, base, point, (number, worlds[world].name))
        vocabulary.check(scenario, {})
        found.append(scenario)
    used = {scenario.compare_with for scenario in found}
    return (*(world for world in worlds.values() if world.name in used), *found)


def _settings(point: Point) -> dict[str, float]:
    """What a point sets of the model's constants, named futures and switches spelled out."""
    found: dict[str, float] = {}
    for (name, part), value in point.items():
        if part is None:
            found[name] = value
        elif part in SECTIONS:
            found |= constants_of(part, name, value)
    return found


def _world(point: Point, vocabulary: Vocabulary) -> tuple[tuple[str, float], ...]:
    return tuple(
        (name, value)
        for name, value in _settings(point).items()
        if name in vocabulary.settings and vocabulary.is_world(name)
    )


def _in_world(
    experiment: Experiment,
    comparator: Scenario,
    world: tuple[tuple[str, float], ...],
    number: int,
) -> Scenario:
    told = _shortened("; ".join(f"{name} {value:g}" for name, value in world))
    return comparator.model_copy(
        update={
            "name": f"{experiment.name}-world-{number:04d}",
            "title": told,
            "description": f"{comparator.title}, with {told}.",
            "settings": comparator.settings | dict(world),
            "order": comparator.order + number,
        }
    )


def _variant(
    experiment: Experiment, base: Scenario, point: Point, place: tuple[int, str]
) -> Scenario:
    number, comparator = place
    levers = {name: lever.model_dump() for name, lever in base.levers.items()}
    for (name, part), value in point.items():
        if part is not None and part not in SECTIONS:
            levers.setdefault(name, {"amount": 0.0})[part] = value
    told = "; ".join(_words(key, value) for key, value in point.items())
    try:
        chosen = {name: Lever(**parts) for name, parts in levers.items()}
    except ValidationError as error:
        fault = error.errors()[0]
        key = " → ".join(str(part) for part in fault["loc"])
        reason = f"{key}: {fault['msg']}, found {fault['input']}" if key else fault["msg"]
        raise InputError(f"Point {number} ({told}) of '{experiment.name}': {reason}.") from None
    return Scenario(
        name=f"{experiment.name}-{number:05d}",
        title=_shortened(told),
        description=f"{base.title}, with {_shortened(told, 3000)}.",
        order=min(1000 + number, 100_000),
        compare_with=comparator,
        levers=chosen,
        settings=base.settings | _settings(point),
    )


def _words(key: AxisKey, value: float) -> str:
    name, part = key
    if part is None or part in SECTIONS:
        return f"{name} {value:g}"
    return f"{name} {value:,.0f} CAD" if part == "amount" else f"{name} {part} {value:g}"


def _shortened(text: str, most: int = 90) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"
