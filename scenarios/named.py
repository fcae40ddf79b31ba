"""Futures and policy switches by name: words of scenario files for constants of the model."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from ..model.errors import InputError, nearest
from .schema import LAST_YEAR

Section = Literal["futures", "policy"]
SECTIONS: tuple[Section, ...] = get_args(Section)


@dataclass(frozen=True)
class Named:
    """One word: its bounds, what it means, and the constants that a value of it sets. A ``switch``
    is written ``yes`` or ``no``."""

    low: float
    high: float
    meaning: str
    constants: Callable[[float], dict[str, float]]
    switch: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the constants."""
        return tuple(self.constants(self.low))


def _as_is(*names: str) -> Callable[[float], dict[str, float]]:
    def constants(value: float) -> dict[str, float]:
        return dict.fromkeys(names, value)

    return constants


def _shock(year: float) -> dict[str, float]:
    return {"next shock": 1.0, "next shock start": year}


def _unprotected(protected: float) -> dict[str, float]:
    return {"switch crowding out": 1.0 - protected}


BOARD = ("early chance board acts", "later chance board acts")
"""A board's decisions about what a policy frees; a comparator frees nothing to decide about."""

NAMED: Mapping[Section, Mapping[str, Named]] = {
    "futures": {
        "growth": Named(
            0,
            1,
            "Share of past growth of crisis demand beyond population and ageing that goes on "
            "after 2021.",
            _as_is("growth continues"),
        ),
        "housing stress": Named(
            0,
            1,
            "Share of the pace at which rents and vacancies got worse from 2021 to 2024 that goes "
            "on after 2024.",
            _as_is("housing stress continues"),
        ),
        "alcohol retail": Named(
            0,
            1,
            "Rise of coming to risk of harm from alcohol within three years of 2026, as many more "
            "shops sell it; new grocery outlets raised visits due to alcohol by 0.06 (0.04 to "
            "0.08) in Ontario.",
            _as_is("alcohol retail rise"),
        ),
        "pandemic-like shock": Named(
            2027,
            LAST_YEAR,
            "Year in which contacts begin to change by as much as at the height of the pandemic, "
            "for 16 months.",
            _shock,
        ),
        "latent demand": Named(
            0,
            1,
            "Share of freed capacity that unmet demand takes, in every draw.",
            _as_is("refill share"),
        ),
    },
    "policy": {
        "reinvestment": Named(
            0,
            1,
            "Share of cashable money put back into the levers.",
            _as_is("share of cashable money reinvested"),
        ),
        "protected budgets": Named(
            0,
            1,
            "Whether upstream funding is protected from being squeezed by crisis budgets; yes "
            "unless given.",
            _unprotected,
            switch=True,
        ),
        "capture share": Named(
            0,
            1,
            "Chance that a board captures the whole positions it could defer, in every year and "
            "draw.",
            _as_is(*BOARD),
        ),
    },
}


def named_as(section: Section, name: str) -> Named:
    """What a word stands for. Raises InputError for one that is unknown."""
    known = NAMED[section]
    if name not in known:
        kind = "future" if section == "futures" else "policy switch"
        raise InputError(
            f"'{name}' is no {kind}.{nearest(name, known)} Known here: {', '.join(known)}."
        )
    return known[name]


def constants_of(section: Section, name: str, value: object) -> dict[str, float]:
    """The constants that a word and its value set.

    Raises InputError for a word that is unknown and a value out of bounds.
    """
    named = named_as(section, name)
    allowed = "yes or no" if named.switch else f"a number from {named.low:g} to {named.high:g}"
    number = isinstance(value, int | float) and (named.switch or not isinstance(value, bool))
    if not (number and named.low <= float(value) <= named.high):  # type: ignore[arg-type]
        shown = {True: "yes", False: "no"}.get(value, value) if isinstance(value, bool) else value
        raise InputError(f"'{section} → {name}' is {shown!r}; it must be {allowed}.")
    return named.constants(float(value))  # type: ignore[arg-type]


def section_of(name: str) -> Section | None:
    """The section that a word belongs to; None for any other name."""
    return next((section for section in SECTIONS if name in NAMED[section]), None)
