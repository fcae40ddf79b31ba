"""``upshift run --from MANIFEST``: a study made once more, and compared with the first."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from .cli_run import crew_at, tell_failures, told_how_to_go_on, watch_of
from .model.errors import InputError
from .terminal import LogKind, log, progress, show_log, write_out


@dataclass(frozen=True)
class AgainRequest:
    """What the user asked for; all else is the manifest's."""

    manifest: Path  # or the folder that holds it
    to: Path
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
    from .scenarios.sweep import run_sweep  # noqa: PLC0415
    from .scenarios.vocabulary import INSTALLED  # noqa: PLC0415

    show_log(request.log)
    manifest = manifest_at(request.manifest)
    with told_how_to_go_on(request.to):
        plan = plan_again(manifest, request.model or INSTALLED, request.threads)
        log.info("%d scenarios x %d draws into %s", len(plan.scenarios), plan.draws, request.to)
        watch, tables = watch_of(request.to), tabulate_of(manifest)
        with crew_at(request.scheduler, plan) as crew, progress("Runs", watch) as tell:
            study = run_sweep(plan, request.to, tell, tables, crew)
        tell_failures(study)
        first = request.manifest if request.manifest.is_dir() else request.manifest.parent
        if first.resolve() != request.to.resolve():
            shards, different = shards_that_differ(study, first)
            if different:
                raise InputError(
                    f"{len(different)} of {shards} shards differ from those in {first}, the first "
                    f"{different[0]}: one of the two was changed after it was made."
                )
            write_out(f"All {shards} shards in {first} are the same to the byte.\n")
    write_out(f"`upshift report {request.to}` prints the report.\n")
