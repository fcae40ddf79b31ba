"""Sweeps as commands run them: into a folder or to an address, told of while they go on."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from .model.errors import InputError
from .terminal import Note, Watch, progress, write_out

if TYPE_CHECKING:
    from .scenarios.crew import Crew
    from .scenarios.plan import SweepPlan
    from .scenarios.store import Study

log = logging.getLogger("upshift")

INTERRUPTED = 130
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Results:
    """Where results go: a ``folder``, and what it is ``told`` as, which is an address when the
    folder is only its mirror. ``committing`` is a sweep's progress that keeps the mirror up."""

    folder: Path
    told: str
    committing: Callable[[Progress], Progress]

    def say(self, lines: tuple[str, ...] | list[str]) -> None:
        """Print lines, in which the folder goes by what it is told as."""
        text = "".join(f"{line}\n" for line in lines)
        write_out(text.replace(str(self.folder), self.told))


@contextmanager
def results_at(place: str) -> Iterator[Results]:
    """The folder ``place``, or one that is mirrored at the address ``place``.

    On Ctrl-C: a line about what is finished, and the exit code of an interrupt. Raises InputError
    for an address that cannot be reached.
    """
    from .scenarios.remote import is_address, mirrored  # noqa: PLC0415

    if not is_address(place):
        folder = Path(place)
        with _told_how_to_go_on(folder, f"{folder}"):
            yield Results(folder, f"{folder}", lambda progress: progress)
        return
    with mirrored(place) as mirror, _told_how_to_go_on(mirror.folder, mirror.address):
        yield Results(mirror.folder, mirror.address, mirror.committing)


def sweep_into(
    results: Results,
    plan: SweepPlan,
    scheduler: str | None,
    tabulate: Callable[[Study], None],
) -> Study:
    """Run ``plan``, on the workers of a Dask scheduler if there is one, with a log and a progress
    bar, and warn of runs that failed. Raises InputError as `run_sweep`."""
    from .scenarios.sweep import run_sweep  # noqa: PLC0415

    folder = results.folder
    log.info("%d scenarios x %d draws into %s", len(plan.scenarios), plan.draws, results.told)
    with _crew_at(scheduler, plan) as crew, progress("Runs", _watch_of(folder)) as tell:
        study = run_sweep(plan, folder, results.committing(tell), tabulate, crew)
    _tell_failures(study, results.told)
    return study


@contextmanager
def _crew_at(scheduler: str | None, plan: SweepPlan) -> Iterator[Crew | None]:
    """The workers of the Dask scheduler at that address; None for those of this process."""
    if scheduler is None:
        yield None
        return
    from .scenarios.cluster import dask_crew  # noqa: PLC0415

    with dask_crew(scheduler, plan.model) as crew:
        yield crew


def _watch_of(folder: Path) -> Watch:
    """The headline of the sweep into ``folder``, with its Monte-Carlo error so far."""
    from .scenarios.standing import HeadlineWatch  # noqa: PLC0415

    watch = HeadlineWatch(folder)

    def look() -> Note | None:
        known = watch.look()
        if known is None or watch.policy is None:
            return None
        words = f"contacts avoided by {watch.policy.name} {known.q50:,.1f} ± {known.error:,.1f}"
        figures: dict[str, float | int | str] = {
            "headline": f"police contacts avoided by {watch.year}",
            "scenario": watch.policy.name,
            "median": round(known.q50, 6),
            "monte_carlo_error": round(known.error, 6),
            "draws": known.draws,
        }
        return Note(words, figures)

    return look


def _tell_failures(study: Study, told: str) -> None:
    """One warning about runs that failed, if any did."""
    if not study.failures:
        return
    first = study.failures[0]
    log.warning(
        "%d runs failed and are left out of every comparison; the first, draw %d of '%s', because "
        "%s. `upshift status %s` lists them.",
        len(study.failures),
        first.draw,
        first.scenario,
        first.reason,
        told,
    )


@contextmanager
def _told_how_to_go_on(folder: Path, told: str) -> Iterator[None]:
    """On Ctrl-C: a line about what is finished there, and the exit code of an interrupt."""
    try:
        yield
    except KeyboardInterrupt:
        sys.stderr.write(f"{_where_it_stands(folder, told)}\n")
        sys.exit(INTERRUPTED)


def _where_it_stands(folder: Path, told: str) -> str:
    """One line: what an interrupted sweep has finished, and how to go on."""
    from .scenarios.manifest import read_manifest  # noqa: PLC0415
    from .scenarios.shards import scan  # noqa: PLC0415

    try:
        manifest = read_manifest(folder)
        done = len(scan(folder, manifest).finished)
    except InputError:
        return "Stopped before any scenario was finished. The same command starts again."
    return (
        f"Stopped: {done} of {len(manifest.scenarios)} scenarios are finished and kept in "
        f"{told}. The same command goes on from there."
    )
