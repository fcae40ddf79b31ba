"""The headline of each scenario: what the ten-line answer and page one of the report print."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from .drivers import Drivers
from .economics import Basis
from .uncertainty import Band, Chance

REGION_TOTAL = "Region total"
ALL_PAYERS = "all payers"
BASES: tuple[Basis, ...] = ("cashable", "marginal", "marginal after induced")


@dataclass(frozen=True)
class PayerResult:
    """Present values for one payer (or a total) up to a horizon, CAD of the price year.

    ``cashable`` and ``marginal`` are cost avoided and nested: never add them. ``induced`` and
    ``programme`` are cost added. ``net`` and ``chance`` (of a net above zero) are given per basis.
    """

    payer: str
    cashable: Band
    marginal: Band
    induced: Band
    programme: Band
    net: Mapping[Basis, Band]
    chance: Mapping[Basis, Chance]


@dataclass(frozen=True)
class DemandResult:
    """Demand avoided between the start of the policy and a horizon; positive is less demand.

    ``contacts`` leaves out sexual-assault reports, whose change is ``need_met_reports`` (positive:
    more people report) and counts neither as avoided nor as harm. Calls that crisis workers take in
    place of police stay in ``contacts``, since the need is the same; their change is
    ``diverted_calls`` (positive: more are taken), a line of its own. ``capacity`` is in native
    units and leaves out induced use; ``induced_use`` is that part, positive for more use.
    """

    contacts: Band
    contacts_by_type: Mapping[str, Band]
    need_met_reports: Band
    diverted_calls: Band
    crises: Band
    crises_by_population: Mapping[str, Band]
    capacity: Mapping[str, Band]
    induced_use: Mapping[str, Band]
    zones: Mapping[str, Band]
    people_served: Band
    chance_fewer_contacts: Chance


@dataclass(frozen=True)
class RatioResult:
    """Figures per unit, over all payers.

    ``cost_per_contact`` (mean programme cost over mean contacts avoided) is None when ratios are
    not printable (`RatioRule`) or nothing is avoided. ``break_even_cost_per_person`` is the
    programme cost per person served at which the net is zero, per basis. ``break_even_effect`` is
    the share of the simulated effect at which it is zero; only draws that avoid anything have one,
    and ``Band.draws`` says how many.
    """

    cost_per_contact: float | None
    break_even_cost_per_person: Mapping[Basis, Band]
    break_even_effect: Mapping[Basis, Band]


@dataclass(frozen=True)
class HorizonResult:
    """Everything about one horizon, ``years`` after the policy starts. ``payers`` are in model
    order, preceded by the Region's total and followed by all payers."""

    years: int
    year: int
    demand: DemandResult
    payers: tuple[PayerResult, ...]
    ratios: RatioResult
    net_by_rate: Mapping[float, Mapping[Basis, Band]]

    def payer(self, name: str) -> PayerResult:
        """The result of one payer, `REGION_TOTAL` or `ALL_PAYERS`. Raises KeyError."""
        for result in self.payers:
            if result.payer == name:
                return result
        raise KeyError(name)


@dataclass(frozen=True)
class BreakEven:
    """When the running discounted net of all payers stays at or above zero.

    ``year`` is over the draws that break even by ``last_year`` (``year.draws`` of them);
    ``never`` is the chance that it does not happen by then.
    """

    basis: Basis
    year: Band
    never: Chance
    last_year: int


@dataclass(frozen=True)
class RatioRule:
    """Whether a ratio may be printed, and why not; ``uncosted`` are levers with money whose cost
    per person served is a judgement or missing."""

    allowed: bool
    reason: str
    uncosted: tuple[str, ...] = ()


@dataclass(frozen=True)
class Headline:
    """One scenario's answer. ``settled`` says that more draws would hardly change the advice:
    the chance of net benefit (cashable, all payers, every horizon) is clear of one half."""

    scenario: str
    title: str
    compare_with: str
    rate: float
    amount: float
    horizons: tuple[HorizonResult, ...]
    break_even: Mapping[Basis, BreakEven]
    drivers: Mapping[str, Drivers]
    ratio_rule: RatioRule
    settled: bool

    def horizon(self, years: int) -> HorizonResult:
        """The result ``years`` after the start. Raises KeyError."""
        for result in self.horizons:
            if result.years == years:
                return result
        raise KeyError(years)
