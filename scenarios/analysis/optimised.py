"""A solved allocation problem in words, in tables and as a scenario file."""

from __future__ import annotations

import numpy as np
import pandas as pd
import yaml

from .limits import Plan
from .objective import in_figures, objective_unit
from .optimise import ERRORS, EVENLY, OPTIMUM, Measured, Optimised
from .problem import Problem
from .results import ResultTable

FLAT = 0.5
"""An optimum is called flat when plans as good range over more than this share of what levers may
get, on average."""


def optimised_words(found: Optimised) -> tuple[str, ...]:
    """What was found, the gravest doubt first."""
    lines = list(_priors(found))
    best = found.optimum
    lines.append(f"Chosen among {found.looked_at:,} plans for {'; '.join(found.objectives)}:")
    for lever, amount, start, (low, high) in zip(
        found.limits.levers, best.plan.amounts, best.plan.starts, found.ranges, strict=True
    ):
        good = f"(as good: {low:,.0f} to {high:,.0f})"
        lines.append(f"  {amount:>9,.0f} CAD a year from {start}  {lever} {good}")
    for at, name in enumerate(found.objectives):
        unit = objective_unit(name)
        lines.append(
            f"{name} ({found.robust}): {in_figures(best.searched[at])} {unit} on the draws it was "
            f"chosen on, {in_figures(best.fresh[at])} on fresh ones."
        )
        for other in found.plans[1:3]:
            ahead, error = best.ahead[at] - other.ahead[at], best.ahead_error[at]
            if other.name != EVENLY:
                error = float(np.hypot(best.ahead_error[at], other.ahead_error[at]))
            sure = "" if abs(ahead) > ERRORS * error else ", which may be chance"
            lines.append(
                f"  against “{other.name}” ({in_figures(other.fresh[at])}): "
                f"{in_figures(ahead, sign=True)} +/- {in_figures(ERRORS * error)}{sure}"
            )
    lines.append(flat_words(found))
    if len(found.objectives) > 1:
        lines.append(
            f"No plan is best at everything: {len(found.front)} plans are beaten by no other on "
            "all objectives (front.csv); the one above lies nearest to the best of each."
        )
    return tuple(lines)


def flat_words(found: Optimised) -> str:
    """How flat the optimum is."""
    share = 100 * found.flatness
    count = len(found.flat)
    if count == 1:
        return "No other plan looked at is as good within Monte-Carlo error."
    head = (
        f"The optimum is flat: {count} plans looked at are as good within Monte-Carlo error"
        if found.flatness > FLAT
        else f"{count} plans looked at are as good within Monte-Carlo error"
    )
    return f"{head}; a lever ranges over {share:.0f} % of what it may get, on average."


def _priors(found: Optimised) -> tuple[str, ...]:
    best = found.optimum
    if best.equal_ahead is None or best.equal_error is None:
        return ("No effect of an action table has a prior, so none was made equal.",)
    ahead, reach = best.equal_ahead[0], ERRORS * best.equal_error[0]
    own = f"{in_figures(best.ahead[0], sign=True)} +/- {in_figures(ERRORS * best.ahead_error[0])}"
    same = f"{in_figures(ahead, sign=True)} +/- {in_figures(reach)}"
    said = (
        f"With one prior of an effect for all tables, the optimum's lead over spreading evenly is "
        f"{same}; with ours {own} ({found.objectives[0]})."
    )
    if found.follows_priors:
        said = f"This ranking merely follows our priors of how well each table works. {said}"
    return (said,)


def optimised_tables(found: Optimised) -> tuple[ResultTable, ...]:
    """The allocation, scores of every plan told of, plans as good, and the front."""
    allocation = pd.DataFrame(
        {
            "lever": found.limits.levers,
            "amount, CAD a year": found.optimum.plan.amounts,
            "start": found.optimum.plan.starts,
            "least, as good": [low for low, _ in found.ranges],
            "most, as good": [high for _, high in found.ranges],
            "floor": found.limits.floors,
            "ceiling": found.limits.ceilings,
        }
    )
    scores = [_row(found, plan, at) for plan in found.plans for at in range(len(found.objectives))]
    tables = [
        ResultTable("allocation", "The plan, and what as good plans range over", allocation),
        ResultTable(
            "scores", "Scores on searched, fresh and equal-prior draws", pd.DataFrame(scores)
        ),
        ResultTable(
            "as-good", "Plans as good within Monte-Carlo error", _plans_frame(found, found.flat)
        ),
    ]
    if len(found.objectives) > 1:
        front = _plans_frame(found, found.front)
        for at, name in enumerate(found.objectives):
            front[f"{name}, fresh draws"] = found.front_scores[:, at]
        tables.append(ResultTable("front", "Plans that no other beats on all objectives", front))
    return tuple(tables)


def _row(found: Optimised, plan: Measured, at: int) -> dict[str, object]:
    return {
        "plan": plan.name,
        "objective": found.objectives[at],
        "form": found.robust,
        "unit": objective_unit(found.objectives[at]),
        "score, searched draws": plan.searched[at],
        "score, fresh draws": plan.fresh[at],
        "ahead of spread evenly, fresh draws": plan.ahead[at],
        "standard error": plan.ahead_error[at],
        "score, equal priors": np.nan if plan.equal is None else plan.equal[at],
        "ahead of spread evenly, equal priors": (
            np.nan if plan.equal_ahead is None else plan.equal_ahead[at]
        ),
        "standard error, equal priors": (
            np.nan if plan.equal_error is None else plan.equal_error[at]
        ),
        "total, CAD a year": plan.plan.total,
    }


def _plans_frame(found: Optimised, plans: tuple[Plan, ...]) -> pd.DataFrame:
    frame = pd.DataFrame([plan.amounts for plan in plans], columns=list(found.limits.levers))
    frame.insert(0, "plan", np.arange(1, len(plans) + 1))
    if found.limits.starts[1] > found.limits.starts[0]:
        for at, lever in enumerate(found.limits.levers):
            frame[f"{lever} start"] = [plan.starts[at] for plan in plans]
    return frame


def scenario_text(problem: Problem, found: Optimised) -> str:
    """The optimum as a scenario file that `upshift run` takes."""
    plan = found.optimum.plan
    levers = {
        lever: {"amount": amount, "start": start, "ramp": found.limits.ramp}
        for lever, amount, start in zip(found.limits.levers, plan.amounts, plan.starts, strict=True)
        if amount > 0
    }
    content = {
        "name": f"{problem.name[:50]}-{OPTIMUM}",
        "title": f"{problem.title}, {OPTIMUM}",
        "description": f"Found for {'; '.join(found.objectives)} ({found.robust}). "
        + flat_words(found),
        "compare with": problem.compare_with,
        "levers": levers,
    }
    return yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=100)
