"""A command's result folder: whole or absent, every table stamped with what it rests on."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from ...model.errors import InputError
from ..atomic import clear_away, make_folder, write_whole, writing_failed
from ..lock import LOCK_NAME, only_writer
from ..manifest import Manifest

REQUEST_NAME = "request.json"
UNFINISHED = ".unfinished"
FIGURES = 6
"""Significant figures of a number in a table."""

Request = Mapping[str, object]
"""What was asked for, in words and numbers that JSON holds; equal requests give equal results."""


@dataclass(frozen=True)
class Stamp:
    """What a table rests on: digests of the model and the posterior, the seed, the versions."""

    model: str
    posterior: str
    seed: int
    versions: str

    @classmethod
    def of(cls, manifest: Manifest, seed: int | None = None) -> Stamp:
        """That of a study. Without a posterior, inputs are drawn from their priors. ``seed`` is
        the analysis' own, by default the study's."""
        return cls(
            manifest.model_digest,
            manifest.told_posterior,
            manifest.seed if seed is None else seed,
            manifest.told_versions,
        )

    def on(self, frame: pd.DataFrame) -> pd.DataFrame:
        """``frame`` with the stamp as its last columns."""
        stamped = frame.copy()
        stamped["model digest"] = self.model
        stamped["posterior digest"] = self.posterior
        stamped["seed"] = self.seed
        stamped["versions"] = self.versions
        return stamped


@dataclass(frozen=True)
class ResultTable:
    """``name`` is that of its CSV file; ``title`` says what it holds; units are in the columns'
    own names or in a column ``unit``."""

    name: str
    title: str
    frame: pd.DataFrame

    def csv(self, stamp: Stamp) -> bytes:
        """The table with its stamp, numbers to `FIGURES` significant figures."""
        text = stamp.on(self.frame).to_csv(
            index=False, float_format=f"%.{FIGURES}g", lineterminator="\n"
        )
        return str(text).encode()


def write_results(
    folder: Path, stamp: Stamp, tables: Sequence[ResultTable], files: Mapping[str, bytes]
) -> None:
    """Write every table as CSV, and ``files`` by their names. Raises InputError."""
    for table in tables:
        write_whole(folder / f"{table.name}.csv", table.csv(stamp))
    for name, content in files.items():
        write_whole(folder / name, content)


@contextmanager
def results_folder(to: Path, request: Request) -> Iterator[Path]:
    """A working folder beside ``to`` that takes its name when the body succeeds.

    An interrupted body leaves ``to`` with the ending `UNFINISHED`; the same request goes on in it.
    Raises InputError when ``to`` holds something already, when an unfinished folder is another
    request's or another process works in it, or when nothing can be written.
    """
    if to.exists() and (not to.is_dir() or any(to.iterdir())):
        raise InputError(
            f"{to} is in use already. Name another folder with --to, or remove that one first."
        )
    working = to.with_name(f"{to.name}{UNFINISHED}")
    text = json.dumps(request, indent=1, ensure_ascii=False, sort_keys=True) + "\n"
    with only_writer(working):
        clear_away(working)
        _same_request(working / REQUEST_NAME, text)
        write_whole(working / REQUEST_NAME, text.encode())
        try:
            yield working
        except InputError:
            _forget_if_empty(working)
            raise
    try:
        for lock in working.rglob(LOCK_NAME):
            lock.unlink()
        if to.exists():
            to.rmdir()
        working.rename(to)
    except OSError as error:
        raise writing_failed(to, error) from None


def _same_request(path: Path, text: str) -> None:
    """Raises InputError when the folder was begun for another request."""
    try:
        before = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path} cannot be read ({error}). Remove its folder.") from None
    if before != text:
        raise InputError(
            f"{path.parent} holds an unfinished result of another request ({path.name} says "
            "which). Repeat that command to finish it, remove the folder, or name another with "
            "--to."
        )


def _forget_if_empty(working: Path) -> None:
    """Remove a folder in which nothing but the request was written."""
    names = {path.name for path in working.iterdir()}
    if names <= {REQUEST_NAME, LOCK_NAME}:
        with suppress(OSError):
            for name in names:
                (working / name).unlink()
            working.rmdir()


def named_folder(to: Path) -> Path:
    """``to`` with its parents made. Raises InputError when that is not possible."""
    make_folder(to.parent)
    return to
