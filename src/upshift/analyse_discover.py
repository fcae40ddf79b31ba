"""When the advice flips: pairs of bundles, regret, and the conditions under which one fails."""

from __future__ import annotations

from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING

from .analysis_folder import Findings, write_findings

if TYPE_CHECKING:
    from .scenarios.analysis.discover import Discoveries, DiscoverSettings

FOLDER = "upshift-discover"


def discover(
    study: str | Path,
    *,
    to: str | Path = FOLDER,
    settings: DiscoverSettings | None = None,
) -> Findings:
    """Compare the leading bundles of the sweep in the folder ``study``, and say when they fail.

    Results go to the folder ``to``. Raises InputError.
    """
    from .reports.discover_figures import discover_figures  # noqa: PLC0415
    from .scenarios.analysis.discover import (  # noqa: PLC0415
        DiscoverSettings,
        discover_tables,
    )
    from .scenarios.analysis.discover import discover as analysed  # noqa: PLC0415
    from .scenarios.analysis.outcome import DEFAULT_OUTCOME  # noqa: PLC0415
    from .scenarios.analysis.results import Stamp, results_folder  # noqa: PLC0415
    from .scenarios.store import load_study  # noqa: PLC0415

    asked = settings or DiscoverSettings(DEFAULT_OUTCOME)
    opened = load_study(Path(study))
    found = analysed(opened, asked)
    findings = Findings(
        lines=_told(found),
        tables=discover_tables(found),
        figures=discover_figures(found),
        stamp=Stamp.of(opened.manifest, asked.seed),
        calibrated=opened.manifest.calibrated,
    )
    request = {
        "command": "discover",
        "sweep": opened.manifest.to_json(),
        "outcome": asked.outcome,
        "below": asked.below,
        "policies": list(asked.policies),
        "leading": asked.leading,
        "seed": asked.seed,
    }
    with results_folder(Path(to), request) as working:
        write_findings(working, findings)
    return findings


def _told(found: Discoveries) -> tuple[str, ...]:
    """The findings in words."""
    from .scenarios.analysis.contest import common_regrets, win_shares  # noqa: PLC0415

    told = found.contest
    size = f"{len(told.futures)} futures x {told.values.shape[2]} draws"
    lines = [f"{told.outcome}: {len(told.bundles)} bundles, nothing more among them, over {size}."]
    shares = win_shares(told)
    lines += [
        f"  {told.titles[1]} is ahead of {told.titles[rival]} in "
        f"{100 * shares[1, rival]:.0f} % of common futures and draws"
        for rival in range(len(told.bundles))
        if isfinite(shares[1, rival])
    ]
    short, futures = common_regrets(told)
    if futures:
        least = told.titles[int(short.max(axis=1).argmin())]
        lines.append(f"Least largest regret in {'; '.join(futures)}: {least}.")
    for one in found.found:
        lines.append(f"When {one.case}: {100 * one.rate:.0f} % of {one.runs:,} runs.")
        if not one.boxes:
            lines.append(f"  No box: {one.reason}.")
        for box in one.boxes:
            if box.number > 1:
                continue
            doubt = "" if box.holds_up else " It does not hold up in runs it was not made from."
            lines.append(
                f"  {box.method}: when {box.words}. It holds {100 * box.quality.coverage:.0f} % of "
                f"the cases; {100 * box.quality.density:.0f} % of its runs are cases.{doubt}"
            )
    return tuple(lines)
