"""``upshift status``: what a study has done, what failed, what is left and for how long."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

from .terminal import duration

if TYPE_CHECKING:
    from .scenarios.standing import Standing

MOST_SCENARIOS = 40
"""Scenarios that get a line of their own; a sweep of thousands shows those that are not done."""
MOST_FAILURES = 10


def status(folder: Path) -> str:
    """How far the study in ``folder`` is, failures and headline included. Raises InputError when it
    holds no study."""
    from .scenarios.standing import HeadlineWatch, standing  # noqa: PLC0415

    found = standing(folder)
    manifest, scan = found.manifest, found.scan
    whole = len(scan.finished)
    kept = f"{found.runs:,} of {found.total:,} runs are kept, {found.failed:,} of them failed"
    lines = [
        f"{folder}: {whole} of {len(manifest.scenarios)} scenarios finished.",
        f"{kept}; {found.total - found.runs:,} are left.",
        f"Draws: {manifest.draws}, {manifest.design}, seed {manifest.seed}.",
    ]
    lines += _pace(found)
    watch = HeadlineWatch(folder)
    known = watch.look()
    if known is not None and watch.policy is not None:
        lines.append(
            f"Police contacts avoided by {watch.year}, {watch.policy.name}: median "
            f"{known.q50:,.1f}, Monte-Carlo error {known.error:,.1f} ({known.draws:,} draws)."
        )
    lines += _scenarios(found)
    lines += _failures(found)
    if whole < len(manifest.scenarios):
        lines.append("The command that started it goes on from there.")
    return "\n".join(lines) + "\n"


def _pace(found: Standing) -> list[str]:
    if found.newest is None or found.runs == found.total:
        return []
    ago = f"The newest shard is {duration(max(time.time() - found.newest, 0.0))} old"
    if found.seconds_left is None or found.pace is None:
        return [f"{ago}."]
    left = duration(found.seconds_left)
    return [f"{ago}; at {found.pace:,.0f} runs a second {left} are left."]


def _scenarios(found: Standing) -> list[str]:
    done, blocks = found.scan.done, found.scan.blocks
    names = [scenario.name for scenario in found.manifest.scenarios]
    if len(names) > MOST_SCENARIOS:
        names = [name for name in names if len(done[name]) < blocks]
    width = max(map(len, names), default=0) + 2
    lines = [f"  {name:<{width}}{_state(len(done[name]), blocks)}" for name in names]
    if len(lines) > MOST_SCENARIOS:
        lines[MOST_SCENARIOS:] = [f"  … and {len(lines) - MOST_SCENARIOS} more"]
    return lines


def _state(done: int, blocks: int) -> str:
    if done == blocks:
        return "finished"
    return f"{done} of {blocks} blocks" if done else "to do"


def _failures(found: Standing) -> list[str]:
    failures = [
        f"  {name}, draw {draw}: {reason}"
        for name, reasons in found.scan.failures.items()
        for draw, reason in sorted(reasons.items())
    ]
    if not failures:
        return []
    more = [f"  … and {len(failures) - MOST_FAILURES:,} more, all in experiments.parquet"]
    return ["Failed:", *failures[:MOST_FAILURES], *more[: len(failures) > MOST_FAILURES]]
