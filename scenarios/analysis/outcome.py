"""The outcomes an analysis may ask about, by the names of the experiments table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields

import numpy as np
import numpy.typing as npt

from ...model.errors import InputError, nearest
from .. import economics
from ..economics import HORIZONS, Basis, Discounting
from ..headline import ALL_PAYERS, BASES, REGION_TOTAL
from ..store import Study
from ..summarise import (
    contacts_avoided,
    crises_avoided,
    payer_lines,
    people_served,
    present_lines,
)

Array = npt.NDArray[np.float64]

DEFAULT_OUTCOME = f"contacts avoided, {HORIZONS[-1]} years"
_COUNTS: dict[str, Callable[[Study, str, int], Array]] = {
    "contacts avoided": contacts_avoided,
    "crises avoided": crises_avoided,
    "people served": people_served,
}
_PRESENT, _NET = "present value, ", "net present value, "
_LINES = ("cashable", "marginal")
"""Money avoided: the other lines are costs, of which more is not better."""


def outcome_names() -> tuple[str, ...]:
    """Every outcome of which more is better, as the experiments table names it."""
    money = (*(_PRESENT + line for line in _LINES), *(_NET + basis for basis in BASES))
    heads = (*_COUNTS, *(f"{head}, {who}" for head in money for who in (ALL_PAYERS, REGION_TOTAL)))
    return tuple(f"{head}, {years} years" for years in HORIZONS[::-1] for head in heads)


def check_outcome(name: str) -> str:
    """``name``. Raises InputError when it is no outcome of which more is better."""
    known = outcome_names()
    if name not in known:
        raise InputError(
            f"There is no outcome '{name}' of which more is better.{nearest(name, known)} "
            f"Outcomes: {'; '.join(known)}."
        )
    return name


def outcome_unit(name: str) -> str:
    """The unit of an outcome."""
    return name.split(" ", maxsplit=1)[0] if name.startswith(tuple(_COUNTS)) else "CAD"


def outcome_years(name: str) -> int:
    """The years after the start of the policy up to which an outcome counts."""
    return int(name.rsplit(", ", maxsplit=1)[1].removesuffix(" years"))


def outcome_values(study: Study, scenario: str, name: str) -> Array:
    """One outcome of a policy against its comparator: ``(draw,)``. Raises InputError."""
    head = check_outcome(name).rsplit(", ", maxsplit=1)[0]
    start = study.manifest.policy_start
    year = start + outcome_years(name)
    if head in _COUNTS:
        return _COUNTS[head](study, scenario, year)
    line, who = head.rsplit(", ", maxsplit=1)
    terms = Discounting(base=float(start))
    present = present_lines(payer_lines(study, scenario), study.time, year, terms)
    row = 0 if who == REGION_TOTAL else -1
    if line.startswith(_NET):
        basis: Basis = next(basis for basis in BASES if line == _NET + basis)
        return np.asarray(economics.net(present, basis)[row])
    chosen = next(field.name for field in fields(present) if line == _PRESENT + field.name)
    return np.asarray(getattr(present, chosen)[row])


def outcome_matrix(study: Study, scenarios: tuple[str, ...], name: str) -> Array:
    """One outcome of several policies: ``(policy, draw)``. Raises InputError."""
    return np.stack([outcome_values(study, scenario, name) for scenario in scenarios])
