"""The outcomes an analysis may ask about, by the names of the experiments table."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ...model.errors import InputError, nearest
from ..economics import HORIZONS
from ..headline import ALL_PAYERS, BASES, REGION_TOTAL
from ..store import Study
from ..tables import outcomes

Array = npt.NDArray[np.float64]

DEFAULT_OUTCOME = f"contacts avoided, {HORIZONS[-1]} years"
_COUNTS = ("contacts avoided", "crises avoided", "people served")
_MONEY = (
    "present value, cashable",
    "present value, marginal",
    *(f"net present value, {basis}" for basis in BASES),
)


def outcome_names() -> tuple[str, ...]:
    """Every outcome of which more is better, as the experiments table names it."""
    heads = (*_COUNTS, *(f"{head}, {who}" for head in _MONEY for who in (ALL_PAYERS, REGION_TOTAL)))
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
    if name.startswith("people"):
        return "people"
    return name.split(" ", maxsplit=1)[0] if name.startswith(_COUNTS) else "CAD"


def outcome_values(study: Study, scenario: str, name: str) -> Array:
    """One outcome of a policy against its comparator: ``(draw,)``. Raises InputError."""
    return outcomes(study, scenario)[check_outcome(name)]


def outcome_matrix(study: Study, scenarios: tuple[str, ...], name: str) -> Array:
    """One outcome of several policies: ``(policy, draw)``. Raises InputError."""
    return np.stack([outcome_values(study, scenario, name) for scenario in scenarios])
