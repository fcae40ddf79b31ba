"""What a model file may ask for at most, so that any file ends in a result or in one clear error.

A file is data from anywhere: every step that could take time or memory without end asks here first.
The limits are far above any published model. Two more live where their functions are: the stages
of a delay (``expand_delay``), and the elements that VECTOR functions and matrices go along
(``expand_vector``, ``expand_matrix``).
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Lock

from ..errors import InputError

MOST_FILE = 64_000_000  # bytes of a model file, pictures included
MOST_TEXT = 8_000_000  # characters of equations: ten minutes of parsing
MOST_EQUATION = 200_000  # characters of one equation
MOST_EQUATIONS = 20_000  # of a model, with what macros and modules write out
MOST_BRACKETS = 100  # round brackets inside one another
MOST_RANGE = 10_000  # elements of a subscript range
MOST_ELEMENTS = 2_000_000  # of all variables together: 128 MB for a batch of eight runs
MOST_DEPTH = 190  # operations inside one another: Python reads at most 200 brackets
MOST_OPERATIONS = 50_000  # of one equation, with what its functions stand for
MOST_TERMS = 20_000_000  # that an equation adds up at one step
MOST_STEPS = 100_000_000  # of a run
MOST_DATA = 100_000_000  # bytes of a file beside the model, as unpacked
MOST_CELLS = 10_000_000  # of a sheet, empty ones within its corners included
LONGEST_SHOWN = 200  # characters of a name or text in a message

_FRAMES = 4_000  # calls inside one another: MOST_BRACKETS need 25 each in the parser
_MARKS = re.compile(r'"(?:\\"|[^"])*+"|[()~|]')
_lock = Lock()
_deep: list[int] = []  # the limits met by those who are inside ``deep``


@contextmanager
def deep() -> Iterator[None]:
    """Room for recursion as deep as the limits here allow."""
    with _lock:
        _deep.append(sys.getrecursionlimit())
        sys.setrecursionlimit(max(_FRAMES, *_deep))
    try:
        yield
    finally:
        with _lock:
            before = _deep.pop()
            if not _deep:
                sys.setrecursionlimit(before)


def fits(path: Path) -> bool:
    """Whether there is a file at a path that is small enough to be a model."""
    try:
        return path.is_file() and path.stat().st_size <= MOST_FILE
    except (OSError, ValueError):  # too long a name, a zero byte in it
        return False


def check_size(path: Path) -> None:
    """Refuse a model file that is too large to be one, without reading it."""
    size = path.stat().st_size
    if size > MOST_FILE:
        raise InputError(
            f"{path} holds {size / 1e6:,.0f} MB; a model file holds at most "
            f"{MOST_FILE / 1e6:g} MB. Is it the right file?"
        )


def check_equations(path: Path, texts: Sequence[str]) -> None:
    """Refuse equations, as text, that the parser would take too long over or lose itself in."""
    total = sum(map(len, texts))
    if total > MOST_TEXT or len(texts) > MOST_EQUATIONS:
        raise InputError(
            f"{path} holds {len(texts):,} equations of {total / 1e6:.1f} million characters; at "
            f"most {MOST_EQUATIONS:,} of {MOST_TEXT / 1e6:g} million together are read."
        )
    for text in texts:
        if len(text) > MOST_EQUATION:
            raise InputError(
                f"{path}: the equation '{shortened(text)}' has {len(text):,} characters; at most "
                f"{MOST_EQUATION:,} are read. Keep long tables in a file of their own."
            )
        nested = _nesting(text)
        if nested > MOST_BRACKETS:
            raise InputError(
                f"{path}: the equation '{shortened(text)}' has {nested} brackets inside one "
                f"another; at most {MOST_BRACKETS} are read. Give the inner part a variable of "
                "its own."
            )


def _nesting(text: str) -> int:
    """How many round brackets stand inside one another in an equation, before its unit."""
    most = now = 0
    for match in _MARKS.finditer(text):
        mark = match[0]
        if mark in "~|":
            break
        now += (mark == "(") - (mark == ")")
        most = max(most, now)
    return most


def shortened(text: str) -> str:
    """A text from a file in one line, short enough for a message."""
    line = " ".join(text[: 4 * LONGEST_SHOWN].split())
    return line if len(line) <= LONGEST_SHOWN else line[: LONGEST_SHOWN - 1] + "…"


def check_range(name: str, count: int) -> None:
    """Refuse a subscript range of too many elements."""
    if count > MOST_RANGE:
        raise InputError(
            f"The subscript range '{shortened(name)}' has {count:,} elements; at most "
            f"{MOST_RANGE:,} are supported."
        )


def check_elements(name: str, total: int) -> None:
    """Refuse variables whose elements are too many together; ``name`` is the one too many."""
    if total > MOST_ELEMENTS:
        raise InputError(
            f"With '{shortened(name)}' the variables have {total:,} elements together; at most "
            f"{MOST_ELEMENTS:,} are supported. Use fewer subscripts."
        )


def check_count(total: int) -> None:
    """Refuse more equations than a model may have, macros and modules written out."""
    if total > MOST_EQUATIONS:
        raise InputError(
            f"With its macros and modules written out, the model has more than "
            f"{MOST_EQUATIONS:,} equations, which is the most supported."
        )


def too_deep(name: str) -> InputError:
    """The error for an equation that holds too much in one another."""
    return InputError(
        f"The equation of '{shortened(name)}' has more than {MOST_DEPTH} operations inside one "
        f"another, or {MOST_OPERATIONS:,} in all. Give a part of it a variable of its own."
    )


def check_terms(name: str, terms: int) -> None:
    """Refuse a sum, product or extreme over too many elements."""
    if terms > MOST_TERMS:
        raise InputError(
            f"The equation of '{shortened(name)}' goes through {terms:,} terms at every step; at "
            f"most {MOST_TERMS:,} are supported. Reduce over one subscript after another."
        )


def check_split(names: Sequence[str], elements: int) -> None:
    """Refuse equations that must be put in order element by element, if these are too many."""
    if elements > MOST_EQUATIONS:
        raise InputError(
            f"The elements of {shortened(', '.join(names))} depend on one another, and must be put "
            f"in order one by one: {elements:,}, of at most {MOST_EQUATIONS:,} supported."
        )


def check_steps(name: str, steps: float) -> None:
    """Refuse a run of too many steps, or of no number of steps at all."""
    if not steps <= MOST_STEPS:
        raise InputError(
            f"A run of '{name}' would take {steps:.4g} steps; at most {MOST_STEPS:,} are "
            "supported. Use a longer TIME STEP or an earlier FINAL TIME."
        )


def check_result(runs: int, times: int, outputs: int) -> None:
    """Refuse a result that does not fit the machine's memory."""
    size = 8 * runs * times * outputs
    memory = _memory()
    if size > memory:
        raise InputError(
            f"The result, {runs:,} runs of {outputs:,} outputs at {times:,} times, takes "
            f"{size / 1e9:,.0f} GB; this machine has {memory / 1e9:,.0f} GB. Ask for fewer outputs "
            "or runs at once, or a longer SAVEPER."
        )


def _memory() -> float:
    """Bytes of memory of this machine; where that is not told, as many as a large one has."""
    try:
        return float(os.sysconf("SC_PAGE_SIZE")) * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        return 64e9


def beside(folder: str, file: str, variable: str) -> Path | None:
    """The path of a file in a model's folder or below, None if there is none.

    Raises InputError for a path that leads out of the folder, also by way of a link, and for a
    file too large to be read.
    """
    path = Path(folder) / file
    try:
        within = path.resolve().is_relative_to(Path(folder).resolve())
        size = path.stat().st_size if within and path.is_file() else None
    except (OSError, ValueError, RuntimeError):  # too long a name, a link to itself, …
        return None
    if not within:
        raise InputError(
            f"'{variable}' reads {shortened(file)}, which is outside the model's folder "
            f"({folder}). Put the file beside the model, and give its name without a path."
        )
    if size is None:
        return None
    check_data(path, size, variable)
    return path


def check_data(path: Path, size: int, variable: str) -> None:
    """Refuse a file of numbers, packed or unpacked, that is too large to be read."""
    if size > MOST_DATA:
        raise InputError(
            f"'{variable}' reads {path.name}, which holds {size / 1e6:,.0f} MB; at most "
            f"{MOST_DATA / 1e6:g} MB are read."
        )


def check_cells(path: Path, rows: int, columns: int, variable: str) -> None:
    """Refuse a sheet with too many cells."""
    if rows * columns > MOST_CELLS:
        raise InputError(
            f"'{variable}' reads {path.name}, a sheet of {rows:,} rows and {columns:,} columns; at "
            f"most {MOST_CELLS:,} cells are read."
        )
