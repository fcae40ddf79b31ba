"""One writer at a time: two runs on one store would not corrupt it, but would do the work twice."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from ..model.errors import InputError
from .atomic import make_folder, writing_failed

LOCK_NAME = ".lock"


@contextmanager
def only_writer(directory: Path) -> Iterator[None]:
    """Hold ``directory``, made when there is none, as its only writer.

    The operating system lets go of the lock when the process ends, however it ends. Raises
    InputError when another process holds it, or when the folder cannot be written.
    """
    make_folder(directory)
    lock = FileLock(directory / LOCK_NAME)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise InputError(
            f"Another run is writing to {directory}. Wait until it ends, or give this one a folder "
            "of its own."
        ) from None
    except OSError as error:
        raise writing_failed(directory, error) from None
    try:
        yield
    finally:
        lock.release()
