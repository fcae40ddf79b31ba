"""Files that are either whole or absent, and one clear message when the disk says no."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from ..model.errors import InputError


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """A temporary path beside ``path`` that takes its name only if the body succeeds.

    On any failure, an interrupt included, the temporary file is removed and ``path`` is untouched.
    Raises InputError when the disk is full or the folder cannot be written.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        yield temporary
        temporary.replace(path)
    except OSError as error:
        _discard(temporary)
        raise writing_failed(path, error) from None
    except BaseException:
        _discard(temporary)
        raise


def write_whole(path: Path, content: bytes) -> None:
    """Write ``content`` to ``path`` whole or not at all. Raises InputError as `whole_file`."""
    with whole_file(path) as temporary:
        temporary.write_bytes(content)


def make_folder(path: Path) -> None:
    """Create ``path`` and its parents. Raises InputError when that is not possible."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise writing_failed(path, error) from None


def writing_failed(path: Path, error: OSError) -> InputError:
    """The message for a failed write: what, where, why and the usual cure."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return InputError(
            f"The disk is full: {path} could not be written. Nothing half-written is left and "
            "finished work is kept. Free some space and run the same command again."
        )
    if isinstance(error, FileExistsError | NotADirectoryError):
        return InputError(f"{path} cannot be a folder: a file of that name is in the way.")
    reason = error.strerror or str(error)
    return InputError(
        f"{path} cannot be written ({reason}). Choose a folder you may write to, for instance "
        "one in your home folder."
    )


def clear_away(directory: Path) -> None:
    """Remove temporary files that a killed process left in ``directory`` and below.

    Only the folder's one writer may call this: another's files would go too.
    """
    for left in directory.rglob(".*.part"):
        _discard(left)


def _discard(temporary: Path) -> None:
    with suppress(OSError):
        temporary.unlink(missing_ok=True)
