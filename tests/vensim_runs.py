"""Hold the engine to a run that Vensim stored beside a model, as a .vdf file.

Run as ``python tests/vensim_runs.py MODEL RUN``, for World3-03: ``wrld3-03.mdl experiment.vdf``. A
variable agrees within ``--tolerance`` of the range of its stored series (of its value, where that
does not change). ``--kernel`` runs the compiled kernel, not the interpreter.

The format is Vensim's own; how it holds names and series was found out by the authors of simlin
(docs/design/vdf.md there). Numbers are single precision. Arrays are read in the order of the
model's own subscripts. What Vensim stores as missing is left out.
"""

from __future__ import annotations

import argparse
import struct
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from upshift.model.engine import load_model, oracle, simulate
from upshift.model.engine.lower import lower
from upshift.model.engine.read import read

Floats = NDArray[Any]
RUN, SECTION = b"\x7f\xf7\x17\x52", b"\xa1\x37\x4c\xbf"
STORED = (0x05, 0x08, 0x11, 0x16, 0x17, 0x18)  # kinds of entries that hold numbers
MISSING = 1e30  # in size: what :NA: and sums of it are


@dataclass(frozen=True)
class VensimRun:
    """A stored run: its bytes, and where its tables begin."""

    data: bytes
    sections: tuple[int, ...]

    def word(self, place: int) -> int:
        """An unsigned number of four bytes."""
        return int(struct.unpack_from("<I", self.data, place)[0])

    @property
    def entries(self) -> int:
        """The number of series, time included."""
        return (self.word(0x5C) - self.word(0x58)) // 4

    def kind(self, entry: int) -> int:
        """What an entry holds."""
        return self.data[self.word(0x58) - self.entries + entry]

    def series(self, entry: int) -> Floats:
        """One series at all saved times; a number that does not change is stored once."""
        table, saved = self.word(0x60), self.word(0x78)
        place = self.word(table + 4 * entry)
        if not self.word(table) <= place < len(self.data):
            return np.full(saved, struct.unpack_from("<f", self.data, table + 4 * entry)[0])
        count = struct.unpack_from("<H", self.data, place)[0]
        width = (saved + 7) // 8
        marks = np.frombuffer(self.data, np.uint8, width, place + 2)
        stored = np.unpackbits(marks, bitorder="little")[:saved].astype(bool)
        if stored.sum() != count:  # on another grid of times
            return np.full(saved, np.nan)
        values = np.frombuffer(self.data, "<f4", count, place + 2 + width).astype(float)
        last = np.cumsum(stored) - 1
        return np.where(last >= 0, values[np.maximum(last, 0)], np.nan)

    def names(self) -> dict[int, str]:
        """The name table, by the keys that records use."""
        base, end = self.sections[2] + 24, self.sections[3]
        place, size = base, self.word(self.sections[2] + 20) >> 16
        found = {}
        while place + 2 <= end:
            text = self.data[place : place + size].split(b"\0")[0]
            if text and all(letter >= 32 for letter in text):
                found[(place - base) // 4 + 7] = text.decode("latin-1")
            place += size
            size = int(struct.unpack_from("<H", self.data, place)[0]) if place + 2 <= end else 0
            place += 2
        return found

    def records(self) -> Iterator[tuple[str, int]]:
        """The name and first entry of every variable."""
        names, section = self.names(), self.sections[1]
        slots = section + 4 * (self.word(section + 4) - 1)
        for place in range(section + 24 + 204, slots - 63, 64):
            fields = struct.unpack_from("<16I", self.data, place)
            if fields[2] in names and 1 <= fields[11] < self.entries and fields[6]:
                yield names[fields[2]], fields[11]


def stored_run(path: Path) -> VensimRun:
    """Raises ValueError for a file that is no run of Vensim."""
    data = path.read_bytes()
    if data[:4] != RUN:
        raise ValueError(f"{path} is no run that Vensim stored")
    places, place = [], data.find(SECTION, 0x80)
    while place >= 0:
        places.append(place)
        place = data.find(SECTION, place + 4)
    return VensimRun(data, tuple(places))


def plain(name: str) -> str:
    """A name without case, spaces, underscores and quotes."""
    return "".join(name.casefold().replace("_", " ").replace('"', "").split())


def ours(path: Path, kernel: bool) -> tuple[Floats, dict[str, Floats]]:
    """Times, and every variable's series, elements in rows of one."""
    if not kernel:
        model = lower(read(path))
        result = oracle.run(model)
        shown = [variable.name for variable in model.variables if not variable.hidden]
        flat = {name: result.variables[name].reshape(len(result.time), -1) for name in shown}
        return result.time, flat
    compiled = load_model(path)
    names = list(compiled.variables)
    run = simulate(compiled, {}, names)
    ends = np.cumsum([compiled.variables[name].size for name in names])
    return run.time, dict(zip(names, np.split(run.values[0], ends[:-1], axis=1), strict=True))


def gap(run: VensimRun, first: int, found: Floats) -> float | None:
    """The largest difference in parts of the stored range; None where nothing is stored."""
    if first + found.shape[1] > run.entries:
        return None
    if any(run.kind(first + place) not in STORED for place in range(found.shape[1])):
        return None
    gaps = []
    for place, series in enumerate(found.T):
        stored = run.series(first + place)
        known = np.isfinite(stored) & (np.abs(stored) < MISSING) & ~(np.abs(series) > MISSING)
        if known.any():
            size = float(np.abs(stored[known]).max())
            reach = float(np.ptp(stored[known]))
            scale = (reach if reach > 1e-6 * size else size) or 1.0
            gaps.append(float(np.abs(series - stored)[known].max()) / scale)
    return max(gaps, default=None)


def main() -> int:
    """Print the variables that differ most, and how many agree."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", type=Path)
    parser.add_argument("run", type=Path)
    parser.add_argument("--kernel", action="store_true")
    parser.add_argument("--tolerance", type=float, default=1e-5)
    arguments = parser.parse_args()
    run = stored_run(arguments.run)
    times, variables = ours(arguments.model, arguments.kernel)
    at = [int(np.argmin(np.abs(times - moment))) for moment in run.series(0)]
    found: dict[str, float] = {}
    known = {plain(name): name for name in variables}
    for title, first in run.records():
        name = known.get(plain(title))
        difference = None if name is None else gap(run, first, variables[name][at])
        if name is not None and difference is not None:  # the record that fits, of several
            found[name] = min(difference, found.get(name, np.inf))
    for name in sorted(found, key=lambda one: -found[one])[:10]:
        sys.stdout.write(f"{found[name]:9.2e} {name}\n")
    within = sum(difference <= arguments.tolerance for difference in found.values())
    sys.stdout.write(f"{within} of {len(found)} variables within {arguments.tolerance:g}\n")
    return int(not found or within < len(found))


if __name__ == "__main__":
    sys.exit(main())
