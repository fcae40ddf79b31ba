"""What a scenario file may say in an analyst's words, spelled out as the constants it stands for.

Each file is spelled out before it is laid over the one it extends, so that a child may take over,
change or drop what its parent says either way.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ..model.errors import InputError
from .named import SECTIONS, Section, constants_of, named_as
from .prices import price_factor
from .reading import Document

DOLLARS = "dollars of"
"""The year of whose money a lever's amount is, when it is not the price year's."""


def spelled_out(document: Document) -> Document:
    """``document`` with futures and policy as settings, and amounts in money of the price year.

    Raises InputError, with line and column, for an unknown word or a value out of bounds, for a
    constant that is given twice, and for a year without a price index.
    """
    if not isinstance(document.value, dict):
        return document
    found = replace(document, value=dict(document.value), marks=dict(document.marks))
    for section in SECTIONS:
        if section in found.value:
            _spell(found, section, found.value.pop(section))
    levers = found.value.get("levers")
    if isinstance(levers, dict):
        found.value["levers"] = {name: _priced(found, name, each) for name, each in levers.items()}
    return found


def _spell(document: Document, section: Section, words: Any) -> None:
    """Put the constants of a section's words among the settings."""
    settings = document.value.get("settings")
    if not isinstance(words, dict) or not isinstance(settings, dict | None):
        block = "settings" if isinstance(words, dict) else section
        raise InputError(
            f"{document.where((block,))}: '{block}' must be keys with values, indented below it."
        )
    settings = dict(settings or {})
    for name, given in words.items():
        place = section, name
        try:
            constants: Mapping[str, float | None] = (
                dict.fromkeys(named_as(section, name).names)
                if given is None
                else constants_of(section, name, given)
            )
        except InputError as error:
            raise InputError(f"{document.where(place)}: {error}") from None
        for constant, value in constants.items():
            if constant in settings:
                raise InputError(
                    f"{document.where(place)}: '{section} → {name}' sets '{constant}', which is "
                    "set above already. Keep one of them."
                )
            settings[constant] = value
            document.marks["settings", constant] = document.marks[place]
    document.value["settings"] = settings


def _priced(document: Document, name: str, lever: Any) -> Any:
    """A lever with its amount in money of the price year, to the whole dollar."""
    if not isinstance(lever, dict) or DOLLARS not in lever:
        return lever
    year, amount = lever[DOLLARS], lever.get("amount")
    where = document.where(("levers", name, DOLLARS))
    if not isinstance(amount, int | float) or isinstance(amount, bool):
        raise InputError(
            f"{where}: '{DOLLARS}' says of which year the lever's 'amount' is, and needs it beside."
        )
    if not isinstance(year, int) or isinstance(year, bool):
        raise InputError(f"{where}: '{DOLLARS}' is {year!r}; it must be a year, such as 2020.")
    try:
        factor = price_factor(year)
    except InputError as error:
        raise InputError(f"{where}: {error}") from None
    rest = {key: value for key, value in lever.items() if key != DOLLARS}
    return rest | {"amount": float(round(amount * factor))}
