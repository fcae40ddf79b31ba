"""Scenario files that extend another: the parent's keys, with the child's on top.

Everything is inherited but the name and the title. Levers and settings are merged key by key, and
so are the keys of one lever; a lever or setting left empty in the child drops the inherited one.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from ..model.errors import InputError
from .reading import Document, Place, read_yaml
from .shorthand import spelled_out

EXTENDS = "extends"
MOST_PARENTS = 20
_OWN = ("name", "title", EXTENDS)
_MERGED = ("levers", "settings")

Find = Callable[[str, Path], Path]
"""From what ``extends`` says and the folder of the file that says it, to the parent's path."""


def read_with_parents(path: Path, find: Find) -> tuple[Document, dict[Place, str]]:
    """The file at ``path`` with what it inherits, and by key the place to name in messages.

    Raises InputError for a file that cannot be read, an ``extends`` that is no text, a chain that
    comes back to itself or is longer than `MOST_PARENTS`.
    """
    chain = [spelled_out(read_yaml(path))]
    while isinstance(chain[-1].value, dict) and EXTENDS in chain[-1].value:
        last = chain[-1]
        wanted = last.value[EXTENDS]
        if not isinstance(wanted, str):
            raise InputError(
                f"{last.where((EXTENDS,))}: 'extends' is {wanted!r}; it must name one scenario of "
                "the library, or a .yaml file."
            )
        try:
            parent = find(wanted, last.path.parent)
        except InputError as error:
            raise InputError(f"{last.where((EXTENDS,))}: {error}") from None
        if parent.resolve() in [document.path.resolve() for document in chain]:
            names = " extends ".join(str(document.path) for document in chain)
            raise InputError(
                f"{last.where((EXTENDS,))}: {names} extends {parent}, which comes round to itself. "
                "Let one of them stand alone."
            )
        if len(chain) > MOST_PARENTS:
            raise InputError(f"{path} extends more than {MOST_PARENTS} files, one after another.")
        chain.append(spelled_out(read_yaml(parent)))
    return _joined(chain)


def _joined(chain: list[Document]) -> tuple[Document, dict[Place, str]]:
    own = chain[0]
    places = {place: own.where(place) for place in own.marks}
    if not isinstance(own.value, dict) or len(chain) == 1:
        return own, places
    value: Any = {}
    for document in reversed(chain):
        value = _over(value, document.value)
    for parent in chain[1:]:
        for place in parent.marks:
            places.setdefault(place, parent.where(place))
    value |= {key: own.value[key] for key in _OWN if key in own.value}
    value = {key: found for key, found in value.items() if key != EXTENDS}
    return Document(own.path, value, own.marks), places


def _over(below: dict[str, Any], above: Any) -> dict[str, Any]:
    """``above`` laid over ``below``."""
    if not isinstance(above, dict):
        return below
    result = {key: value for key, value in below.items() if key not in _OWN}
    for key, value in above.items():
        merge = key in _MERGED and isinstance(value, dict) and isinstance(result.get(key), dict)
        result[key] = _entries(result[key], value) if merge else value
    return result


def _entries(below: dict[str, Any], above: dict[str, Any]) -> dict[str, Any]:
    result = dict(below)
    for name, value in above.items():
        if value is None and name in result:
            del result[name]
        elif isinstance(value, dict) and isinstance(result.get(name), dict):
            result[name] = result[name] | value
        else:
            result[name] = value
    return result
