"""Figures of the best use of a budget."""

from __future__ import annotations

import numpy as np

from ..scenarios.analysis.objective import in_figures, objective_unit
from ..scenarios.analysis.optimise import ERRORS, OPTIMUM, Measured, Optimised
from ..scenarios.analysis.optimised import FLAT, flat_words
from .analysis_figure import AnalysisFigure, Cloud, Reach, ReachFigure, ScatterFigure
from .wording import capital


def optimise_figures(found: Optimised) -> tuple[AnalysisFigure, ...]:
    """The plan with what is as good, its lead under both priors, and the front."""
    figures: list[AnalysisFigure] = [_allocation(found), _lead(found)]
    if len(found.objectives) > 1:
        figures.append(_front(found))
    return tuple(figures)


def _allocation(found: Optimised) -> ReachFigure:
    plan = found.optimum.plan
    largest = found.limits.levers[int(np.argmax(plan.amounts))]
    finding = (
        "Many plans are as good: the optimum is flat"
        if found.flatness > FLAT
        else f"Most goes to {largest}: {max(plan.amounts):,.0f} CAD a year"
    )
    return ReachFigure(
        id="allocation",
        title=finding,
        alt=f"{len(plan.amounts)} levers: the amount in the optimum, and what plans as good give. "
        "The numbers are in allocation.csv.",
        source=f"{'; '.join(found.objectives)}; {found.looked_at:,} plans. {flat_words(found)}",
        key="Dot: the optimum.  Line: what plans as good within Monte-Carlo error give.",
        labels=tuple(capital(lever) for lever in found.limits.levers),
        panels=(
            Reach(
                "",
                "CAD a year",
                plan.amounts,
                tuple(low for low, _ in found.ranges),
                tuple(high for _, high in found.ranges),
            ),
        ),
    )


def _lead(found: Optimised) -> ReachFigure:
    shown = tuple(plan for at, plan in enumerate(found.plans) if at != 1)
    unit = f"ahead of spreading evenly ({objective_unit(found.objectives[0])})"

    def panel(label: str, ahead: list[float], error: list[float]) -> Reach:
        return Reach(
            label,
            unit,
            tuple(ahead),
            tuple(a - ERRORS * e for a, e in zip(ahead, error, strict=True)),
            tuple(a + ERRORS * e for a, e in zip(ahead, error, strict=True)),
        )

    panels = [
        panel(
            "Our priors, fresh draws",
            [plan.ahead[0] for plan in shown],
            [plan.ahead_error[0] for plan in shown],
        )
    ]
    equal = [_equal(plan) for plan in shown]
    if all(pair is not None for pair in equal):
        pairs = [pair for pair in equal if pair is not None]
        panels.append(
            panel("One prior for all tables", [a for a, _ in pairs], [e for _, e in pairs])
        )
    lead = found.optimum.ahead[0]
    title = (
        "The ranking merely follows our priors of how well each table works"
        if found.follows_priors
        else f"The optimum is {in_figures(abs(lead))} {objective_unit(found.objectives[0])} "
        f"{'ahead of' if lead >= 0 else 'behind'} spreading evenly"
    )
    return ReachFigure(
        id="lead",
        title=title,
        alt=f"{len(shown)} plans: how far ahead of spreading the budget evenly, with our priors of "
        "effects and with one prior for all tables. The numbers are in scores.csv.",
        source=f"{found.objectives[0]} ({found.robust}), on draws the search did not use.",
        key="Dot: difference on common draws.  Line: two standard errors each way.",
        labels=tuple(capital(plan.name) for plan in shown),
        panels=tuple(panels),
    )


def _equal(plan: Measured) -> tuple[float, float] | None:
    if plan.equal_ahead is None or plan.equal_error is None:
        return None
    return plan.equal_ahead[0], plan.equal_error[0]


def _front(found: Optimised) -> ScatterFigure:
    first, second = found.objectives[0], found.objectives[1]
    order = np.argsort(found.front_scores[:, 0])
    across, up = found.front_scores[order, 0], found.front_scores[order, 1]
    clouds = [Cloud("beaten by no other plan", tuple(across), tuple(up))]
    clouds += [Cloud(plan.name, (plan.fresh[0],), (plan.fresh[1],)) for plan in found.plans[:3]]
    return ScatterFigure(
        id="front",
        title=f"From {in_figures(across[0])} to {in_figures(across[-1])} {objective_unit(first)}, "
        f"{in_figures(up[0])} to {in_figures(up[-1])} {objective_unit(second)}: "
        "what one costs the other",
        alt=f"{len(across)} plans by their scores on the first two objectives. The numbers are in "
        "front.csv.",
        source=f"Scores ({found.robust}) on fresh draws; “{OPTIMUM}” lies nearest to the best of "
        "each objective.",
        across_label=f"{first} ({objective_unit(first)})",
        up_label=f"{second} ({objective_unit(second)})",
        clouds=tuple(clouds),
    )
