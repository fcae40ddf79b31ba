"""Economics of a policy against its comparator: arrays in, arrays out, no files and no objects.

Conventions, the same everywhere:

- Money is real, in dollars of one price year; discount rates are real.
- A *cumulative* series holds, at each whole-year time, everything since the start of the model, so
  that the flow of the year from ``t`` to ``t + 1`` is an exact difference.
- The last axis is time; the axis before it, where there is one, is the draw.
- Present values are at ``Discounting.base`` (the start of the policy). The flow of a year is
  discounted from the middle of that year unless the end of the year is asked for.
- The three benefit lines (capacity, marginal, cashable) are nested views of one change: no
  function here adds them together, and capacity never meets dollars.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
Timing = Literal["mid-year", "end of year"]
Basis = Literal["cashable", "marginal", "marginal after induced"]

RATES = (0.0, 0.015, 0.035, 0.08)
"""Real discount rates shown side by side."""
BASE_RATE = 0.015
"""The declared base rate: CADTH, Guidelines for the Economic Evaluation of Health Technologies,
4th edition (2017), guideline on discounting."""
PRICE_YEAR = 2024
POLICY_START = 2027
HORIZONS = (3, 5, 10)
"""Years after the policy starts at which headlines are given."""


@dataclass(frozen=True)
class Discounting:
    """``rate`` per year (real), ``base`` the year to which flows are discounted, and timing."""

    rate: float = BASE_RATE
    base: float = float(POLICY_START)
    timing: Timing = "mid-year"


@dataclass(frozen=True)
class Lines:
    """Paired cumulative money of one policy, each ``(…, draw, time)``, CAD of the price year.

    ``cashable`` and ``marginal`` are positive when cost is avoided; ``induced`` and ``programme``
    are positive when cost is added. ``induced`` holds referrals, treatment, longer files and need
    met: it never enters an avoided line.
    """

    cashable: Array
    marginal: Array
    induced: Array
    programme: Array


def discount_factors(starts: Array, terms: Discounting) -> Array:
    """The present value at ``terms.base`` of one dollar flowing in each year.

    ``starts`` (year,) are the beginnings of the years; the result has the same shape.
    ``1 / (1 + rate) ** (start + shift - base)``, the shift being half a year or a whole one.
    Source: Boardman, Greenberg, Vining and Weimer, Cost-Benefit Analysis: Concepts and Practice,
    5th edition (2018), chapter 9 (annual discounting, and mid-year timing of flows).
    Raises ValueError for a rate of -100 % or less.
    """
    if terms.rate <= -1:
        raise ValueError(f"a discount rate must be above -1, got {terms.rate}")
    shift = 0.5 if terms.timing == "mid-year" else 1.0
    ages = np.asarray(starts, dtype=np.float64) + shift - terms.base
    return np.asarray((1.0 + terms.rate) ** -ages, dtype=np.float64)


def present_value_path(cumulative: Array, time: Array, terms: Discounting) -> Array:
    """Running present value since ``terms.base`` of a cumulative series ``(…, time)``.

    The result is ``(…, time from base on)``; it starts at zero. The discounted flow of each year
    is added at its end. Source: net present value as the sum of discounted annual flows, HM
    Treasury, The Green Book (2022), annex 6. Raises ValueError when ``base`` is not a saved time.
    """
    start = time_index(time, terms.base)
    flows = np.diff(np.asarray(cumulative, dtype=np.float64)[..., start:], axis=-1)
    discounted = flows * discount_factors(time[start:-1], terms)
    path = np.zeros((*flows.shape[:-1], flows.shape[-1] + 1))
    np.cumsum(discounted, axis=-1, out=path[..., 1:])
    return path


def present_value(cumulative: Array, time: Array, year: float, terms: Discounting) -> Array:
    """Present value of the flows from ``terms.base`` to ``year``: ``(…, time)`` to ``(…)``.

    Source as in `present_value_path`. Raises ValueError when ``year`` is not a saved time at or
    after the base.
    """
    if year < terms.base:
        raise ValueError(f"the horizon {year} lies before the base year {terms.base}")
    path = present_value_path(cumulative, time, terms)
    return np.asarray(path[..., time_index(time, year) - time_index(time, terms.base)])


def since(cumulative: Array, time: Array, start: float, year: float) -> Array:
    """The undiscounted amount between ``start`` and ``year``: ``(…, time)`` to ``(…)``."""
    series = np.asarray(cumulative, dtype=np.float64)
    return np.asarray(series[..., time_index(time, year)] - series[..., time_index(time, start)])


def time_index(time: Array, year: float) -> int:
    """Where ``year`` stands in ``time``. Raises ValueError when it is not a saved time."""
    found = np.flatnonzero(np.abs(np.asarray(time) - year) < 1e-6)
    if found.size == 0:
        raise ValueError(f"{year} is not a saved time; saved: {time[0]:g} to {time[-1]:g}")
    return int(found[0])


def net(lines: Lines, basis: Basis) -> Array:
    """Net benefit on a basis: what is avoided less what the programme costs, shape as the lines.

    ``cashable`` is the page-one figure, ``marginal`` the second row; ``marginal after induced``
    also takes off referrals, treatment and need met. Source: net benefits, Boardman et al. (2018),
    chapter 1; the separation of cashable from other savings, New Economy (Greater Manchester) and
    HM Treasury, Supporting Public Service Transformation: Cost Benefit Analysis Guidance for Local
    Partnerships (2014).
    """
    if basis == "cashable":
        return lines.cashable - lines.programme
    if basis == "marginal":
        return lines.marginal - lines.programme
    return lines.marginal - lines.induced - lines.programme


def break_even_year(path: Array, years: Array) -> Array:
    """The first year from which a running net stays at or above zero, NaN for "never".

    ``path`` is ``(…, time)`` and ``years`` (time,); the result is ``(…)``. Staying, not touching,
    is asked, so that a programme that dips again later has not broken even. "Never" means: not by
    the last of ``years``. Source: discounted payback period, Brealey, Myers and Allen, Principles
    of Corporate Finance, 13th edition (2020), chapter 5.
    """
    held = np.flip(np.logical_and.accumulate(np.flip(path >= 0.0, axis=-1), axis=-1), axis=-1)
    first = np.argmax(held, axis=-1)
    return np.where(held[..., -1], np.asarray(years, dtype=np.float64)[first], np.nan)


def break_even_effect_share(avoided: Array, programme: Array) -> Array:
    """The share of the simulated effect at which avoided cost equals programme cost, per draw.

    0.5 means that half the effect would do; above 1 the effect does not suffice; NaN where nothing
    is avoided. Shapes are equal. Assumes that avoided cost is proportional to the effect. Source:
    switching values, HM Treasury, The Green Book (2022), chapter 5.
    """
    return _divided(programme, avoided)


def break_even_cost_per_person(avoided: Array, served: Array) -> Array:
    """The programme cost per person served at which net is zero, per draw, NaN if none is served.

    ``avoided`` CAD and ``served`` people have equal shapes. It can be negative: then no price is
    low enough. Source: switching values, HM Treasury, The Green Book (2022), chapter 5.
    """
    return _divided(avoided, served)


def cost_per_unit_avoided(programme: Array, avoided: Array) -> float | None:
    """Mean programme cost over mean units avoided, or None when no units are avoided on average.

    Both are ``(draw,)``. A ratio of means, not a mean of ratios: with an uncertain denominator the
    latter does not settle. Source: average cost-effectiveness ratio, Drummond, Sculpher, Claxton,
    Stoddart and Torrance, Methods for the Economic Evaluation of Health Care Programmes, 4th
    edition (2015), chapters 4 and 11.
    """
    units = float(np.mean(avoided))
    return float(np.mean(programme)) / units if units > 0 else None


def acceptability(net_benefit: Array, crises_avoided: Array, values: Array) -> Array:
    """The chance of net benefit at each value put on one avoided crisis: ``(values,)``.

    ``net_benefit`` CAD and ``crises_avoided`` people are ``(draw,)``; ``values`` are CAD a crisis.
    Source: cost-effectiveness acceptability curve, Fenwick, Claxton and Sculpher, Health Economics
    10 (2001) 779-787; net monetary benefit, Stinnett and Mullahy, Medical Decision Making 18
    (1998) S68-S80.
    """
    worth = net_benefit[:, None] + crises_avoided[:, None] * np.asarray(values)[None, :]
    return np.asarray(np.mean(worth > 0.0, axis=0))


def effect_scaling(avoided: Array, programme: Array, shares: Array) -> Array:
    """The chance of net benefit when only a share of the effect is had: ``(shares,)``.

    ``avoided`` and ``programme`` CAD are ``(draw,)``; a share of 1 is the effect as simulated.
    Source: sensitivity of net benefits to effectiveness, Boardman et al. (2018), chapter 11.
    """
    scaled = avoided[:, None] * np.asarray(shares)[None, :] - programme[:, None]
    return np.asarray(np.mean(scaled > 0.0, axis=0))


def _divided(above: Array, below: Array) -> Array:
    """``above / below`` where ``below`` is positive, NaN elsewhere."""
    above, below = np.broadcast_arrays(
        np.asarray(above, dtype=np.float64), np.asarray(below, dtype=np.float64)
    )
    result = np.full(above.shape, np.nan)
    np.divide(above, below, out=result, where=below > 0.0)
    return result
