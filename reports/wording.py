"""Numbers and probabilities as a reader meets them: rounded as their interval deserves."""

from __future__ import annotations

import re
from math import floor, isfinite, log10

from ..scenarios.uncertainty import Band, Chance, likelihood_words
from .phrases import ENGLISH, GAP, MINUS, Language, Phrases

AVOIDED_WORDS: dict[Language, tuple[str, ...]] = {
    "en": (r"\bsaves\b", r"\bpays? for itself\b", r"\bevery dollar returns\b"),
    "fr": (
        r"\bfai(?:t|re|sant) économiser\b",
        r"\béconomise(?:nt|r)?\b",
        r"\bs['\u2019]autofinance(?:nt|r)?\b",
        r"\bse (?:paie|paye|rentabilise)(?:nt)?\b",
        r"\bchaque dollar (?:investi )?rapporte\b",
    ),
}
"""Patterns that no report may contain: they claim more than a cashable line supports."""

NATIVE_UNITS = {
    "police": "officer-hours",
    "paramedics": "paramedic responses",
    "emergency department": "emergency visits",
    "hospital bed": "bed-days",
    "shelter": "shelter nights",
    "courts and custody": "custody-days",
}
"""The unit in which a service's capacity is counted."""


def unit_of(phrases: Phrases, service: str) -> str:
    """The native unit of a service, or ``units`` for one that is not listed."""
    return phrases.name(NATIVE_UNITS.get(service, "units"))


def rounding_step(low: float, high: float, least: float = 0.0) -> float:
    """The power of ten to which an interval and its middle are rounded: a tenth of the leading
    digit of its width, never below ``least``. An interval without width keeps three figures."""
    width = abs(high - low)
    size = width if width > 0 else max(abs(low), abs(high)) / 10
    if not isfinite(size) or size <= 0:
        return least or 1.0
    return float(max(10.0 ** (floor(log10(size)) - 1), least))


def number(phrases: Phrases, value: float, step: float) -> str:
    """``value`` rounded to ``step`` (a power of ten), digits in groups of three: ``1,234.5`` in
    English, ``1 234,5`` in French."""
    if not isfinite(value):
        return phrases.say("none")
    rounded = round(value / step) * step
    places = max(0, -floor(log10(step) + 1e-9))
    text = phrases.figures(f"{abs(rounded):,.{places}f}")
    return f"{MINUS}{text}" if rounded < 0 and not _is_zero(text) else text


def figures(phrases: Phrases, value: float, spec: str) -> str:
    """``value`` by a format of Python's (``,.4g``), with this language's marks."""
    return phrases.figures(format(value, spec))


def parts(
    phrases: Phrases, band: Band, scale: float = 1.0, least: float = 0.0
) -> tuple[str, str, str]:
    """Median and both ends of the 80 % interval as text, rounded alike, in units of ``scale``."""
    low, middle, high = band.q10 / scale, band.q50 / scale, band.q90 / scale
    step = rounding_step(low, high, least)
    texts = (
        number(phrases, middle, step),
        number(phrases, low, step),
        number(phrases, high, step),
    )
    return ("0", "0", "0") if all(_is_zero(text) for text in texts) else texts


def _is_zero(text: str) -> bool:
    return not any(digit in text for digit in "123456789") and text[:1].isdigit()


def ranged(phrases: Phrases, middle: str, ends: tuple[str, str]) -> str:
    """``19 (9 to 40)``; one number when all three are the same."""
    low, high = ends
    if low == middle == high:
        return middle
    return phrases.say("{middle} ({low} to {high})", middle=middle, low=low, high=high)


def spread(phrases: Phrases, band: Band, scale: float = 1.0, least: float = 0.0) -> str:
    """``19 (9 to 40)``; one number when all three round to the same."""
    if band.draws == 0:
        return phrases.say("none")
    middle, low, high = parts(phrases, band, scale, least)
    return ranged(phrases, middle, (low, high))


def count(phrases: Phrases, band: Band, noun: str) -> str:
    """``19 police contacts (80 % interval 9 to 40)``, in whole things; ``noun`` is worded."""
    middle, low, high = parts(phrases, band, least=1.0)
    if low == middle == high:
        return f"{middle} {noun}"
    interval = phrases.say("80 % interval {low} to {high}", low=low, high=high)
    return f"{middle} {noun} ({interval})"


def money(phrases: Phrases, band: Band) -> str:
    """``26 million CAD (80 % interval 21 to 33 million)``."""
    if band.draws == 0:
        return phrases.say("no amount")
    largest = max(abs(band.q10), abs(band.q50), abs(band.q90))
    scale = scale_of(largest)
    middle, low, high = parts(phrases, band, scale, least=1.0 if scale == 1.0 else 0.0)
    if low == middle == high:
        return f"{in_scale(phrases, middle, scale)} CAD"
    high = in_scale(phrases, high, scale)
    interval = phrases.say("80 % interval {low} to {high}", low=low, high=high)
    return f"{in_scale(phrases, middle, scale)} CAD ({interval})"


def scale_of(largest: float) -> float:
    """A million, a thousand or one, by the largest of a few sums of money."""
    return 1e6 if largest >= 1e6 else 1e3 if largest >= 1e3 else 1.0


def in_scale(phrases: Phrases, text: str, scale: float) -> str:
    """A number with its scale in words: ``26 million``."""
    if scale == 1.0:
        return text
    return phrases.say("{number}~million" if scale == 1e6 else "{number}~thousand", number=text)


def amount(phrases: Phrases, value: float) -> str:
    """A known sum of money: ``2.1 million CAD``, ``300,000 CAD``."""
    text = bare_amount(phrases, value)
    if abs(value) >= 1e6:
        return phrases.say("{millions} CAD", millions=text)
    return phrases.say("{number} CAD", number=text)


def bare_amount(phrases: Phrases, value: float) -> str:
    """A known sum of money without its unit: ``2.1 million``, ``300,000``."""
    if abs(value) >= 1e6:
        text = phrases.figures(f"{value / 1e6:,.2f}".rstrip("0").rstrip("."))
        return in_scale(phrases, text, 1e6)
    return number(phrases, value, 1.0)


def percent(phrases: Phrases, share: float) -> str:
    """A share as a whole percentage; below one percent with one or two figures."""
    value = 100 * share
    if 0 < abs(value) < 0.005:
        return phrases.say("under {number} %", number=phrases.figures("0.01"))
    places = 0 if abs(value) >= 1 or value == 0 else 1 if abs(value) >= 0.1 else 2
    text = f"{phrases.figures(f'{abs(value):.{places}f}')}{GAP}%"
    return f"{MINUS}{text}" if value < 0 else text


def rate_text(phrases: Phrases, rate: float) -> str:
    """A yearly rate: ``1.5 %``."""
    return f"{phrases.figures(f'{100 * rate:g}')}{GAP}%"


def chance_text(phrases: Phrases, chance: Chance) -> str:
    """A probability in words and numbers: ``likely (72 %)``.

    A share of none or all of the draws is not certainty: its words come from the 95 % bound by the
    rule of three (Hanley and Lippman-Hand, JAMA 249 (1983) 1743-1745), and the count is given.
    """
    if chance.draws == 0:
        return phrases.say("not known (no draws)")
    reach = min(3 / chance.draws, 1.0)
    if chance.value <= 0:
        return phrases.say(
            "{words} (0 %: in none of {draws} draws)",
            words=phrases.name(likelihood_words(reach)),
            draws=chance.draws,
        )
    if chance.value >= 1:
        return phrases.say(
            "{words} (100 %: in all {draws} draws)",
            words=phrases.name(likelihood_words(1 - reach)),
            draws=chance.draws,
        )
    shown = f"{100 * chance.value:.0f}"
    if shown == "0":
        shown = phrases.say("under {number}", number="1")
    elif shown == "100":
        shown = phrases.say("over {number}", number="99")
    return f"{phrases.name(chance.words)} ({shown}{GAP}%)"


def chance_cell(phrases: Phrases, chance: Chance) -> str:
    """A probability for a table: ``72 % (likely)``."""
    text = chance_text(phrases, chance)
    if chance.draws == 0:
        return text
    words, figure = text.removesuffix(")").split(" (", maxsplit=1)
    return f"{figure.split(':')[0].rstrip()} ({words})"


def year_text(phrases: Phrases, band: Band) -> str:
    """``2033 (2031 to 2037)``, or ``none`` when no draw has a year."""
    if band.draws == 0:
        return phrases.say("none")
    middle, low, high = (f"{value:.0f}" for value in (band.q50, band.q10, band.q90))
    return ranged(phrases, middle, (low, high))


def input_words(phrases: Phrases, column: str) -> str:
    """An input's name for a sentence: ``effect on custody (homelessness)``."""
    name, bracket, rest = column.partition("[")
    if not bracket:
        return phrases.name(name)
    elements = ", ".join(phrases.name(part) for part in rest.removesuffix("]").split(", "))
    return f"{phrases.name(name)} ({elements})"


def listed(phrases: Phrases, items: list[str]) -> str:
    """``a, b and c``."""
    if len(items) < 2:
        return "".join(items)
    return phrases.say("{items} and {last}", items=", ".join(items[:-1]), last=items[-1])


def capital(text: str) -> str:
    """The text with its first letter as a capital, the rest as it is."""
    return text[:1].upper() + text[1:]


def payer_title(phrases: Phrases, name: str) -> str:
    """A payer as tables print it: the police service is part of the Region."""
    special = {
        "Region total": "Region (total)",
        "region police": "of which police service",
        "region other": "of which other Region services",
        "province health": "Province: health",
        "province justice": "Province: justice",
        "all payers": "All payers",
    }
    return phrases.say(special[name]) if name in special else capital(phrases.name(name))


def payer_words(phrases: Phrases, name: str) -> str:
    """A payer inside a sentence."""
    special = {
        "Region total": "the Region",
        "region police": "the Region's police",
        "region other": "other Region services",
        "province health": "provincial health",
        "province justice": "provincial justice",
        "federal": "the federal government",
    }
    return phrases.say(special[name]) if name in special else phrases.name(name)


def unbroken(text: str) -> str:
    """The text with every percent sign held to its number."""
    return text.replace(" %", f"{GAP}%")


def avoided_words(text: str, phrases: Phrases = ENGLISH) -> tuple[str, ...]:
    """Phrases in ``text`` that no report in this language may contain."""
    patterns = AVOIDED_WORDS[phrases.language]
    return tuple(
        match.group(0) for pattern in patterns for match in re.finditer(pattern, text, re.I)
    )
