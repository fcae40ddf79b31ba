"""Shards made by the workers of an existing Dask cluster, on one machine or many.

The caller stays the only one that writes to the store: a worker hands back the content of a shard's
file. What a worker holds it can be sent again, so that a lost worker costs time and no run.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from itertools import islice
from threading import Lock
from typing import TYPE_CHECKING, Any

from ..model.errors import InputError
from .crew import Job, Made, Prepare, Tell
from .manifest import versions
from .runner import EngineRunner, Runner
from .work import Drawn, Task, make_shard

if TYPE_CHECKING:
    from distributed import Client, Future

EXTRA = "upshift[cluster]"
CONNECT_SECONDS = 20
LOOK_SECONDS = 0.5
WAITING_EACH = 2
"""Shards handed to the scheduler for each thread of the cluster: one at work, one to follow."""


@dataclass(frozen=True)
class Portable:
    """A model that may be sent to another process, and what must be the same there."""

    model: Runner
    digest: str
    versions: Mapping[str, str]

    def __reduce__(self) -> tuple[Any, ...]:
        """Without what this process has worked out from it: machine code does not travel."""
        model = self.model
        if isinstance(model, EngineRunner):
            model = replace(model, model=replace(model.model))
        return Portable, (model, self.digest, self.versions)


@contextmanager
def dask_crew(address: str, model: Runner) -> Iterator[DaskCrew]:
    """The workers of the Dask scheduler at ``address``, such as ``tcp://host:8786``.

    Raises InputError when Dask is not installed or no scheduler answers there.
    """
    try:
        from distributed import Client  # noqa: PLC0415
    except ImportError:
        raise InputError(
            f"Running on a cluster needs Dask's distributed: pip install '{EXTRA}', here and where "
            "the workers are."
        ) from None
    try:
        client = Client(address, timeout=CONNECT_SECONDS, set_as_default=False)
    except (OSError, ValueError) as error:
        raise InputError(
            f"No Dask scheduler answers at {address} ({str(error).splitlines()[0]}). Start one "
            "with `dask scheduler`, and give its address, such as tcp://host:8786."
        ) from None
    with client:
        yield DaskCrew(client, model)


class DaskCrew:
    """A `Crew` of Dask workers."""

    def __init__(self, client: Client, model: Runner) -> None:
        self._client = client
        if isinstance(model, EngineRunner):
            model = replace(model, threads=1)  # a worker runs as many tasks as it has threads
        self._model = Portable(model, model.digest, versions())
        self._held: dict[str, Future] = {}

    def work(self, jobs: Sequence[Job], prepare: Prepare, tell: Tell) -> Made:
        """The content of every job's shard, in any order. Raises InputError as `make_shard`, and
        when the cluster cannot go on."""
        from distributed import wait  # noqa: PLC0415

        model = self._hold(f"model-{self._model.digest}", self._model)
        waiting = iter(jobs)
        pending: dict[Future, Job] = {}
        try:
            while True:
                for job in islice(waiting, max(0, self._room() - len(pending))):
                    pending[self._begun(model, *prepare(job))] = job
                if not pending:
                    return
                ours = self._client.as_current()
                with _cluster_errors(), ours, suppress(TimeoutError):  # nothing finished yet
                    wait(list(pending), timeout=LOOK_SECONDS, return_when="FIRST_COMPLETED")
                for future in [future for future in pending if future.done()]:
                    job = pending.pop(future)
                    with _cluster_errors():
                        content = future.result()
                    future.release()
                    yield job, content
                tell(0)
        finally:
            self._client.cancel(list(pending))

    def _begun(self, model: Future, task: Task, drawn: Drawn) -> Future:
        """The task, handed to the scheduler. Inputs that many shards share travel once."""
        block = task.frame.notes["upshift draws"]
        held = self._hold(f"draws-{block}-{task.frame.block}", drawn)
        key = f"upshift-shard-{task.frame.notes['upshift content']}"
        return self._client.submit(_made, model, task, held, key=key)

    def _hold(self, name: str, value: object) -> Future:
        """``value`` as the result of a task, which the scheduler repeats if its worker is lost."""
        if name not in self._held:
            self._held[name] = self._client.submit(_itself, value, key=f"upshift-{name}")
        return self._held[name]

    def _room(self) -> int:
        threads = sum(int(count) for count in self._client.nthreads().values())
        return max(4, WAITING_EACH * threads)


def _itself(value: object) -> object:
    return value


_ready: set[str] = set()
_lock = Lock()


def _made(portable: Portable, task: Task, drawn: Drawn) -> bytes:
    """On a worker: the content of a shard. Raises InputError when the worker is not like the
    caller."""
    model = portable.model
    with _lock:
        if portable.digest not in _ready:
            _check_alike(portable)
            _compile(model)
            _ready.add(portable.digest)
    return make_shard(model, task, drawn, lambda _done, _total: None)


def _check_alike(portable: Portable) -> None:
    here = versions()
    for name, there in portable.versions.items():
        if here.get(name) != there:
            raise InputError(
                f"A worker has {name} {here.get(name)}, and this computer {there}: their numbers "
                "may differ. Install the same versions (constraints.txt) on every worker."
            )
    if portable.model.digest != portable.digest:
        raise InputError(
            "A worker has another engine than this computer: their numbers may differ. Install the "
            "same upshift on every worker."
        )


def _compile(model: Runner) -> None:
    """Machine code for this process: one process of a machine makes it, the others wait for it."""
    if not isinstance(model, EngineRunner):
        return
    from filelock import FileLock  # noqa: PLC0415

    from ..model.engine import cache  # noqa: PLC0415

    with FileLock(cache.folder() / f"k_{model.digest}.lock"):
        model.run({}, model.model.evaluation_order[:1], lambda _done, _total: None)


@contextmanager
def _cluster_errors() -> Iterator[None]:
    """What can go wrong with a cluster, in one sentence and with the cure."""
    from distributed import CancelledError, KilledWorker  # noqa: PLC0415
    from distributed.comm import CommClosedError  # noqa: PLC0415

    go_on = "Finished shards are kept; the same command goes on from there."
    try:
        yield
    except KilledWorker:
        raise InputError(
            "Several workers died at the same shard, most likely for want of memory. Give them "
            f"more memory or fewer threads. {go_on}"
        ) from None
    except TimeoutError:
        raise
    except (CancelledError, CommClosedError, OSError) as error:
        raise InputError(
            f"The connection to the Dask scheduler was lost ({type(error).__name__}). {go_on}"
        ) from None
