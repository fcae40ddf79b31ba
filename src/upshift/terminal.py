"""What the command line says while it works: a bar in a terminal, plain lines elsewhere."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from .model.errors import InputError

log = logging.getLogger("upshift")


class _StandardError(logging.Handler):
    """Writes to what standard error is at the time, so that a progress bar may stand below."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write one line."""
        sys.stderr.write(f"{self.format(record)}\n")


def show_log() -> None:
    """Send the library's log to standard error, once."""
    if not any(isinstance(handler, _StandardError) for handler in log.handlers):
        handler = _StandardError()
        handler.setFormatter(logging.Formatter("%(levelname)s %(message)s"))
        log.addHandler(handler)
    log.setLevel(logging.INFO)


@contextmanager
def progress(what: str) -> Iterator[Callable[[int, int], None]]:
    """A function to be called with (done, total)."""
    if sys.stderr.isatty():
        with _bar(what) as tell:
            yield tell
        return
    last = -1

    def tell_in_lines(done: int, total: int) -> None:
        nonlocal last
        tenth = 10 * done // max(total, 1)
        if tenth > last:
            last = tenth
            log.info("%s: %s of %s", what, f"{done:,}", f"{total:,}")

    yield tell_in_lines


@contextmanager
def _bar(what: str) -> Iterator[Callable[[int, int], None]]:
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import (  # noqa: PLC0415
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    columns = (TextColumn(what), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def write_out(text: str) -> None:
    """Write to standard output. A reader that has gone (``| head``) ends the program quietly.

    Raises InputError when what is behind the output is full.
    """
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        _forget_output()
        raise SystemExit(0) from None
    except OSError as error:
        _forget_output()
        raise InputError(
            f"Standard output cannot be written ({error.strerror}). Free some space, or use --out."
        ) from None


def _forget_output() -> None:
    """Point standard output at nothing, so that the interpreter's last flush cannot fail too."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
