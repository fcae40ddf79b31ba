"""Scenario files to scenarios: the library's by name, the user's by path."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from ..model.errors import InputError, nearest
from .complaints import Kinds, validated
from .inherit import EXTENDS, read_with_parents
from .named import SECTIONS
from .schema import Lever, Scenario
from .shorthand import DOLLARS
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
_KINDS = Kinds(
    (Scenario, Scenario, Lever), also={Scenario: (EXTENDS, *SECTIONS), Lever: (DOLLARS,)}
)


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
    scenario = validated(document, places, Scenario, _KINDS)
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
