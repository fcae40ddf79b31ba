"""Numbers and probabilities as a reader meets them: rounded as their interval deserves."""

from __future__ import annotations

import re
from math import floor, isfinite, log10

from ..scenarios.uncertainty import Band, Chance, likelihood_words

MINUS = "\u2212"
"""A true minus sign, so that a negative number does not break across lines."""
GAP = "\u00a0"
"""A space that does not break."""
AVOIDED_WORDS = (r"\bsaves\b", r"\bpays? for itself\b", r"\bevery dollar returns\b")
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


def unit_of(service: str) -> str:
    """The native unit of a service, or ``units`` for one that is not listed."""
    return NATIVE_UNITS.get(service, "units")


def rounding_step(low: float, high: float, least: float = 0.0) -> float:
    """The power of ten to which an interval and its middle are rounded: a tenth of the leading
    digit of its width, never below ``least``. An interval without width keeps three figures."""
    width = abs(high - low)
    size = width if width > 0 else max(abs(low), abs(high)) / 10
    if not isfinite(size) or size <= 0:
        return least or 1.0
    return float(max(10.0 ** (floor(log10(size)) - 1), least))


def number(value: float, step: float) -> str:
    """``value`` rounded to ``step`` (a power of ten), with thousands separated by commas."""
    if not isfinite(value):
        return "none"
    rounded = round(value / step) * step
    places = max(0, -floor(log10(step) + 1e-9))
    text = f"{abs(rounded):,.{places}f}"
    return f"{MINUS}{text}" if rounded < 0 and not _is_zero(text) else text


def parts(band: Band, scale: float = 1.0, least: float = 0.0) -> tuple[str, str, str]:
    """Median and both ends of the 80 % interval as text, rounded alike, in units of ``scale``."""
    low, middle, high = band.q10 / scale, band.q50 / scale, band.q90 / scale
    step = rounding_step(low, high, least)
    texts = (number(middle, step), number(low, step), number(high, step))
    return ("0", "0", "0") if all(_is_zero(text) for text in texts) else texts


def _is_zero(text: str) -> bool:
    return not any(digit in text for digit in "123456789") and text != "none"


def spread(band: Band, scale: float = 1.0, least: float = 0.0) -> str:
    """``19 (9 to 40)``; one number when all three round to the same."""
    if band.draws == 0:
        return "none"
    middle, low, high = parts(band, scale, least)
    return middle if low == middle == high else f"{middle} ({low} to {high})"


def count(band: Band, noun: str) -> str:
    """``19 police contacts (80 % interval 9 to 40)``, in whole things."""
    middle, low, high = parts(band, least=1.0)
    if low == middle == high:
        return f"{middle} {noun}"
    return f"{middle} {noun} (80{GAP}% interval {low} to {high})"


def money(band: Band) -> str:
    """``26 million CAD (80 % interval 21 to 33 million)``."""
    if band.draws == 0:
        return "no amount"
    scale, word = _scale(max(abs(band.q10), abs(band.q50), abs(band.q90)))
    middle, low, high = parts(band, scale, least=1.0 if scale == 1.0 else 0.0)
    if low == middle == high:
        return f"{middle}{word} CAD"
    return f"{middle}{word} CAD (80{GAP}% interval {low} to {high}{word})"


def amount(value: float) -> str:
    """A known sum of money: ``2.1 million CAD``, ``300,000 CAD``."""
    if abs(value) >= 1e6:
        return f"{number(value / 1e6, 0.01).rstrip('0').rstrip('.')}{GAP}million CAD"
    return f"{number(value, 1.0)} CAD"


def _scale(largest: float) -> tuple[float, str]:
    if largest >= 1e6:
        return 1e6, f"{GAP}million"
    if largest >= 1e3:
        return 1e3, f"{GAP}thousand"
    return 1.0, ""


def percent(share: float) -> str:
    """A share as a whole percentage; below one percent with one or two figures."""
    value = 100 * share
    if 0 < abs(value) < 0.005:
        return f"under 0.01{GAP}%"
    places = 0 if abs(value) >= 1 or value == 0 else 1 if abs(value) >= 0.1 else 2
    text = f"{abs(value):.{places}f}{GAP}%"
    return f"{MINUS}{text}" if value < 0 else text


def rate_text(rate: float) -> str:
    """A yearly rate: ``1.5 %``."""
    return f"{100 * rate:g}{GAP}%"


def chance_text(chance: Chance) -> str:
    """A probability in words and numbers: ``likely (72 %)``.

    A share of none or all of the draws is not certainty: its words come from the 95 % bound by the
    rule of three (Hanley and Lippman-Hand, JAMA 249 (1983) 1743-1745), and the count is given.
    """
    if chance.draws == 0:
        return "not known (no draws)"
    reach = min(3 / chance.draws, 1.0)
    if chance.value <= 0:
        words = likelihood_words(reach)
        return f"{words} (0{GAP}%: in none of {chance.draws} draws)"
    if chance.value >= 1:
        return f"{likelihood_words(1 - reach)} (100{GAP}%: in all {chance.draws} draws)"
    shown = f"{100 * chance.value:.0f}"
    if shown == "0":
        shown = "under 1"
    elif shown == "100":
        shown = "over 99"
    return f"{chance.words} ({shown}{GAP}%)"


def chance_cell(chance: Chance) -> str:
    """A probability for a table: ``72 % (likely)``."""
    text = chance_text(chance)
    if chance.draws == 0:
        return text
    words, figure = text.removesuffix(")").split(" (", maxsplit=1)
    return f"{figure.split(':')[0]} ({words})"


def year_text(band: Band) -> str:
    """``2033 (2031 to 2037)``, or ``none`` when no draw has a year."""
    if band.draws == 0:
        return "none"
    middle, low, high = (f"{value:.0f}" for value in (band.q50, band.q10, band.q90))
    return middle if low == middle == high else f"{middle} ({low} to {high})"


def input_words(column: str) -> str:
    """An input's name for a sentence: ``effect on custody (homelessness)``."""
    return column.replace("[", " (").replace("]", ")")


def listed(items: list[str]) -> str:
    """``a, b and c``."""
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} and {items[-1]}"


def capital(text: str) -> str:
    """The text with its first letter as a capital, the rest as it is."""
    return text[:1].upper() + text[1:]


def payer_title(name: str) -> str:
    """A payer as tables print it: the police service is part of the Region."""
    special = {
        "Region total": "Region (total)",
        "region police": "of which police service",
        "region other": "of which other Region services",
        "province health": "Province: health",
        "province justice": "Province: justice",
        "all payers": "All payers",
    }
    return special.get(name, capital(name))


def payer_words(name: str) -> str:
    """A payer inside a sentence."""
    special = {
        "Region total": "the Region",
        "region police": "the Region's police",
        "region other": "other Region services",
        "province health": "provincial health",
        "province justice": "provincial justice",
        "federal": "the federal government",
    }
    return special.get(name, name)


def unbroken(text: str) -> str:
    """The text with every percent sign held to its number."""
    return text.replace(" %", f"{GAP}%")


def avoided_words(text: str) -> tuple[str, ...]:
    """Phrases in ``text`` that no report may contain."""
    return tuple(
        match.group(0) for pattern in AVOIDED_WORDS for match in re.finditer(pattern, text, re.I)
    )
