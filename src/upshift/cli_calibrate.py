"""``upshift calibrate``: from the record to a posterior, or to the reasons why not."""

from __future__ import annotations

import logging
import shutil
import sys
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from .model.errors import InputError
from .terminal import progress, show_log, write_out

log = logging.getLogger("upshift")
NOT_GOOD_ENOUGH = 1
MOST_REASONS = 5
STATE = "sampler"


@dataclass(frozen=True)
class CalibrateRequest:
    """What the user asked for. No ``region`` means Halton; ``data`` replaces its observations."""

    region: Path | None
    data: Path | None
    until: float | None
    steps: int | None
    seed: int | None
    hold_outs: bool
    to: Path


def calibrate_region(request: CalibrateRequest) -> None:
    """Calibrate, write the folder, print the summary; exit code 1 if the draws may not be used.

    Raises InputError.
    """
    _check_installed()
    from .calibration.calibrate import Settings, calibrate  # noqa: PLC0415
    from .calibration.region import load_region  # noqa: PLC0415
    from .calibration.sample import SamplerSettings  # noqa: PLC0415
    from .calibration.write import POSTERIOR, SUMMARY, write_calibration  # noqa: PLC0415

    show_log()
    region = load_region(request.region, request.data)
    if request.until is not None:
        region = region.until(request.until)
    sampler = SamplerSettings(
        seed=SamplerSettings.seed if request.seed is None else request.seed,
        steps=SamplerSettings.steps if request.steps is None else request.steps,
        walkers=max(SamplerSettings.walkers, 2 * ((5 * len(region.parameters.rows)) // 4)),
    )
    keep = request.to / STATE
    _make(keep)
    with progress("Steps") as tell:
        found = calibrate(region, Settings(sampler, hold_outs=request.hold_outs), keep, tell)
    faults = write_calibration(found, request.to)
    shutil.rmtree(keep)
    write_out((request.to / SUMMARY).read_text(encoding="utf-8"))
    if faults:
        reasons = "\n".join(f"  {fault}" for fault in faults[:MOST_REASONS])
        if len(faults) > MOST_REASONS:
            reasons += f"\n  and {len(faults) - MOST_REASONS} more, in {request.to / SUMMARY}"
        sys.stderr.write(
            f"No posterior is written: the draws are not good enough.\n{reasons}\n"
            "More steps (--steps) help when they are merely too few.\n"
        )
        sys.exit(NOT_GOOD_ENOUGH)
    write_out(f"The posterior is {request.to / POSTERIOR}\n")


def _check_installed() -> None:
    for package in ("emcee", "arviz_stats"):
        if find_spec(package) is None:
            raise InputError(
                f"Calibration needs the package {package}. Install its extra: "
                "pip install -c constraints.txt -e '.[calibrate]'"
            )


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"{folder} cannot be made ({error.strerror}).") from None
