"""A study made once more from its manifest, the same to the byte or refused."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from ..model.errors import InputError
from .installed import SweepSettings, halton_plan
from .manifest import MANIFEST_NAME, Manifest, read_manifest
from .plan import OUTPUTS, SweepPlan, sample_draws
from .shards import SHARD_FOLDER
from .store import Study
from .sweep import Tabulate, difference_of, manifest_of
from .tables import write_experiments, write_tables
from .vocabulary import INSTALLED


def manifest_at(path: Path) -> Manifest:
    """The manifest at a path, or in a folder. Raises InputError as `read_manifest`."""
    return read_manifest(path.parent if path.name == MANIFEST_NAME else path)


def plan_again(
    manifest: Manifest, folder: Path = INSTALLED, threads: int | None = None
) -> SweepPlan:
    """The plan that a manifest came from, with the model in ``folder``.

    Raises InputError when the model, the registry, the posterior or the versions here are others
    than those of the manifest, or when its draws were given and not sampled.
    """
    if manifest.design == "given points":
        raise InputError(
            "The draws of this study were given, not sampled, so its manifest alone cannot make "
            "them again. Repeat the command that gave them."
        )
    settings = SweepSettings(
        draws=manifest.draws,
        seed=manifest.seed,
        design=manifest.design,
        method=manifest.method,
        threads=threads,
        outputs=tuple(output.name for output in manifest.outputs),
        folder=folder,
        from_prior=not manifest.posterior_digest,
    )
    plan = replace(halton_plan(manifest.scenarios, settings), block=manifest.block)
    words = difference_of(manifest, manifest_of(plan, sample_draws(plan)))
    if words:
        raise InputError(
            f"The study cannot be made again here: {words} is not that of its manifest. Install "
            "the versions that the manifest names, with the model of that time, or give its folder "
            "with --model."
        )
    return plan


def tabulate_of(manifest: Manifest) -> Tabulate:
    """The tables that the study had: those of a sweep of many scenarios leave out the summary."""
    whole = {output.name for output in manifest.outputs} >= set(OUTPUTS)
    return write_tables if whole else write_experiments


def shards_that_differ(study: Study, folder: Path) -> tuple[int, tuple[str, ...]]:
    """How many shards of the study ``folder`` has too, and the names of those that differ."""
    same, different = 0, []
    for path in sorted((study.directory / SHARD_FOLDER).glob("*.parquet")):
        other = folder / SHARD_FOLDER / path.name
        if other.is_file():
            same += 1
            if other.read_bytes() != path.read_bytes():
                different.append(path.name)
    return same, tuple(different)
