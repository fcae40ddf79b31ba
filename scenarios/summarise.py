"""From a study to headlines: paired changes, present values, bands, chances."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

import numpy as np
import numpy.typing as npt

from . import economics
from .drivers import Drivers, rank_drivers
from .economics import BASE_RATE, HORIZONS, RATES, Basis, Discounting, Lines
from .headline import (
    ALL_PAYERS,
    BASES,
    REGION_TOTAL,
    BreakEven,
    DemandResult,
    Headline,
    HorizonResult,
    PayerResult,
    RatioResult,
    RatioRule,
)
from .schema import Scenario
from .store import Study
from .uncertainty import Band, band, bands, chance

Array = npt.NDArray[np.float64]

NEED_MET_CALLS = ("sexual assault report",)
"""Call types whose rise is need met: neither avoided demand nor harm."""
DIVERTED = "cumulative diverted calls"
UNCOSTED_LEVERS = ("emergency call diversion", "hospital transfer protocol", "backbone")
"""Levers without an action table whose cost per person rests on judgement alone (grade D) or on
nothing: no ratio. Of action tables, the model's file of tables says so."""


def headlines(study: Study, rate: float = BASE_RATE) -> tuple[Headline, ...]:
    """One headline per policy of the study, in reading order, at one real discount rate."""
    return tuple(headline(study, policy.name, rate) for policy in study.policies)


def headline(study: Study, scenario: str, rate: float = BASE_RATE) -> Headline:
    """The headline of one policy. A comparator's is zero throughout.

    Raises InputError when the study lacks the scenario or an output.
    """
    chosen = study.scenario(scenario)
    terms = Discounting(rate=rate, base=float(study.manifest.policy_start))
    lines = payer_lines(study, scenario)
    start = study.manifest.policy_start
    horizons = tuple(
        _horizon(study, chosen, lines, (years, start + years, terms)) for years in HORIZONS
    )
    chances = [result.payer(ALL_PAYERS).chance["cashable"] for result in horizons]
    return Headline(
        scenario=chosen.name,
        title=chosen.title,
        compare_with=chosen.compare_with or chosen.name,
        rate=rate,
        amount=chosen.amount,
        horizons=horizons,
        break_even={basis: break_even(study, lines, basis, terms) for basis in BASES},
        drivers=_drivers(study, chosen, lines, terms),
        ratio_rule=ratio_rule(study, chosen),
        settled=all(found.settled for found in chances),
    )


def payer_names(study: Study) -> tuple[str, ...]:
    """Rows of a payer table: the Region's total, every payer in model order, all payers."""
    return (REGION_TOTAL, *study.elements("payer"), ALL_PAYERS)


def payer_lines(study: Study, scenario: str) -> Lines:
    """Paired cumulative money of a policy: each line ``(payer row, draw, time)``.

    Rows are `payer_names`. Cashable and marginal are positive when avoided.
    """
    payers = study.elements("payer")
    region = [index for index, name in enumerate(payers) if name.startswith("region ")]

    def line(variable: str, sign: float) -> Array:
        values = sign * np.moveaxis(study.change(scenario, variable), -1, 0)
        total = values[region].sum(axis=0, keepdims=True)
        return np.concatenate([total, values, values.sum(axis=0, keepdims=True)])

    return Lines(
        cashable=line("cumulative cashable cost avoided", 1.0),
        marginal=line("cumulative marginal cost", -1.0),
        induced=line("cumulative induced cost", 1.0),
        programme=line("cumulative programme cost", 1.0),
    )


def present_lines(lines: Lines, time: Array, year: float, terms: Discounting) -> Lines:
    """The present value of each line from the base to ``year``: ``(payer row, draw)``."""
    value = partial(economics.present_value, time=time, year=year, terms=terms)
    return Lines(
        cashable=value(lines.cashable),
        marginal=value(lines.marginal),
        induced=value(lines.induced),
        programme=value(lines.programme),
    )


def present_paths(lines: Lines, time: Array, terms: Discounting) -> Lines:
    """The running present value of each line: ``(payer row, draw, time from the base on)``."""
    path = partial(economics.present_value_path, time=time, terms=terms)
    return Lines(
        cashable=path(lines.cashable),
        marginal=path(lines.marginal),
        induced=path(lines.induced),
        programme=path(lines.programme),
    )


def net_path(study: Study, lines: Lines, basis: Basis, terms: Discounting) -> tuple[Array, Array]:
    """Years from the base on and the running discounted net: ``(payer row, draw, year)``."""
    start = economics.time_index(study.time, terms.base)
    path = economics.present_value_path(economics.net(lines, basis), study.time, terms)
    return study.time[start:], path


def break_even(study: Study, lines: Lines, basis: Basis, terms: Discounting) -> BreakEven:
    """When all payers together break even on a basis."""
    years, path = net_path(study, lines, basis, terms)
    found = economics.break_even_year(path[-1], years)
    return BreakEven(
        basis=basis, year=band(found), never=chance(np.isnan(found)), last_year=int(years[-1])
    )


def ratio_rule(study: Study, scenario: Scenario) -> RatioRule:
    """Whether ratios may be printed for a scenario: not when money goes to an uncosted lever."""
    tables = [
        row.get("lever") for row in study.action_tables if row.get("cost per person known") == "no"
    ]
    uncosted = [
        name
        for name, lever in scenario.levers.items()
        if lever.amount > 0 and name in (*tables, *UNCOSTED_LEVERS)
    ]
    if not scenario.spends:
        return RatioRule(False, "no additional money is spent, so there is nothing to divide by")
    if uncosted:
        names = ", ".join(uncosted)
        reason = f"the cost per person served is a judgement (grade D) or missing for: {names}"
        return RatioRule(False, reason, tuple(uncosted))
    return RatioRule(True, "")


def demand_avoided(study: Study, scenario: str, year: int) -> DemandResult:
    """Demand avoided from the start of the policy to ``year``, in people and native units."""
    start = study.manifest.policy_start

    def fallen(variable: str) -> Array:
        """Elements first: (element, draw), positive for a fall."""
        series = np.moveaxis(study.change(scenario, variable), 1, -1)
        return -economics.since(series, study.time, start, year).T

    def named(dimension: str, values: Array) -> Mapping[str, Band]:
        return dict(zip(study.elements(dimension), bands(values), strict=True))

    calls = fallen("cumulative contacts")
    met = np.array([name in NEED_MET_CALLS for name in study.elements("call type")])
    avoided = calls[~met].sum(axis=0)
    crises = fallen("cumulative crisis onsets")
    induced = -fallen("cumulative induced service use")
    zones = study.change(scenario, "people by zone")[:, economics.time_index(study.time, year)].T
    return DemandResult(
        contacts=band(avoided),
        contacts_by_type=named("call type", calls),
        need_met_reports=band(-calls[met].sum(axis=0)),
        diverted_calls=band(_diverted(study, scenario, year)),
        crises=band(crises.sum(axis=0)),
        crises_by_population=named("population", crises),
        capacity=named("service", fallen("cumulative service use") + induced),
        induced_use=named("service", induced),
        zones=named("zone", zones),
        people_served=band(people_served(study, scenario, year)),
        chance_fewer_contacts=chance(avoided > 0),
    )


def _diverted(study: Study, scenario: str, year: int) -> Array:
    """Calls that crisis workers take in place of police: ``(draw,)``; none in a study made before
    the model followed them."""
    if DIVERTED not in study.yearly:
        return np.zeros(study.manifest.draws)
    series = study.change(scenario, DIVERTED).sum(axis=-1)
    return economics.since(series, study.time, study.manifest.policy_start, year)


def people_served(study: Study, scenario: str, year: int) -> Array:
    """Additional people served by all levers since the start of the policy: ``(draw,)``."""
    return since_start(study, served_series(study, scenario), year)


def contacts_avoided(study: Study, scenario: str, year: int) -> Array:
    """Police contacts avoided since the start of the policy, need met left out: ``(draw,)``."""
    return since_start(study, contacts_series(study, scenario), year)


def crises_avoided(study: Study, scenario: str, year: int) -> Array:
    """Crisis onsets avoided since the start of the policy: ``(draw,)``."""
    return since_start(study, crises_series(study, scenario), year)


def served_series(study: Study, scenario: str) -> Array:
    """Additional people served so far, ``(draw, time)``."""
    return np.asarray(study.change(scenario, "cumulative people served").sum(axis=-1))


def contacts_series(study: Study, scenario: str) -> Array:
    """Police contacts avoided so far, need met left out: ``(draw, time)``."""
    counted = [name not in NEED_MET_CALLS for name in study.elements("call type")]
    series = study.change(scenario, "cumulative contacts")[..., counted].sum(axis=-1)
    return np.asarray(-series)


def crises_series(study: Study, scenario: str) -> Array:
    """Crisis onsets avoided so far, ``(draw, time)``."""
    return np.asarray(-study.change(scenario, "cumulative crisis onsets").sum(axis=-1))


def since_start(study: Study, series: Array, year: int) -> Array:
    """What a series gained from the start of the policy to ``year``: ``(draw,)``."""
    return economics.since(series, study.time, study.manifest.policy_start, year)


def _horizon(
    study: Study, scenario: Scenario, lines: Lines, at: tuple[int, int, Discounting]
) -> HorizonResult:
    years, year, terms = at
    present = present_lines(lines, study.time, year, terms)
    return HorizonResult(
        years=years,
        year=year,
        demand=demand_avoided(study, scenario.name, year),
        payers=payer_results(payer_names(study), present),
        ratios=_ratios(study, scenario, present, year),
        net_by_rate={rate: _nets(study, lines, year, (rate, terms)) for rate in RATES},
    )


def payer_results(names: Sequence[str], present: Lines) -> tuple[PayerResult, ...]:
    """Bands and chances of present values ``(payer row, draw)``, one result a row."""
    nets = {basis: economics.net(present, basis) for basis in BASES}
    net_bands = {basis: bands(values) for basis, values in nets.items()}
    columns = zip(
        names,
        bands(present.cashable),
        bands(present.marginal),
        bands(present.induced),
        bands(present.programme),
        strict=True,
    )
    return tuple(
        PayerResult(
            payer=name,
            cashable=cashable,
            marginal=marginal,
            induced=induced,
            programme=programme,
            net={basis: net_bands[basis][row] for basis in BASES},
            chance={basis: chance(nets[basis][row] > 0) for basis in BASES},
        )
        for row, (name, cashable, marginal, induced, programme) in enumerate(columns)
    )


def _ratios(study: Study, scenario: Scenario, present: Lines, year: int) -> RatioResult:
    served = people_served(study, scenario.name, year)
    programme = present.programme[-1]
    # What the programme avoids on each basis is its net before programme cost.
    avoided = {basis: economics.net(present, basis)[-1] + programme for basis in BASES}
    cost = None
    if ratio_rule(study, scenario).allowed:
        contacts = contacts_avoided(study, scenario.name, year)
        cost = economics.cost_per_unit_avoided(programme, contacts)
    return RatioResult(
        cost_per_contact=cost,
        break_even_cost_per_person={
            basis: band(economics.break_even_cost_per_person(values, served))
            for basis, values in avoided.items()
        },
        break_even_effect={
            basis: band(economics.break_even_effect_share(values, programme))
            for basis, values in avoided.items()
        },
    )


def _nets(
    study: Study, lines: Lines, year: int, at: tuple[float, Discounting]
) -> Mapping[Basis, Band]:
    rate, terms = at
    discounting = Discounting(rate=rate, base=terms.base, timing=terms.timing)
    total = Lines(
        lines.cashable[-1:], lines.marginal[-1:], lines.induced[-1:], lines.programme[-1:]
    )
    present = present_lines(total, study.time, year, discounting)
    return {basis: band(economics.net(present, basis)[0]) for basis in BASES}


def _drivers(
    study: Study, scenario: Scenario, lines: Lines, terms: Discounting
) -> Mapping[str, Drivers]:
    year = study.manifest.policy_start + HORIZONS[-1]
    present = present_lines(lines, study.time, year, terms)
    set_by_it = {
        name
        for name in (str(column) for column in study.draws.columns)
        if name in scenario.settings or name.split("[")[0] in scenario.settings
    }
    inputs = study.ranked_inputs.without(set_by_it)
    outcomes: dict[str, Array] = {
        "contacts avoided": contacts_avoided(study, scenario.name, year),
        "net, cashable": economics.net(present, "cashable")[-1],
        "net, marginal": economics.net(present, "marginal")[-1],
    }
    return {
        label: rank_drivers(inputs, values, f"{label}, {HORIZONS[-1]} years")
        for label, values in outcomes.items()
    }
