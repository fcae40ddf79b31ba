"""What every analysis does at its end: tables, figures and a summary into a folder of its own."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .reports.analysis_figure import AnalysisFigure
    from .scenarios.analysis.results import ResultTable, Stamp

SUMMARY = "summary.txt"
UNCALIBRATED = "Uncalibrated: not for funding decisions."


@dataclass(frozen=True)
class Findings:
    """What an analysis found: ``lines`` in words, tables, and figures, all made by one command."""

    lines: tuple[str, ...]
    tables: tuple[ResultTable, ...]
    figures: tuple[AnalysisFigure, ...]
    stamp: Stamp
    calibrated: bool

    @property
    def text(self) -> str:
        """The findings in words, a line each, under what must be said of all of them."""
        head = () if self.calibrated else (UNCALIBRATED,)
        return "".join(f"{line}\n" for line in (*head, *self.lines))


def write_findings(working: Path, found: Findings, runs: Sequence[str] = ()) -> None:
    """Write everything into ``working``, and remove the folders of ``runs``, whose tables are now
    there. Raises InputError when that is not possible."""
    from .reports.analysis_draw import analysis_files  # noqa: PLC0415
    from .scenarios.analysis.results import write_results  # noqa: PLC0415

    files = {SUMMARY: found.text.encode()}
    stamp = "" if found.calibrated else UNCALIBRATED.lower().rstrip(".")
    for figure in found.figures:
        drawn = analysis_files(figure, stamp)
        files |= {f"{figure.id}{suffix}": content for suffix, content in drawn.items()}
    write_results(working, found.stamp, found.tables, files)
    for name in runs:
        shutil.rmtree(working / name, ignore_errors=True)
