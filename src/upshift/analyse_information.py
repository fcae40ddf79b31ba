"""What knowing more before deciding is worth, so that a pilot study can be chosen."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from .analysis_folder import Findings, write_findings

if TYPE_CHECKING:
    from .scenarios.analysis.information import Information, InformationSettings, KnowingMore

FOLDER = "upshift-information"
SHOWN = 5


def information(
    study: str | Path,
    *,
    to: str | Path = FOLDER,
    settings: InformationSettings | None = None,
) -> Findings:
    """The value of information for the choice among the policies of the sweep in ``study``.

    Results go to the folder ``to``. Raises InputError.
    """
    from .reports.information_figures import information_figure  # noqa: PLC0415
    from .scenarios.analysis.information import (  # noqa: PLC0415
        InformationSettings,
        information_table,
    )
    from .scenarios.analysis.information import information as analysed  # noqa: PLC0415
    from .scenarios.analysis.results import Stamp, results_folder  # noqa: PLC0415
    from .scenarios.headline import ALL_PAYERS  # noqa: PLC0415
    from .scenarios.store import load_study  # noqa: PLC0415

    asked = settings or InformationSettings(ALL_PAYERS)
    opened = load_study(Path(study))
    found = analysed(opened, asked)
    findings = Findings(
        lines=_told(found),
        tables=(information_table(found),),
        figures=(information_figure(found),),
        stamp=Stamp.of(opened.manifest, asked.seed),
        calibrated=opened.manifest.calibrated,
    )
    request = {
        "command": "information",
        "sweep": opened.manifest.to_json(),
        "settings": {**vars(asked), "worth": list(asked.worth)},
    }
    with results_folder(Path(to), request) as working:
        write_findings(working, findings)
    return findings


def _told(found: Information) -> tuple[str, ...]:
    settings = found.settings
    options = f"one of {len(found.options) - 1} options against {found.comparator}"
    counted = (
        f"{settings.basis} cost avoided less programme cost, plus a value put on each avoided "
        "crisis, which is no payer's money"
    )
    lines = [
        f"The decision: {options}, or nothing more.",
        f"Payer: {settings.payer}. Horizon: {settings.years} years. Counted: {counted}.",
    ]
    if found.switch is None:
        lines.append("No value of a crisis makes any option better than nothing on average.")
    else:
        lines.append(
            f"Nothing more is best on average until a crisis is valued at {found.switch:,.0f} CAD."
        )
    for each in found.found:
        lines += _at(each)
    return tuple(lines)


def _at(each: KnowingMore) -> list[str]:
    best = f"A crisis valued at {each.worth:,.0f} CAD: best on average is {each.choice}."
    worth = f"{each.perfect:,.0f} CAD (standard error {each.error:,.0f})"
    lines = [f"{best} Knowing everything is worth at most {worth}."]
    standing = [item for item in each.groups if not item[2].within_noise]
    lines += [f"  {value.value:>12,.0f} CAD  {group}" for group, _, value in standing[:SHOWN]]
    if not standing and each.perfect > 0:
        lines.append("  No group alone is worth more than chance shows.")
    return lines
