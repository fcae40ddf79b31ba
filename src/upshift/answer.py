"""The ten lines that end ``upshift run``: one option's answer, how others compare, the report."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from .reports import wording
from .reports.facts import Facts
from .reports.phrases import ENGLISH, GAP, MINUS
from .scenarios.headline import ALL_PAYERS, REGION_TOTAL, Headline, HorizonResult
from .scenarios.store import Study

YEARS = 10
CAPACITY = ("police", "emergency department")
OUTCOME = "net, cashable"


def ten_lines(facts: Facts, report: Path) -> tuple[str, ...]:
    """Ten lines of plain text about the report's decision; present values at the headlines' rate.

    ``report`` is named in the last one.
    """
    study, lead = facts.study, facts.focus
    result = lead.horizon(YEARS)
    lines = (
        f"{_head(study)}, {100 * lead.rate:g} % a year.",
        _line_about(study, lead, result),
        _line("Demand", _demand(result)),
        _line("Capacity", _capacity(study, result)),
        _line("Cost", _cost(result)),
        _line("Whose", _whose(result)),
        _line("Chance", _chance(lead, result)),
        _line("Driven by", _drivers(lead)),
        _compared(facts.headlines),
        f"Report: {report}",
    )
    return tuple(_plain(line) for line in lines)


def no_answer(study: Study) -> tuple[str, ...]:
    """Two lines about a study of comparators alone."""
    return (
        f"{_head(study)}; only comparators, so there is nothing to compare and no report.",
        f"Results: {study.directory}",
    )


def _head(study: Study) -> str:
    calibrated = (
        "Calibrated to police calls and homelessness, programme effects from elsewhere. "
        if study.manifest.calibrated
        else "Uncalibrated: not for funding decisions. "
    )
    count = f"{len(study.scenarios)} scenarios x {study.manifest.draws} draws"
    return f"{calibrated}{count}, real {study.manifest.price_year} dollars"


def _line_about(study: Study, lead: Headline, result: HorizonResult) -> str:
    comparator = study.scenario(lead.compare_with).title.lower()
    return (
        f"{lead.title}, {wording.amount(ENGLISH, lead.amount)} a year on top of "
        f"{comparator}; "
        f"by {result.year}, median and 80 % interval:"
    )


def _line(label: str, text: str) -> str:
    return f"  {label:<10}{text}"


def _plain(line: str) -> str:
    """Without the typography of a page: a terminal may not have the characters."""
    return line.replace(GAP, " ").replace(MINUS, "-").replace("80 % interval ", "80 %: ")


def _demand(result: HorizonResult) -> str:
    demand = result.demand
    return (
        f"{wording.count(ENGLISH, demand.contacts, 'police contacts avoided')}; "
        f"a fall is {wording.chance_text(ENGLISH, demand.chance_fewer_contacts)}"
    )


def _capacity(study: Study, result: HorizonResult) -> str:
    released = [
        f"{wording.spread(ENGLISH, result.demand.capacity[service], least=1.0)} "
        f"{wording.unit_of(ENGLISH, service)}"
        for service in CAPACITY
        if service in study.elements("service")
    ]
    return f"equivalent to {wording.listed(ENGLISH, released)}; no money by itself"


def _cost(result: HorizonResult) -> str:
    total = result.payer(ALL_PAYERS)
    return (
        f"programmes {wording.money(ENGLISH, total.programme)}; marginal cost avoided "
        f"{wording.money(ENGLISH, total.marginal)}; cashable of it "
        f"{wording.money(ENGLISH, total.cashable)}"
    )


def _whose(result: HorizonResult) -> str:
    region = result.payer(REGION_TOTAL)
    others = [p for p in result.payers if p.payer not in (REGION_TOTAL, ALL_PAYERS)]
    others = [p for p in others if not p.payer.startswith("region ")]
    most = max(others, key=lambda payer: payer.marginal.q50)
    return (
        f"the Region, marginal {wording.money(ENGLISH, region.marginal)}, cashable "
        f"{wording.money(ENGLISH, region.cashable)}; outside it most for {most.payer}"
    )


def _chance(lead: Headline, result: HorizonResult) -> str:
    net = result.payer(ALL_PAYERS).chance["cashable"]
    even = lead.break_even["cashable"]
    return (
        f"a cashable net benefit is {wording.chance_text(ENGLISH, net)}; "
        f"no break-even by {even.last_year} is {wording.chance_text(ENGLISH, even.never)}"
    )


def _drivers(lead: Headline) -> str:
    drivers = lead.drivers[OUTCOME]
    found = [driver for driver in drivers.ranked[:3] if not driver.within_noise]
    if not found:
        return "no single input stands out of the noise of so few draws"
    return (
        wording.listed(ENGLISH, [f"{d.input} ({d.correlation:+.2f})" for d in found])
        + ", rank correlation"
    )


def _compared(found: Sequence[Headline]) -> str:
    def most(key: Callable[[Headline], float]) -> str:
        return max(found, key=key).title

    fewer = most(lambda headline: headline.horizon(YEARS).demand.contacts.q50)
    chance = most(_chance_of_net)
    count = f"Of {len(found)} options" if len(found) > 1 else "Of one option"
    if max(map(_chance_of_net, found)) <= 0:
        return f"{count}, most contacts avoided: {fewer}; a cashable net benefit in any draw: none"
    return f"{count}, most contacts avoided: {fewer}; best chance of a cashable net: {chance}"


def _chance_of_net(headline: Headline) -> float:
    return headline.horizon(YEARS).payer(ALL_PAYERS).chance["cashable"].value
