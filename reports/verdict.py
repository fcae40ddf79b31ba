"""Rules that turn bands into sentences: fewer, more or no different; cash, capacity or neither.

A null or harmful result reads as such. Need met (more people reporting a sexual assault) is
neither harm nor avoided demand. Every sentence is whole in the catalogue, so that each language
has its own grammar.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from ..scenarios.headline import BreakEven, DemandResult, PayerResult
from ..scenarios.uncertainty import Band, Chance
from .phrases import Phrases
from .wording import chance_text, listed, parts, ranged, scale_of, unit_of

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
LIKELY = 0.66
"""The floor of “likely” in words."""

_BOTTOM_LINES = {
    ("more", False, ""): "More police contacts",
    ("more", False, "probably"): "Probably more police contacts",
    ("more", False, "perhaps"): "Perhaps more police contacts",
    ("more", True, ""): "Slightly more police contacts",
    ("more", True, "probably"): "Probably slightly more police contacts",
    ("more", True, "perhaps"): "Perhaps slightly more police contacts",
    ("fewer", False, ""): "Fewer police contacts",
    ("fewer", False, "probably"): "Probably fewer police contacts",
    ("fewer", False, "perhaps"): "Perhaps fewer police contacts",
    ("fewer", True, ""): "Slightly fewer police contacts",
    ("fewer", True, "probably"): "Probably slightly fewer police contacts",
    ("fewer", True, "perhaps"): "Perhaps slightly fewer police contacts",
}
_CHANGES = {
    (
        "raises",
        "",
    ): "It raises police contacts over {years} years by {change}{share}.",
    (
        "raises",
        "probably",
    ): "It probably raises police contacts over {years} years by {change}{share}.",
    (
        "raises",
        "perhaps",
    ): "It may raise police contacts over {years} years by {change}{share}.",
    (
        "lowers",
        "",
    ): "It lowers police contacts over {years} years by {change}{share}.",
    (
        "lowers",
        "probably",
    ): "It probably lowers police contacts over {years} years by {change}{share}.",
    (
        "lowers",
        "perhaps",
    ): "It may lower police contacts over {years} years by {change}{share}.",
}
SENTENCES = (*_BOTTOM_LINES.values(), *_CHANGES.values())
"""Sentences chosen by rule, for those who check the catalogue."""


def bottom_line(phrases: Phrases, demand: DemandResult, everyone: PayerResult, share: float) -> str:
    """Demand, then money on the cashable base, in one short sentence. ``share`` is the part of
    all contacts that is avoided, in the middle estimate."""
    first = phrases.say(_demand_line(demand, abs(share) < SLIGHT))
    net = everyone.net["cashable"]
    if net.q10 == net.q90 == 0:
        return phrases.say("{demand}, at no cost.", demand=first)
    if net.q90 <= 0:
        return phrases.say("{demand}, at a net cost.", demand=first)
    if net.q10 >= 0:
        return phrases.say("{demand}, and a net benefit in cash.", demand=first)
    return phrases.say("{demand}; in cash either a net cost or a net benefit.", demand=first)


def _demand_line(demand: DemandResult, slight: bool) -> str:
    way, fall = sign(demand.contacts), demand.chance_fewer_contacts.value
    if way == "none":
        return "No difference to police contacts"
    if way == "unclear":
        return "No clear difference to police contacts"
    if way == "negative":
        sure = _sureness(demand.contacts.q90 <= -LEAST, fall <= 1 - LIKELY)
        return _BOTTOM_LINES["more", slight, sure]
    return _BOTTOM_LINES["fewer", slight, _sureness(demand.contacts.q10 >= LEAST, fall >= LIKELY)]


def _sureness(clear: bool, likely: bool) -> str:
    return "" if clear else "probably" if likely else "perhaps"


def contacts_sentence(phrases: Phrases, demand: DemandResult, years: int, share: str = "") -> str:
    """What happens to police contacts, need met left out. ``probably`` and ``may`` stand where
    the 80 % interval reaches zero. ``share`` says how much of all contacts that is."""
    avoided, way = demand.contacts, sign(demand.contacts)
    if way == "none":
        return phrases.say(
            "It makes no difference to police contacts that this model can see over {years} years.",
            years=years,
        )
    odds = phrases.say(
        "The chance of any fall is {chance}.",
        chance=chance_text(phrases, demand.chance_fewer_contacts),
    )
    if way == "unclear":
        told = phrases.say(
            "It may lower or raise police contacts over {years} years: {change} avoided, a minus "
            "meaning more.",
            years=years,
            change=counted(phrases, avoided, phrases.name("contacts")),
        )
        return f"{told} {odds}"
    fall = demand.chance_fewer_contacts.value
    if way == "negative":
        verb, shown = "raises", flipped(avoided)
        sure = _sureness(avoided.q90 <= -LEAST, fall <= 1 - LIKELY)
    else:
        verb, shown = "lowers", avoided
        sure = _sureness(avoided.q10 >= LEAST, fall >= LIKELY)
    told = phrases.say(
        _CHANGES[verb, sure], years=years, change=counted(phrases, shown, ""), share=share
    )
    return f"{told} {odds}"


def need_met_sentence(phrases: Phrases, demand: DemandResult, years: int) -> str:
    """What happens to reports of sexual assault, or nothing when nothing does."""
    reports, way = demand.need_met_reports, sign(demand.need_met_reports)
    if way == "none":
        return ""
    if way == "negative":
        return phrases.say(
            "Over {years} years {change} fewer people report a sexual assault to police. "
            "Prevention and discouragement would both show so; it is not counted as avoided "
            "demand.",
            years=years,
            change=counted(phrases, flipped(reports), ""),
        )
    if way == "unclear":
        return phrases.say(
            "Reports of sexual assault to police change by {change} over {years} years; a rise "
            "would be need met, neither harm nor avoided demand.",
            change=counted(phrases, reports, ""),
            years=years,
        )
    told = phrases.say(
        "Over {years} years {change} report a sexual assault to police. That is need met: neither "
        "harm nor avoided demand.",
        years=years,
        change=counted(phrases, reports, phrases.say("more people")),
    )
    hours = demand.induced_use.get("police")
    if hours is None or hours.q90 < LEAST:
        return told
    time = phrases.say(
        "Induced police time, {hours}, is shown on its own line.",
        hours=counted(phrases, hours, phrases.name("officer-hours")),
    )
    return f"{told} {time}"


def diverted_sentence(phrases: Phrases, demand: DemandResult, years: int) -> str:
    """What crisis workers take over from police, or nothing when that hardly changes."""
    if sign(demand.diverted_calls) != "positive":
        return ""
    return phrases.say(
        "Over {years} years crisis workers take {change} in place of police. The need is met "
        "elsewhere: no contact avoided, and no harm.",
        years=years,
        change=counted(phrases, demand.diverted_calls, phrases.say("more calls")),
    )


def cash_sentence(phrases: Phrases, everyone: PayerResult, any_cash: Chance, years: int) -> str:
    """Whether any budget line gives money back."""
    cash = everyone.cashable
    if any_cash.value <= 0:
        return phrases.say(
            "Capacity, not cash. In none of {draws} draws does a budget line give anything back "
            "within {years} years.",
            draws=any_cash.draws,
            years=years,
        )
    if cash.q10 > 0:
        return phrases.say(
            "Partly cash: budget lines give back {sum} within {years} years.",
            sum=sum_of(phrases, cash),
            years=years,
        )
    return phrases.say(
        "Mostly capacity. The chance that any budget line gives money back within {years} years "
        "is {chance}; the middle estimate is {sum}.",
        years=years,
        chance=chance_text(phrases, any_cash),
        sum=sum_of(phrases, cash),
    )


def capacity_sentence(phrases: Phrases, capacity: Mapping[str, Band], years: int) -> str:
    """Capacity released or taken, in native units; never in dollars."""
    released = [
        counted(phrases, band, unit_of(phrases, name))
        for name, band in capacity.items()
        if sign(band) == "positive" and band.q50 >= LEAST
    ]
    taken = [
        counted(phrases, flipped(band), unit_of(phrases, name))
        for name, band in capacity.items()
        if sign(band) == "negative" and band.q50 <= -LEAST
    ]
    sentences = []
    if released:
        sentences.append(
            phrases.say(
                "It releases capacity equivalent to {released} over {years} years.",
                released=listed(phrases, released),
                years=years,
            )
        )
    if taken:
        sentences.append(phrases.say("It takes up {taken} more.", taken=listed(phrases, taken)))
    if not sentences:
        return phrases.say("No service's capacity changes clearly over {years} years.", years=years)
    return " ".join(sentences)


def net_sentence(phrases: Phrases, everyone: PayerResult, years: int) -> str:
    """Net to all payers on the cashable base, then on the marginal one."""
    return phrases.say(
        "Over {years} years, counting cash only, {cash} to all payers together. Counting all "
        "marginal cost avoided instead, {margin}.",
        years=years,
        cash=_net(phrases, everyone.net["cashable"]),
        margin=_net(phrases, everyone.net["marginal"]),
    )


def _net(phrases: Phrases, band: Band) -> str:
    if band.q10 == band.q90 == 0:
        return phrases.say("the net is zero")
    if band.q90 <= 0:
        return phrases.say("it is a net cost of {sum}", sum=sum_of(phrases, flipped(band)))
    if band.q10 >= 0:
        return phrases.say("it is a net benefit of {sum}", sum=sum_of(phrases, band))
    return phrases.say(
        "the net may be either a benefit or a cost: {sum}", sum=sum_of(phrases, band)
    )


def break_even_sentences(phrases: Phrases, cash: BreakEven, margin: BreakEven) -> str:
    """Both bases, said once when neither ever breaks even."""
    if cash.never.value >= 1 and margin.never.value >= 1:
        return phrases.say(
            "Never within what is simulated. Whether counting cash only or all marginal cost, the "
            "running net is still below zero in {year} in all {draws} draws.",
            year=cash.last_year,
            draws=cash.never.draws,
        )
    return f"{break_even_sentence(phrases, cash)} {break_even_sentence(phrases, margin)}"


def break_even_sentence(phrases: Phrases, found: BreakEven) -> str:
    """When the running net stays at or above zero, and how likely it is that it never does."""
    base = phrases.say(
        "counting cash only" if found.basis == "cashable" else "counting all marginal cost"
    )
    if found.never.value >= 1:
        return phrases.say(
            "Never within what is simulated: {base}, the running net is still below zero in "
            "{year} in all {draws} draws.",
            base=base,
            year=found.last_year,
            draws=found.never.draws,
        )
    middle, low, high = (f"{at:.0f}" for at in (found.year.q50, found.year.q10, found.year.q90))
    span = middle if low == high else ranged(phrases, middle, (low, high))
    return phrases.say(
        "Where it does, {base}, in {span}. That it never does by {year} is {chance}.",
        base=base,
        span=span,
        year=found.last_year,
        chance=chance_text(phrases, found.never),
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


def counted(phrases: Phrases, band: Band, noun: str) -> str:
    """``19 contacts (9 to 40)``, in whole things."""
    middle, low, high = parts(phrases, band, least=1.0)
    text = f"{middle} {noun}".rstrip()
    return text if low == middle == high else ranged(phrases, text, (low, high))


def sum_of(phrases: Phrases, band: Band) -> str:
    """``26 million CAD (21 to 33)``, the brackets in the same unit."""
    if band.draws == 0:
        return phrases.say("no amount")
    scale = scale_of(max(abs(band.q10), abs(band.q50), abs(band.q90)))
    middle, low, high = parts(phrases, band, scale, 1.0 if scale == 1.0 else 0.0)
    unit = {1e6: "{number}~million CAD", 1e3: "{number}~thousand CAD", 1.0: "{number}~CAD"}[scale]
    text = phrases.say(unit, number=middle)
    return text if low == middle == high else ranged(phrases, text, (low, high))


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
