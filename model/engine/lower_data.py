"""Data that Vensim keeps in a binary file (.vdf), read from its text export beside the model.

A model's settings name the data files. Of each, an export with the same name (.tab, .csv or .txt)
is looked for in the model's folder: a first column of times, and one column a variable or element.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass, field
from math import nan
from pathlib import Path

from ..errors import InputError
from .bounds import beside, check_cells
from .lower_names import key

Series = tuple[tuple[float, ...], tuple[float, ...]]
ENDINGS = (".tab", ".csv", ".txt")


@dataclass
class DataFiles:
    """The exports of a model's data files, read when first asked for."""

    folder: str
    names: tuple[str, ...]  # as in the settings: data.vdf
    series: dict[str, Series] | None = None
    paths: list[str] = field(default_factory=list)

    def find(self, variable: str, element: tuple[str, ...]) -> Series:
        """The points of one element. Raises InputError if no export holds any."""
        if self.series is None:
            self.series = {}
            for name in self.names:
                self._read(name)
        whole = f"{variable}[{','.join(element)}]" if element else variable
        found = self.series.get(_plain(whole))
        if found is None or not found[0]:
            stems = [Path(name.replace("\\", "/")).stem for name in self.names] or ["data"]
            raise InputError(
                f"'{variable}' is a data variable without numbers: Vensim keeps them in a binary "
                f"data file (.vdf). Export it as text, as {stems[0]}.tab, to the model's folder, "
                "with a column "
                f"'{whole}'; or read them from a text file with GET DIRECT DATA('file.csv', ',', "
                "'A', 'B2')."
            )
        return found

    def _read(self, name: str) -> None:
        stem = Path(name.replace("\\", "/")).stem  # whatever folder it came from
        for ending in ENDINGS:
            path = beside(self.folder, f"{stem}{ending}", name)
            if path is None:
                continue
            self.paths.append(str(path))
            text = path.read_bytes().decode("utf-8-sig", "replace").splitlines()
            delimiter = "\t" if text and "\t" in text[0] else ","
            try:
                header, *rows = list(csv.reader(text, delimiter=delimiter)) or [[]]
            except csv.Error as error:
                raise InputError(f"{path} is no table of text: {error}.") from error
            check_cells(path, len(rows), len(header), name)
            columns = list(
                zip(*(row + [""] * (len(header) - len(row)) for row in rows), strict=False)
            )
            for title, column in zip(header[1:], columns[1:], strict=False):
                pairs = zip(map(_number, columns[0]), map(_number, column), strict=True)
                known = sorted(pair for pair in pairs if pair[0] == pair[0] and pair[1] == pair[1])
                points = (tuple(x for x, _ in known), tuple(y for _, y in known))
                if self.series is not None:
                    self.series.setdefault(_plain(title), points)
            return


def _plain(name: str) -> str:
    return key(name.replace('"', "")).replace(", ", ",")


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return nan
