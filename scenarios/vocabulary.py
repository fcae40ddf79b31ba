"""The names a scenario may use: the model's levers, and its constants with their bounds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ..model import halton
from ..model.errors import InputError, nearest
from .named import BOARD
from .provenance import Evidence, ParameterRow
from .schema import Scenario

SPENDING = "additional spending"
LEVER_CONSTANTS = (SPENDING, "spending start", "spending ramp", "spending end")
HANDED_OVER = ("comparator workload", "comparator overflow nights", "comparator supplied")


@dataclass(frozen=True)
class Setting:
    """A constant's unit, registry role and bounds (None where there is none)."""

    unit: str
    role: str
    minimum: float | None
    maximum: float | None


@dataclass(frozen=True)
class Vocabulary:
    """``levers`` in model order; ``settings`` by ``name`` and by ``name[element]``."""

    levers: tuple[str, ...]
    settings: Mapping[str, Setting]

    @classmethod
    def of(cls, rows: Iterable[ParameterRow]) -> Vocabulary:
        """From the registry's rows."""
        levers: list[str] = []
        settings: dict[str, Setting] = {}
        for row in rows:
            if row.name == SPENDING:
                levers.append(row.element)
            setting = Setting(row.unit, row.role, *_bounds(row))
            settings[row.column] = setting
            settings.setdefault(row.name, setting)
        return cls(tuple(levers), settings)

    def is_world(self, name: str) -> bool:
        """Whether a setting describes the world, which a comparator must share, and is neither a
        lever nor a board's decision. Raises KeyError for a name the model lacks."""
        return self.settings[name].role != "lever" and name not in BOARD

    def check(self, scenario: Scenario, where: Mapping[tuple[str, ...], str]) -> None:
        """Refuse names that the model lacks and values out of bounds.

        ``where`` gives, by path of keys, the place to name in a message. Raises InputError.
        """

        def place(*keys: str) -> str:
            return where.get(keys, f"scenario '{scenario.name}'")

        for name in scenario.levers:
            try:
                self.check_lever(name)
            except InputError as error:
                raise InputError(f"{place('levers', name)}: {error}") from None
        for name, value in scenario.settings.items():
            try:
                self.check_setting(name, value)
            except InputError as error:
                raise InputError(f"{place('settings', name)}: {error}") from None

    def check_lever(self, name: str) -> None:
        """Raises InputError for a lever that the model lacks."""
        if name not in self.levers:
            raise InputError(
                f"the model has no lever '{name}'.{nearest(name, self.levers)} "
                f"Levers: {', '.join(self.levers)}."
            )

    def check_setting(self, name: str, value: float) -> None:
        """Raises InputError for a constant that the model lacks or that is not a scenario's to
        set, and for a value out of its bounds."""
        bare = name.split("[", maxsplit=1)[0]
        if bare in LEVER_CONSTANTS:
            raise InputError(f"'{name}' is set by the keys under 'levers', not here.")
        setting = self.settings.get(name)
        if setting is None:
            raise InputError(
                f"the model has no constant '{name}'.{nearest(name, self.settings)} "
                "Names are those of the registry, parameters.csv."
            )
        if setting.role == "control" or bare in HANDED_OVER:
            raise InputError(f"'{name}' is set by the sweep itself, not by a scenario.")
        low = float("-inf") if setting.minimum is None else setting.minimum
        high = float("inf") if setting.maximum is None else setting.maximum
        if not low <= value <= high:
            raise InputError(
                f"'{name}' is {value:g}; it must lie between {low:g} and {high:g} "
                f"({setting.unit or 'no unit'})."
            )


def _bounds(row: ParameterRow) -> tuple[float | None, float | None]:
    """The registry's bounds; a switch that states none lies between off (0) and on (1)."""
    if row.role == "switch" and row.minimum is None and row.maximum is None:
        return 0.0, 1.0
    return row.minimum, row.maximum


INSTALLED = Path(str(halton.__file__)).parent
"""The folder of the Halton model of this installation."""


@cache
def installed_vocabulary() -> Vocabulary:
    """That of the Halton model of this installation."""
    return vocabulary_of(INSTALLED)


def vocabulary_of(folder: Path) -> Vocabulary:
    """That of the model in a folder. Raises InputError when its files cannot be read."""
    return Vocabulary.of(Evidence.read(folder).parameter_rows())
