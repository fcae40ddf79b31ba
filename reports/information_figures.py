"""The figure of what knowing more is worth."""

from __future__ import annotations

from ..scenarios.analysis.information import Information
from .analysis_figure import Reach, ReachFigure
from .phrases import ENGLISH
from .wording import amount, capital

MOST_ROWS = 12
EVERYTHING = "Everything"


def information_figure(found: Information) -> ReachFigure:
    """What each group is worth at the value of a crisis at which knowing is worth most."""
    most = max(found.found, key=lambda each: each.perfect)
    shown = most.groups[:MOST_ROWS]
    standing = [item for item in shown if not item[2].within_noise]
    if most.perfect <= 0:
        finding = f"Knowing more would not change the choice: {most.choice.lower()} is always best"
    elif standing:
        most_worth = amount(ENGLISH, standing[0][2].value)
        finding = f"Worth knowing first: {standing[0][0]}, at most {most_worth}"
    else:
        finding = "No group of inputs alone is worth more than chance shows"
    settings = found.settings
    return ReachFigure(
        id="value-of-information",
        title=finding,
        alt=f"{len(shown) + 1} rows: what knowing a group of inputs is worth, and what chance "
        "reaches. The numbers are in value-of-information.csv.",
        source=f"The choice among {len(found.options)} options, nothing more included, against "
        f"{found.comparator}. Payer: {settings.payer}; {settings.years} years; {settings.basis} "
        f"cost; a crisis valued at {most.worth:,.0f} CAD.",
        key="Dot: worth at most, hollow within noise.  Line: what chance alone reaches.",
        labels=(EVERYTHING, *(capital(group) for group, _, _ in shown)),
        panels=(
            Reach(
                "",
                "CAD, present value",
                (most.perfect, *(value.value for _, _, value in shown)),
                (most.perfect - 2 * most.error, *(0.0 for _ in shown)),
                (most.perfect + 2 * most.error, *(value.noise for _, _, value in shown)),
            ),
        ),
        faint=(False, *(value.within_noise for _, _, value in shown)),
    )
