"""``upshift export``: a study as CSV, a workbook, Zarr or netCDF."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from .model.errors import InputError, nearest
from .terminal import log, show_log, write_out


def export_study(results: Path, kind: str, out: Path | None, outputs: Sequence[str]) -> None:
    """Write the study in ``results`` as ``kind``, by default beside its folder. Raises
    InputError."""
    from .scenarios.export import FORMATS, SUFFIXES, export  # noqa: PLC0415
    from .scenarios.store import load_study  # noqa: PLC0415

    show_log()
    found = next((name for name in FORMATS if name == kind.lower()), None)
    if found is None:
        raise InputError(
            f"A study cannot be exported to '{kind}'.{nearest(kind, FORMATS)} Give one of "
            f"{', '.join(FORMATS)}."
        )
    study = load_study(results)
    resolved = results.resolve()
    to = out or results.parent / f"{resolved.name}{SUFFIXES[found]}"
    log.info("Writing %d scenarios x %d draws", len(study.scenarios), len(study.draws))
    export(study, found, to, outputs)
    write_out(f"{to}\n")
