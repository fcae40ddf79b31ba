"""What the command line says while it works: a bar in a terminal, plain lines elsewhere."""

from __future__ import annotations

import json
import logging
import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal, Protocol

from .model.errors import InputError

log = logging.getLogger("upshift")

LogKind = Literal["plain", "json"]
LOOK_SECONDS = 2.0
"""How often a bar asks again what there is to be told."""


class _StandardError(logging.Handler):
    """Writes to what standard error is at the time, so that a progress bar may stand below."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write one line."""
        sys.stderr.write(f"{self.format(record)}\n")


class _JsonLines(logging.Formatter):
    """A record as one line of JSON: when, how bad, what, and the figures behind the words."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="seconds"),
            "level": record.levelname.lower(),
            "message": record.getMessage(),
            **getattr(record, "figures", {}),
        }
        return json.dumps(line, ensure_ascii=False)


def show_log(kind: LogKind = "plain") -> None:
    """Send the library's log to standard error: lines for people, or JSON for machines."""
    handlers = [handler for handler in log.handlers if isinstance(handler, _StandardError)]
    handler = handlers[0] if handlers else _StandardError()
    plain = logging.Formatter("%(levelname)s %(message)s")
    handler.setFormatter(_JsonLines() if kind == "json" else plain)
    if not handlers:
        log.addHandler(handler)
    log.setLevel(logging.INFO)


class Watch(Protocol):
    """Something to be told beside how much is done."""

    def __call__(self) -> Note | None:
        """What is known by now, None when nothing is."""


@dataclass(frozen=True)
class Note:
    """Words for people, figures for machines."""

    words: str
    figures: Mapping[str, float | int | str]


class _Pace:
    """Rate and time left, counted from the first call: what was there before took no time."""

    def __init__(self) -> None:
        self._first: tuple[float, int] | None = None

    def figures(self, done: int, total: int) -> dict[str, float | int]:
        """``done`` and ``total``, and once they are known ``rate`` and ``seconds_left``."""
        now = time.monotonic()
        if self._first is None:
            self._first = now, done
        took, made = now - self._first[0], done - self._first[1]
        found: dict[str, float | int] = {"done": done, "total": total}
        if took > 0 and made > 0:
            found["rate"] = round(made / took, 3)
            found["seconds_left"] = round((total - done) * took / made, 1)
        return found


@contextmanager
def progress(what: str, watch: Watch | None = None) -> Iterator[Callable[[int, int], None]]:
    """A function to be called with (done, total): a bar in a terminal, else a line a tenth.

    Both say rate and time left, and what ``watch`` knows.
    """
    watch = watch or _nothing
    if sys.stderr.isatty():
        with _bar(what, watch) as tell:
            yield tell
        return
    last, pace = -1, _Pace()

    def tell_in_lines(done: int, total: int) -> None:
        nonlocal last
        figures = pace.figures(done, total)
        tenth = 10 * done // max(total, 1)
        if tenth > last:
            last = tenth
            note = watch()
            told = _told(figures, note)
            text = f"{what}: {done:,} of {total:,}{f' ({told})' if told else ''}"
            more = {} if note is None else note.figures
            log.info(text, extra={"figures": {"what": what, **figures, **more}})

    yield tell_in_lines


def _nothing() -> None:
    """Nothing to be told."""


def _told(figures: Mapping[str, float | int], note: Note | None) -> str:
    told = []
    if "rate" in figures:
        told.append(f"{figures['rate']:,.3g} a second")
        if figures["seconds_left"]:
            told.append(f"{duration(figures['seconds_left'])} left")
    if note is not None:
        told.append(note.words)
    return "; ".join(told)


def duration(seconds: float) -> str:
    """Seconds as people say them."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    if seconds < 90 * 60:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.1f} h"


@contextmanager
def _bar(what: str, watch: Watch) -> Iterator[Callable[[int, int], None]]:
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import (  # noqa: PLC0415
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
    )

    columns = (
        TextColumn(what),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[told]}"),
    )
    pace, looked, note = _Pace(), -LOOK_SECONDS, None
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=None, told="")

        def tell(done: int, total: int) -> None:
            nonlocal looked, note
            if time.monotonic() - looked > LOOK_SECONDS:
                looked, note = time.monotonic(), watch()
            told = _told(pace.figures(done, total), note)
            bar.update(task, completed=done, total=total, told=told)

        yield tell


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
