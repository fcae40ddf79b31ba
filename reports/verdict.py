"""Rules that turn bands into sentences: fewer, more or no different; cash, capacity or neither.

A null or harmful result reads as such. Need met (more people reporting a sexual assault) is
neither harm nor avoided demand.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from ..scenarios.headline import BreakEven, DemandResult, PayerResult
from ..scenarios.uncertainty import Band, Chance
from .wording import GAP, capital, chance_text, listed, parts, unit_of

Sign = Literal["none", "positive", "negative", "unclear"]


LEAST = 0.5
"""Changes of less than half a contact, person or unit are read as none."""


def sign(change: Band, least: float = LEAST) -> Sign:
    """What a band says: ``none`` when the whole 80 % interval is within ``least`` of zero,
    ``unclear`` when it has both signs beyond that, else positive or negative."""
    if max(abs(change.q10), abs(change.q90)) < least:
        return "none"
    if change.q10 <= -least and change.q90 >= least:
        return "unclear"
    return "positive" if change.q90 >= least else "negative"


SLIGHT = 0.01
"""A smaller share of all contacts is called slight."""


def bottom_line(demand: DemandResult, everyone: PayerResult, share: float) -> str:
    """Demand, then money on the cashable base, in one short sentence. ``share`` is the part of
    all contacts that is avoided, in the middle estimate."""
    little = "slightly " if abs(share) < SLIGHT else ""
    way, fall = sign(demand.contacts), demand.chance_fewer_contacts.value
    if way == "none":
        first = "No difference to police contacts"
    elif way == "unclear":
        first = "No clear difference to police contacts"
    elif way == "negative":
        first = f"{little}more police contacts"
        if demand.contacts.q90 > -LEAST:
            first = f"{'probably' if fall <= 1 - LIKELY else 'perhaps'} {first}"
    else:
        first = f"{little}fewer police contacts"
        if demand.contacts.q10 < LEAST:
            first = f"{'probably' if fall >= LIKELY else 'perhaps'} {first}"
    first = capital(first)
    net = everyone.net["cashable"]
    if net.q10 == net.q90 == 0:
        return f"{first}, at no cost."
    if net.q90 <= 0:
        return f"{first}, at a net cost."
    if net.q10 >= 0:
        return f"{first}, and a net benefit in cash."
    return f"{first}; in cash either a net cost or a net benefit."


def contacts_sentence(demand: DemandResult, years: int, share: str = "") -> str:
    """What happens to police contacts, need met left out. ``probably`` and ``may`` stand where
    the 80 % interval reaches zero. ``share`` says how much of all contacts that is."""
    avoided, way = demand.contacts, sign(demand.contacts)
    when = f"over {years} years"
    odds = f"The chance of any fall is {chance_text(demand.chance_fewer_contacts)}."
    if way == "none":
        return f"It makes no difference to police contacts that this model can see {when}."
    if way == "unclear":
        return (
            f"It may lower or raise police contacts {when}: {counted(avoided, 'contacts')} "
            f"avoided, a minus meaning more. {odds}"
        )
    fall = demand.chance_fewer_contacts.value
    if way == "negative":
        verb = _verb(avoided.q90 <= -LEAST, fall <= 1 - LIKELY, "raises")
        return f"It {verb} police contacts {when} by {counted(flipped(avoided), '')}{share}. {odds}"
    verb = _verb(avoided.q10 >= LEAST, fall >= LIKELY, "lowers")
    return f"It {verb} police contacts {when} by {counted(avoided, '')}{share}. {odds}"


LIKELY = 0.66
"""The floor of “likely” in words."""


def _verb(clear: bool, likely: bool, verb: str) -> str:
    if clear:
        return verb
    return f"probably {verb}" if likely else f"may {verb.removesuffix('s')}"


def need_met_sentence(demand: DemandResult, years: int) -> str:
    """What happens to reports of sexual assault, or nothing when nothing does."""
    reports, way = demand.need_met_reports, sign(demand.need_met_reports)
    if way == "none":
        return ""
    if way == "negative":
        return (
            f"Over {years} years {counted(flipped(reports), 'fewer people')} report a sexual "
            "assault to police. Prevention and discouragement would both show so; it is not "
            "counted as avoided demand."
        )
    if way == "unclear":
        return (
            f"Reports of sexual assault to police change by {counted(reports, '')} over {years} "
            "years; a rise would be need met, neither harm nor avoided demand."
        )
    hours = demand.induced_use.get("police")
    time = ""
    if hours is not None and hours.q90 >= 0.5:
        time = f" Induced police time, {counted(hours, 'officer-hours')}, is shown on its own line."
    return (
        f"Over {years} years {counted(reports, 'more people')} report a sexual assault to police. "
        f"That is need met: neither harm nor avoided demand.{time}"
    )


def diverted_sentence(demand: DemandResult, years: int) -> str:
    """What crisis workers take over from police, or nothing when that hardly changes."""
    if sign(demand.diverted_calls) != "positive":
        return ""
    return (
        f"Over {years} years crisis workers take {counted(demand.diverted_calls, 'more calls')} in "
        "place of police. The need is met elsewhere: no contact avoided, and no harm."
    )


def cash_sentence(everyone: PayerResult, any_cash: Chance, years: int) -> str:
    """Whether any budget line gives money back."""
    cash = everyone.cashable
    if any_cash.value <= 0:
        return (
            f"Capacity, not cash. In none of {any_cash.draws} draws does a budget line give "
            f"anything back within {years} years."
        )
    if cash.q10 > 0:
        return f"Partly cash: budget lines give back {sum_of(cash)} within {years} years."
    return (
        f"Mostly capacity. The chance that any budget line gives money back within {years} years "
        f"is {chance_text(any_cash)}; the middle estimate is {sum_of(cash)}."
    )


def capacity_sentence(capacity: Mapping[str, Band], years: int) -> str:
    """Capacity released or taken, in native units; never in dollars."""
    released = [
        f"{counted(band, unit_of(name))}"
        for name, band in capacity.items()
        if sign(band) == "positive" and band.q50 >= 0.5
    ]
    taken = [
        f"{counted(flipped(band), unit_of(name))}"
        for name, band in capacity.items()
        if sign(band) == "negative" and band.q50 <= -0.5
    ]
    sentences = []
    if released:
        sentences.append(
            f"It releases capacity equivalent to {listed(released)} over {years} years."
        )
    if taken:
        sentences.append(f"It takes up {listed(taken)} more.")
    if not sentences:
        return f"No service's capacity changes clearly over {years} years."
    return " ".join(sentences)


def net_sentence(everyone: PayerResult, years: int) -> str:
    """Net to all payers on the cashable base, then on the marginal one."""
    cash, margin = everyone.net["cashable"], everyone.net["marginal"]
    return (
        f"Over {years} years, counting cash only, {_net(cash)} to all payers together. Counting "
        f"all marginal cost avoided instead, {_net(margin)}."
    )


def _net(band: Band) -> str:
    if band.q10 == band.q90 == 0:
        return "the net is zero"
    if band.q90 <= 0:
        return f"it is a net cost of {sum_of(flipped(band))}"
    if band.q10 >= 0:
        return f"it is a net benefit of {sum_of(band)}"
    return f"the net may be either a benefit or a cost: {sum_of(band)}"


def break_even_sentences(cash: BreakEven, margin: BreakEven) -> str:
    """Both bases, said once when neither ever breaks even."""
    if cash.never.value >= 1 and margin.never.value >= 1:
        return (
            "Never within what is simulated. Whether counting cash only or all marginal cost, the "
            f"running net is still below zero in {cash.last_year} in all {cash.never.draws} draws."
        )
    return f"{break_even_sentence(cash)} {break_even_sentence(margin)}"


def break_even_sentence(found: BreakEven) -> str:
    """When the running net stays at or above zero, and how likely it is that it never does."""
    never, last = found.never, found.last_year
    base = "counting cash only" if found.basis == "cashable" else "counting all marginal cost"
    if never.value >= 1:
        return (
            f"Never within what is simulated: {base}, the running net is still below zero in "
            f"{last} in all {never.draws} draws."
        )
    span = f"{found.year.q50:.0f}"
    if f"{found.year.q10:.0f}" != f"{found.year.q90:.0f}":
        span += f" ({found.year.q10:.0f} to {found.year.q90:.0f})"
    return (
        f"Where it does, {base}, in {span}. That it never does by {last} is {chance_text(never)}."
    )


def flipped(band: Band) -> Band:
    """The band of the quantity with its sign turned."""
    return Band(
        mean=-band.mean,
        q025=-band.q975,
        q10=-band.q90,
        q50=-band.q50,
        q90=-band.q10,
        q975=-band.q025,
        error=band.error,
        mean_error=band.mean_error,
        draws=band.draws,
    )


def counted(band: Band, noun: str) -> str:
    """``19 contacts (9 to 40)``, in whole things."""
    middle, low, high = parts(band, least=1.0)
    text = f"{middle} {noun}".rstrip()
    return text if low == middle == high else f"{text} ({low} to {high})"


def sum_of(band: Band) -> str:
    """``26 million CAD (21 to 33)``, the brackets in the same unit."""
    if band.draws == 0:
        return "no amount"
    largest = max(abs(band.q10), abs(band.q50), abs(band.q90))
    scale, word = (1e6, "million ") if largest >= 1e6 else (1e3, "thousand ")
    if largest < 1e3:
        scale, word = 1.0, ""
    middle, low, high = parts(band, scale, 1.0 if scale == 1.0 else 0.0)
    text = f"{middle}{GAP}{word}CAD"
    return text if low == middle == high else f"{text} ({low} to {high})"


def scaled(band: Band, factor: float) -> Band:
    """The band of the quantity times a positive ``factor``, for another unit."""
    return Band(
        mean=band.mean * factor,
        q025=band.q025 * factor,
        q10=band.q10 * factor,
        q50=band.q50 * factor,
        q90=band.q90 * factor,
        q975=band.q975 * factor,
        error=band.error * factor,
        mean_error=band.mean_error * factor,
        draws=band.draws,
    )
