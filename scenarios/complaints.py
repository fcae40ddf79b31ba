"""From a failed validation to one sentence a fault: where, what was found, what is allowed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from ..model.errors import InputError, nearest
from .reading import Document, Place

Checked = TypeVar("Checked", bound=BaseModel)


@dataclass(frozen=True)
class Kinds:
    """``models`` by depth of key: of the whole file, then of its blocks, outer to inner. ``also``
    are keys, by model, that are dealt with before the file is validated."""

    models: tuple[type[BaseModel], ...]
    also: Mapping[type[BaseModel], tuple[str, ...]] = field(default_factory=dict)

    def at(self, place: Place) -> type[BaseModel]:
        """The model that the last key of ``place`` belongs to."""
        return self.models[min(max(len(place) - 1, 0), len(self.models) - 1)]

    def keys(self, place: Place) -> list[str]:
        """The keys allowed where the last key of ``place`` stands."""
        model = self.at(place)
        own = [each.alias or name for name, each in model.model_fields.items()]
        return [*own, *self.also.get(model, ())]


_NAME_RULE = "it must be lower-case words and figures joined by hyphens, such as all-seven-tables."


def validated(
    document: Document, places: Mapping[Place, str], whole: type[Checked], kinds: Kinds
) -> Checked:
    """The document as ``whole``. ``kinds`` are the models by depth of key, for naming known keys.

    Raises InputError with one line a fault.
    """
    if not isinstance(document.value, dict):
        raise InputError(
            f"{document.path} holds {kind_of(document.value)}, not keys with values. "
            "It starts with 'name: …'."
        )
    try:
        return whole.model_validate(document.value)
    except ValidationError as error:
        lines = [_sentence(document, places, kinds, problem) for problem in error.errors()]
        raise InputError("\n".join(dict.fromkeys(lines))) from None


def _sentence(document: Document, places: Mapping[Place, str], kinds: Kinds, problem: Any) -> str:
    place: Place = tuple(str(part) for part in problem["loc"])
    above: Iterable[Place] = (place[:length] for length in range(len(place), 0, -1))
    said = _complaint(place, problem, kinds)
    if not place:  # a fault between keys stands at the first key that it names, if the file has it
        above = ((name,) for name in re.findall(r"'([^']+)'", said))
    start = next(iter(places.values()), str(document.path))
    where = next((places[part] for part in above if part in places), start)
    return f"{where}: {said}"


def _complaint(place: Place, problem: Any, kinds: Kinds) -> str:
    found, limits = problem["input"], problem.get("ctx", {})
    if place and place[-1] == "[key]":
        return _unknown(place[:-1], re.findall(r"'([^']+)'", str(limits.get("expected"))))
    key = " → ".join(place) or "the file"
    sentences = {
        "extra_forbidden": _unknown(place, kinds.keys(place)),
        "missing": f"'{key}' is missing. Needed: {', '.join(_needed(kinds.at(place)))}.",
        "greater_than_equal": f"'{key}' is {found}; it must be at least {limits.get('ge')}.",
        "less_than_equal": f"'{key}' is {found}; it must be at most {limits.get('le')}.",
        "finite_number": f"'{key}' is {found}; it must be a finite number.",
        "string_pattern_mismatch": f"'{key}' is '{found}'; {_NAME_RULE}",
        "value_error": f"{key}: {limits.get('error')}.",
        "literal_error": f"'{key}' is {kind_of(found)}; it must be {limits.get('expected')}.",
    }
    kind = problem["type"]
    if kind in sentences:
        return sentences[kind]
    if kind in ("float_type", "float_parsing", "int_type", "int_from_float"):
        number = "a whole number" if kind.startswith("int") else "a number"
        return f"'{key}' is {kind_of(found)}; it must be {number}, written like 300000 or 0.5."
    if kind == "string_type":
        return f"'{key}' is {kind_of(found)}; it must be text. Quote it."
    if kind in ("dict_type", "model_type", "model_attributes_type"):
        return f"'{key}' is {kind_of(found)}; it must be keys with values, indented below it."
    return f"'{key}': {problem['msg']}, found {kind_of(found)}."


def _unknown(place: Place, allowed: Sequence[str]) -> str:
    hint = nearest(place[-1], allowed) if place else ""
    return f"'{' → '.join(place)}' is not a known key.{hint} Known here: {', '.join(allowed)}."


def _needed(model: type[BaseModel]) -> Sequence[str]:
    return [f.alias or name for name, f in model.model_fields.items() if f.is_required()]


def kind_of(value: object) -> str:
    """What a YAML value is, in words."""
    if value is None:
        return "empty"
    if isinstance(value, bool):
        return f"{'yes' if value else 'no'} (true or false)"
    if isinstance(value, dict | list):
        return "a list" if isinstance(value, list) else "a block of keys"
    return f"the text '{value}'" if isinstance(value, str) else f"{value}"
