"""How far a study is, and how well its headline is known so far."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt

from ..model.errors import InputError
from .economics import HORIZONS, since
from .manifest import Manifest, element_names, read_manifest
from .schema import Scenario
from .shards import Scan, block_rows, is_finished, read_columns, scan, shard_path
from .store import paired_difference
from .summarise import NEED_MET_CALLS
from .uncertainty import Band, band

Array = npt.NDArray[np.float64]

CONTACTS = "cumulative contacts"
YEARS = HORIZONS[-1]
PACE_SHARDS = 40
"""The newest shards, from whose times the pace is read."""


@dataclass(frozen=True)
class Standing:
    """What a store has: whole numbers of runs, and seconds by the clock of its files."""

    manifest: Manifest
    scan: Scan
    runs: int
    pace: float | None
    newest: float | None

    @property
    def total(self) -> int:
        """Runs in all."""
        return self.manifest.draws * len(self.manifest.scenarios)

    @property
    def failed(self) -> int:
        """Runs that failed."""
        return sum(len(reasons) for reasons in self.scan.failures.values())

    @property
    def seconds_left(self) -> float | None:
        """For the rest at the pace of the newest shards; None when the pace is not known."""
        return (self.total - self.runs) / self.pace if self.pace else None


def standing(directory: Path) -> Standing:
    """How far the study in ``directory`` is. Raises InputError when it holds none."""
    manifest = read_manifest(directory)
    found = scan(directory, manifest)
    sizes = {n: _size(manifest, n) for n in range(found.blocks)}
    shards = sorted(
        (shard_path(directory, name, number).stat().st_mtime, sizes[number])
        for name, done in found.done.items()
        for number in done
    )
    newest = shards[-PACE_SHARDS:]
    took = newest[-1][0] - newest[0][0] if newest else 0.0
    return Standing(
        manifest=manifest,
        scan=found,
        runs=sum(size for _, size in shards),
        pace=sum(size for _, size in newest[1:]) / took if took > 0 else None,
        newest=newest[-1][0] if newest else None,
    )


def _size(manifest: Manifest, block: int) -> int:
    rows = block_rows(manifest, block)
    return int(rows.stop - rows.start)


class HeadlineWatch:
    """The headline of a study under way: police contacts that its first policy avoids in
    `YEARS` years. Looking again reads only what is new."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._avoided: dict[int, Array] = {}

    @cached_property
    def _manifest(self) -> Manifest:
        return read_manifest(self._directory)

    @property
    def policy(self) -> Scenario | None:
        """The first policy in reading order, None before there is a manifest or a policy."""
        try:
            return next((s for s in self._manifest.scenarios if not s.is_comparator), None)
        except InputError:
            return None

    @property
    def year(self) -> int:
        """Until when contacts are counted."""
        return self._manifest.policy_start + YEARS

    def look(self, numbers: Iterable[int] | None = None) -> Band | None:
        """Its band over the draws that are finished, None when there is none yet."""
        policy = self.policy
        if policy is None or CONTACTS not in {o.name for o in self._manifest.outputs}:
            return None
        blocks = -(-self._manifest.draws // self._manifest.block)
        for number in range(blocks) if numbers is None else numbers:
            names = policy.name, str(policy.compare_with)
            if number not in self._avoided and all(
                is_finished(self._directory, self._manifest, name, number) for name in names
            ):
                self._avoided[number] = self._of(names, number)
        found = [self._avoided[number] for number in sorted(self._avoided)]
        known = band(np.concatenate(found)) if found else None
        return known if known is not None and known.draws > 1 else None

    def _of(self, names: tuple[str, str], number: int) -> Array:
        manifest = self._manifest
        output = next(o for o in manifest.outputs if o.name == CONTACTS)
        columns = tuple(
            column
            for column in element_names(output, manifest.dimensions)
            if not any(f"[{call}]" in column for call in NEED_MET_CALLS)
        )
        policy, base = (
            np.stack([*read_columns(self._directory, manifest, (name, number), columns).values()])
            for name in names
        )
        series = paired_difference(policy, base).sum(axis=0)
        time = np.asarray(manifest.time)
        return np.asarray(-since(series, time, manifest.policy_start, self.year))
