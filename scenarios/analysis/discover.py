"""When the advice flips: the leading bundles of a study, and the boxes in which they lose."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from ..store import Study
from .box import Sample
from .contest import Contest, contest, pair_table, regret_table
from .discovery import Discovery, FoundBox, discover_boxes
from .outcome import check_outcome, outcome_unit
from .results import ResultTable

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class DiscoverSettings:
    """``outcome`` by name; the leading bundle fails ``below`` that much of it (None: not asked).
    ``policies`` are scenarios to compare instead of the leading ones, ``seed`` of resampling."""

    outcome: str
    below: float | None = 0.0
    policies: tuple[str, ...] = ()
    leading: int = 5
    seed: int = 20171101


@dataclass(frozen=True)
class Discoveries:
    """The contest, and a discovery for each way in which the first bundle may be the wrong one."""

    settings: DiscoverSettings
    contest: Contest
    found: tuple[Discovery, ...]


def discover(study: Study, settings: DiscoverSettings) -> Discoveries:
    """Compare bundles and seek boxes, where two were run in the same futures.

    Raises InputError as `contest`, and for the outcome.
    """
    check_outcome(settings.outcome)
    told = contest(study, settings.outcome, settings.policies, settings.leading)
    found = []
    if len(told.bundles) > 1:
        lead, title = told.values[1], told.titles[1]
        if settings.below is not None:
            unit = outcome_unit(settings.outcome)
            case = f"“{title}” brings less than {settings.below:,.0f} {unit} ({settings.outcome})"
            found.append(_discovery(study, told, case, lead - settings.below))
        for rival in range(2, len(told.bundles)):
            if not np.isfinite(lead - told.values[rival]).any():
                continue  # never run in the same future
            case = f"“{told.titles[rival]}” does better than “{title}” ({settings.outcome})"
            found.append(_discovery(study, told, case, lead - told.values[rival]))
    boxes = tuple(
        discover_boxes(case, cases, settings.seed + number)
        for number, (case, cases) in enumerate(found)
    )
    return Discoveries(settings, told, boxes)


def _discovery(study: Study, told: Contest, case: str, margin: Array) -> tuple[str, Sample]:
    """Runs ``(future x draw)`` with everything uncertain in them; a case is a margin below zero."""
    run = np.isfinite(margin[:, 0])
    worlds = [study.scenario(name) for name, kept in zip(told.futures, run, strict=True) if kept]
    settings = sorted({name for world in worlds for name in world.settings})
    defaults = {row.column: row.value for row in study.registry}
    blocks = []
    for world in worlds:
        frame = study.draws.reset_index(drop=True).copy()
        for name in settings:
            frame[name] = world.settings.get(name, defaults.get(name, 0.0))
        blocks.append(frame)
    inputs = pd.concat(blocks, ignore_index=True)
    inputs = inputs.loc[:, inputs.nunique() > 1]
    names = tuple(str(name) for name in inputs.columns)
    return case, Sample(names, inputs.to_numpy(dtype=np.float64), margin[run].ravel() < 0)


def discover_tables(found: Discoveries) -> tuple[ResultTable, ...]:
    """Pairs, regret, boxes, peeling trajectories, and the cases with the inputs of their boxes."""
    return (
        pair_table(found.contest),
        regret_table(found.contest),
        ResultTable("boxes", "Where each case happens", _box_rows(found)),
        ResultTable("trajectories", "PRIM's peeling, step by step", _trajectory_rows(found)),
        *(
            ResultTable(f"cases-{number}", one.case, case_frame(one))
            for number, one in enumerate(found.found, start=1)
        ),
    )


def case_frame(found: Discovery) -> pd.DataFrame:
    """Every run of a discovery: all inputs that vary, and ``case`` (1 or 0) as the last column."""
    frame = pd.DataFrame(found.sample.inputs, columns=list(found.sample.names))
    return frame.assign(case=found.sample.cases.astype(np.int64))


def _box_rows(found: Discoveries) -> pd.DataFrame:
    rows: list[dict[str, object]] = []
    for number, one in enumerate(found.found, start=1):
        head = {"number": number, "case": one.case, "runs": one.runs, "rate of cases": one.rate}
        if not one.boxes:
            rows.append({**head, "words": one.reason})
        for box in one.boxes:
            rows += [{**head, **_box_row(box), **limit} for limit in _limit_rows(one, box)]
    return pd.DataFrame(rows)


def _box_row(box: FoundBox) -> dict[str, object]:
    held = box.held_out
    return {
        "method": box.method,
        "box": box.number,
        "words": box.words,
        "coverage": box.quality.coverage,
        "density": box.quality.density,
        "mass": box.quality.mass,
        "coverage, runs left out": np.nan if held is None else held.coverage,
        "density, runs left out": np.nan if held is None else held.density,
        "mass, runs left out": np.nan if held is None else held.mass,
        "holds up": box.holds_up,
    }


def _limit_rows(found: Discovery, box: FoundBox) -> list[dict[str, object]]:
    return [
        {
            "input": found.sample.names[at],
            "low": limit[0],
            "high": limit[1],
            "quasi-p-value": box.quasi_p[at],
            "limited in resamples, share": box.again[at],
        }
        for at, limit in box.box.limits.items()
    ]


def _trajectory_rows(found: Discoveries) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "number": number,
                "step": at,
                "limited inputs": len(step.box.limits),
                "coverage": step.quality.coverage,
                "density": step.quality.density,
                "mass": step.quality.mass,
            }
            for number, one in enumerate(found.found, start=1)
            for at, step in enumerate(one.trajectory)
        ]
    )
