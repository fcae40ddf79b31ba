"""Scenario files to scenarios: the library's by name, the user's by path."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from ..model.errors import InputError, nearest
from .inherit import EXTENDS, read_with_parents
from .reading import Document, Place
from .schema import Lever, Scenario
from .vocabulary import Vocabulary, installed_vocabulary

__all__ = [
    "LIBRARY_FOLDER",
    "Lever",
    "Scenario",
    "in_order",
    "library_names",
    "load_library",
    "load_scenario",
    "load_scenarios",
]

LIBRARY_FOLDER = Path(__file__).parent / "library"
_SUFFIXES = (".yaml", ".yml")


def library_names() -> tuple[str, ...]:
    """Names of the library's scenarios, in alphabetical order, without reading them."""
    return tuple(sorted(path.stem for path in LIBRARY_FOLDER.glob("*.yaml")))


def load_library(vocabulary: Vocabulary | None = None) -> tuple[Scenario, ...]:
    """Every scenario of the library, in reading order. Raises InputError for a faulty file."""
    return in_order(load_scenario(name, vocabulary) for name in library_names())


def load_scenario(source: str | Path, vocabulary: Vocabulary | None = None) -> Scenario:
    """One scenario, by library name or by the path of a YAML file.

    ``vocabulary`` defaults to the installed Halton model's. Raises InputError naming the file, the
    key and what is allowed.
    """
    document, places = read_with_parents(_path(source), _parent)
    scenario = _validated(document, places)
    (vocabulary or installed_vocabulary()).check(scenario, places)
    return scenario


def load_scenarios(
    sources: Iterable[str | Path], vocabulary: Vocabulary | None = None
) -> tuple[Scenario, ...]:
    """The named scenarios and the comparators they need from the library, in reading order.

    Raises InputError when two share a name, or when a comparator is not to be found.
    """
    chosen: dict[str, Scenario] = {}
    for source in sources:
        scenario = load_scenario(source, vocabulary)
        if scenario.name in chosen:
            raise InputError(f"Two scenarios are called '{scenario.name}' (second: {source}).")
        chosen[scenario.name] = scenario
    for scenario in tuple(chosen.values()):
        wanted = scenario.compare_with
        if wanted is not None and wanted not in chosen:
            if wanted not in library_names():
                raise InputError(
                    f"Scenario '{scenario.name}' compares with '{wanted}', which is neither in the "
                    f"library nor among those given.{nearest(wanted, [*library_names(), *chosen])}"
                )
            chosen[wanted] = load_scenario(wanted, vocabulary)
    return in_order(chosen.values())


def in_order(scenarios: Iterable[Scenario]) -> tuple[Scenario, ...]:
    """Reading order: by ``order``, then by name."""
    return tuple(sorted(scenarios, key=lambda scenario: (scenario.order, scenario.name)))


def _path(source: str | Path) -> Path:
    if isinstance(source, Path) or source.endswith(_SUFFIXES):
        return Path(source)
    if source in library_names():
        return LIBRARY_FOLDER / f"{source}.yaml"
    raise InputError(
        f"There is no scenario '{source}' in the library.{nearest(source, library_names())} "
        f"Give one of {', '.join(library_names())}, or the path of a .yaml file."
    )


def _parent(wanted: str, folder: Path) -> Path:
    """The file that ``extends`` names: a library scenario, or a path beside the file itself."""
    return folder / wanted if wanted.endswith(_SUFFIXES) else _path(wanted)


def _validated(document: Document, places: Mapping[Place, str]) -> Scenario:
    if not isinstance(document.value, dict):
        raise InputError(
            f"{document.path} holds {_kind(document.value)}, not keys with values. "
            "A scenario starts with 'name: …'."
        )
    try:
        return Scenario.model_validate(document.value)
    except ValidationError as error:
        lines = [_sentence(document, places, problem) for problem in error.errors()]
        raise InputError("\n".join(dict.fromkeys(lines))) from None


def _sentence(document: Document, places: Mapping[Place, str], problem: Any) -> str:
    place: Place = tuple(str(part) for part in problem["loc"])
    key = " → ".join(place) or "the scenario"
    above = (place[:length] for length in range(len(place), 0, -1))
    where = next((places[part] for part in above if part in places), str(document.path))
    return f"{where}: {_complaint(key, place, problem)}"


def _complaint(key: str, place: Place, problem: Any) -> str:
    found, limits = problem["input"], problem.get("ctx", {})
    allowed = _keys(Lever) if len(place) > 1 else (*_keys(Scenario), EXTENDS)
    sentences = {
        "extra_forbidden": f"'{key}' is not a known key.{nearest(place[-1], allowed)} "
        f"Known here: {', '.join(allowed)}."
        if place
        else "",
        "missing": f"'{key}' is missing. Needed: {', '.join(_needed(place))}.",
        "greater_than_equal": f"'{key}' is {found}; it must be at least {limits.get('ge')}.",
        "less_than_equal": f"'{key}' is {found}; it must be at most {limits.get('le')}.",
        "finite_number": f"'{key}' is {found}; it must be a finite number.",
        "string_pattern_mismatch": f"'{key}' is '{found}'; it must be lower-case words and figures "
        "joined by hyphens, such as all-seven-tables.",
        "value_error": f"{key}: {limits.get('error')}.",
    }
    kind = problem["type"]
    if kind in sentences:
        return sentences[kind]
    if kind in ("float_type", "float_parsing", "int_type", "int_from_float"):
        whole = "a whole number" if kind.startswith("int") else "a number"
        return f"'{key}' is {_kind(found)}; it must be {whole}, written like 300000 or 0.5."
    if kind == "string_type":
        return f"'{key}' is {_kind(found)}; it must be text. Quote it."
    if kind in ("dict_type", "model_type", "model_attributes_type"):
        return f"'{key}' is {_kind(found)}; it must be keys with values, indented below it."
    return f"'{key}': {problem['msg']}, found {_kind(found)}."


def _keys(model: type[BaseModel]) -> Sequence[str]:
    return [field.alias or name for name, field in model.model_fields.items()]


def _needed(place: Place) -> Sequence[str]:
    model = Lever if len(place) > 1 else Scenario
    return [f.alias or name for name, f in model.model_fields.items() if f.is_required()]


def _kind(value: object) -> str:
    """What a YAML value is, in words."""
    if value is None:
        return "empty"
    if isinstance(value, bool):
        return f"{'yes' if value else 'no'} (true or false)"
    if isinstance(value, dict | list):
        return "a list" if isinstance(value, list) else "a block of keys"
    return f"the text '{value}'" if isinstance(value, str) else f"{value}"
