"""Who makes the shards: the caller alone, or the threads of this process."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from threading import Lock
from typing import Protocol

from ..model.engine.threads import available_threads
from .runner import EngineRunner, Runner
from .work import Drawn, Task, make_shard

Job = tuple[str, int]
"""A scenario's name and a block of draws."""
Prepare = Callable[[Job], tuple[Task, Drawn]]
"""What a job takes; called in the caller's thread, when the work is about to begin."""
Tell = Callable[[int], None]
"""Called in the caller's thread with the runs done of the jobs not yet handed over."""

Made = Generator[tuple[Job, bytes], None, None]
"""Jobs with the content of their shards; closing it ends the work."""

LOOK_SECONDS = 0.2


class Crew(Protocol):
    """Makes shards. The jobs of one call depend on none of each other."""

    def work(self, jobs: Sequence[Job], prepare: Prepare, tell: Tell) -> Made:
        """The content of every job's shard, in any order. Raises InputError as `make_shard`."""


def local_crew(model: Runner) -> Crew:
    """The threads of this process for a compiled model, the caller alone for any other."""
    if not isinstance(model, EngineRunner):
        return Alone(model)
    return Threads(model, available_threads() if model.threads is None else model.threads)


@dataclass(frozen=True)
class Alone:
    """One job after another in the caller's thread."""

    model: Runner

    def work(self, jobs: Sequence[Job], prepare: Prepare, tell: Tell) -> Made:
        """The content of every job's shard, in order."""
        for job in jobs:
            task, drawn = prepare(job)
            yield job, make_shard(self.model, task, drawn, lambda done, _total: tell(done))


@dataclass(frozen=True)
class Threads:
    """Whole shards side by side, a thread each, so that reading, running and packing overlap; the
    few that are left over in the end share all threads, one shard after another."""

    model: EngineRunner
    threads: int

    def work(self, jobs: Sequence[Job], prepare: Prepare, tell: Tell) -> Made:
        """The content of every job's shard, in any order."""
        together = len(jobs) - len(jobs) % self.threads
        yield from self._side_by_side(jobs[:together], (self.threads, 1), prepare, tell)
        yield from self._side_by_side(jobs[together:], (1, self.threads), prepare, tell)

    def _side_by_side(
        self, jobs: Sequence[Job], shape: tuple[int, int], prepare: Prepare, tell: Tell
    ) -> Made:
        at_once, threads_each = shape
        model = replace(self.model, threads=threads_each)
        tally = _Tally()
        waiting = iter(jobs)
        pending: dict[Future[bytes], Job] = {}
        with ThreadPoolExecutor(at_once) as pool:
            try:
                while True:
                    # One more than can be at work, so that no thread waits for the next one.
                    for job in islice(waiting, at_once + 1 - len(pending)):
                        work = partial(make_shard, model, *prepare(job), partial(tally.set, job))
                        pending[pool.submit(work)] = job
                    if not pending:
                        return
                    done, _ = wait(pending, LOOK_SECONDS, FIRST_COMPLETED)
                    # What is finished is handed over before a failure ends the work.
                    for future in sorted(done, key=lambda one: one.exception() is not None):
                        job = pending.pop(future)
                        content = future.result()
                        tally.forget(job)
                        yield job, content
                    tell(tally.total())
            finally:
                pool.shutdown(wait=True, cancel_futures=True)


class _Tally:
    """Runs done by job, counted from several threads."""

    def __init__(self) -> None:
        self._done: dict[Job, int] = {}
        self._lock = Lock()

    def set(self, job: Job, done: int, _total: int) -> None:
        """So many runs of the job are done."""
        with self._lock:
            self._done[job] = done

    def forget(self, job: Job) -> None:
        """The job is handed over."""
        with self._lock:
            self._done.pop(job, None)

    def total(self) -> int:
        """Runs done of the jobs under way."""
        with self._lock:
            return sum(self._done.values())
