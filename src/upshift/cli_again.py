"""``upshift run --from MANIFEST``: a study made once more, and compared with the first."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from .model.errors import InputError
from .swept import results_at, sweep_into
from .terminal import LogKind, show_log


@dataclass(frozen=True)
class AgainRequest:
    """What the user asked for; all else is the manifest's."""

    manifest: Path  # or the folder that holds it
    to: str  # a folder, or an address that fsspec reaches
    threads: int | None
    model: Path | None  # None: the one that came with the package
    scheduler: str | None
    log: LogKind


def run_again(request: AgainRequest) -> None:
    """Sweep as the manifest says, and say whether the shards are the same. Raises InputError."""
    from .scenarios.again import (  # noqa: PLC0415
        manifest_at,
        plan_again,
        shards_that_differ,
        tabulate_of,
    )
    from .scenarios.vocabulary import INSTALLED  # noqa: PLC0415

    show_log(request.log)
    manifest = manifest_at(request.manifest)
    with results_at(request.to) as results:
        plan = plan_again(manifest, request.model or INSTALLED, request.threads)
        study = sweep_into(results, plan, request.scheduler, tabulate_of(manifest))
        first = request.manifest if request.manifest.is_dir() else request.manifest.parent
        if first.resolve() != results.folder.resolve():
            shards, different = shards_that_differ(study, first)
            if different:
                raise InputError(
                    f"{len(different)} of {shards} shards differ from those in {first}, the first "
                    f"{different[0]}: one of the two was changed after it was made."
                )
            results.say([f"All {shards} shards in {first} are the same to the byte."])
        results.say([f"`upshift report {results.told}` prints the report."])
