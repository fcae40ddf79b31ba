"""Who pays and who gains, ratios, and cash put back: arrays in, arrays out, as in `economics`."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]


def benefit_cost_ratio(avoided: Array, programme: Array) -> Array:
    """Cost avoided per dollar of programme cost, per draw, NaN where nothing is spent.

    Shapes are equal. A ratio says nothing of scale and changes when a cost is counted as a negative
    benefit; net benefit is to be preferred. Source: Boardman, Greenberg, Vining and Weimer,
    Cost-Benefit Analysis: Concepts and Practice, 5th edition (2018), chapter 2.
    """
    result = np.full(np.broadcast(avoided, programme).shape, np.nan)
    np.divide(avoided, programme, out=result, where=np.asarray(programme) > 0.0)
    return result


def pays_and_gains(programme: Array, avoided: Array) -> Array:
    """What each payer's spending avoids for each payer: ``(paying, gaining)``, mean over draws.

    ``programme`` and ``avoided`` are ``(payer, draw)``. Cost avoided is credited to those who pay
    in proportion to what they pay: rows add up to a payer's share of all that is avoided, columns
    to what is avoided for a payer. Draws in which nothing is spent count as nothing. Source: cost
    shares by proportional allocation, Moulin, in Handbook of Social Choice and Welfare, volume 1
    (2002), chapter 6; results by perspective, Boardman et al. (2018), chapter 3 (standing).
    """
    whole = np.asarray(programme, dtype=np.float64).sum(axis=0)
    shares = np.zeros(np.shape(programme))
    np.divide(programme, whole, out=shares, where=whole > 0.0)
    return np.asarray(shares @ np.asarray(avoided, dtype=np.float64).T / whole.size)


def reinvested(cash: Array, share: float) -> Array:
    """What is put back each year when a ``share`` of the cash of the year before is spent again.

    ``cash`` is ``(…, year)``, CAD given back by budgets; the result has its shape, zero in the
    first year. A loss (negative cash) is not put back. Source: reinvestment of realised savings in
    Supporting Public Service Transformation: Cost Benefit Analysis Guidance for Local Partnerships
    (New Economy and HM Treasury, 2014), on cashability. Raises ValueError for a share outside 0 to
    1.
    """
    if not 0.0 <= share <= 1.0:
        raise ValueError(f"a share lies between 0 and 1, got {share}")
    flows = np.asarray(cash, dtype=np.float64)
    back = np.zeros(flows.shape)
    back[..., 1:] = share * np.maximum(flows[..., :-1], 0.0)
    return back


def break_even_success(served_success: float, effect_share: Array) -> Array:
    """The share of people served for whom a programme must work to break even, per draw.

    ``served_success`` is the share for whom it works as simulated, ``effect_share`` (draw,) that of
    `economics.break_even_effect_share`. Above 1 no success rate is enough. Source: switching
    values, HM Treasury, The Green Book (2022), chapter 5. Raises ValueError for a share outside 0
    to 1.
    """
    if not 0.0 <= served_success <= 1.0:
        raise ValueError(f"a success rate lies between 0 and 1, got {served_success}")
    return np.asarray(effect_share * served_success)
