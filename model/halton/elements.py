"""A new element beside one that exists, in the text of a model file and in registry rows.

Copies what the file says of the old element: its place in subscript ranges, its cells of constant
arrays, and the equations written for it alone. Nothing else of the text changes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from ..errors import InputError

Row = dict[str, str]

_LINE = 96
_RANGE = re.compile(r"^(?P<head>\s*(?:\{UTF-8\})?\s*)(?P<name>[^:=\[\]~]+?)\s*:(?!\w+:)")
_EQUATION = re.compile(r"^\s*(?P<name>[^=\[\]~:]+?)\s*\[(?P<subs>[^\]]*)\]\s*=(?!=)")
_BRACKETS = re.compile(r"\[([^\]]*)\]")
_NUMBERS = re.compile(r"[\d\s.,;eE+\-\\]+")


@dataclass(frozen=True)
class Copy:
    """New names by old ones, and the constants of which the old element cedes a share.

    ``cedes`` are totals over elements (people, calls), which the two then divide; every other cell
    is copied as it stands.
    """

    names: Mapping[str, str]
    share: float = 0.0
    cedes: frozenset[str] = field(default_factory=frozenset)

    def new(self, element: str) -> str:
        """The name that takes an element's place in what is copied."""
        return self.names.get(element, element)

    def cells(self, name: str, value: float) -> tuple[float, float]:
        """What the old element keeps and the new one gets of a constant's cell."""
        if name in self.cedes:
            return value * (1 - self.share), value * self.share
        return value, value


def plain(value: float) -> str:
    """A number as both files write it."""
    return f"{value:.12g}"


def copy_in_model(text: str, copy: Copy) -> str:
    """The model file with the new elements.

    Raises InputError if an equation for other elements, too, names an old one: it has a structure
    of its own then, which no copy of numbers can give to another.
    """
    body, mark, rest = text.partition("\\\\\\---///")
    blocks = body.split("|")
    ranges: dict[str, list[str]] = {}
    for block in blocks:
        found = _range(block)
        if found is not None:
            ranges[found[0]] = found[1]
    own = sorted({name for block in blocks for name in [_own_structure(block, copy)] if name})
    if own:
        raise InputError(
            f"'{next(iter(copy.names))}' has a structure of its own (in {', '.join(own)}), so a "
            "new element cannot be made like it. Choose one that differs in numbers alone."
        )
    return "|".join(_copied(block, ranges, copy) for block in blocks) + mark + rest


def copy_in_registry(rows: list[Row], copy: Copy, note: str) -> list[Row]:
    """The registry's rows, each row of an old element followed by one of the new."""
    result: list[Row] = []
    for row in rows:
        elements = row["element"].split(", ")
        if not any(element in copy.names for element in elements):
            result.append(row)
            continue
        kept, made = dict(row), {**row, "grade": "D", "note": note}
        made["element"] = ", ".join(copy.new(element) for element in elements)
        for column in ("value", "low", "high"):
            if row[column]:
                both = copy.cells(row["name"], float(row[column]))
                kept[column], made[column] = (
                    (row[column], row[column]) if both[0] == both[1] else map(plain, both)
                )
        result += [kept, made]
    return result


def _range(block: str) -> tuple[str, list[str]] | None:
    """Name and elements of a subscript range, if the block defines one."""
    head = block.partition("~")[0]
    found = _RANGE.match(head)
    if found is None or "=" in head:
        return None
    listed = head[found.end() :].partition("->")[0].replace("\\", " ")
    return found["name"].strip(), [" ".join(item.split()) for item in listed.split(",")]


def _own_structure(block: str, copy: Copy) -> str | None:
    """The variable whose equation, though not for an old element alone, names one."""
    head = block.partition("~")[0]
    found = _EQUATION.match(head) or re.match(r"^\s*(?P<name>[^=\[\]~:]+?)\s*=(?!=)", head)
    if found is None:
        return None
    subscripts = found.groupdict().get("subs") or ""
    if any(item.strip() in copy.names for item in subscripts.split(",")):
        return None
    named = {item.strip() for inner in _BRACKETS.findall(head) for item in inner.split(",")}
    return found["name"].strip() if named & set(copy.names) else None


def _copied(block: str, ranges: Mapping[str, list[str]], copy: Copy) -> str:
    listed = _range(block)
    if listed is not None:
        return _longer_range(block, listed, copy)
    head, tilde, docs = block.partition("~")
    found = _EQUATION.match(head)
    if found is None:
        return block
    subscripts = [item.strip() for item in found["subs"].split(",")]
    if any(item in copy.names for item in subscripts):
        return (
            _BRACKETS.sub(lambda m: f"[{_renamed(m[1], copy)}]", head).rstrip() + "\n\t~~|" + block
        )
    values = head[found.end() :]
    if not _NUMBERS.fullmatch(values):
        return block
    axes = [ranges[item] for item in subscripts if item in ranges]
    cells = [[float(x) for x in row.split(",")] for row in _rows(values)]
    if sum(map(len, cells)) == 1:
        return block
    wider = _wider(found["name"].strip(), cells, axes, copy)
    return f"{head[: found.end()]}\n\t{_written(wider)}\n\t{tilde}{docs}"


def _renamed(inner: str, copy: Copy) -> str:
    return ",".join(copy.new(item.strip()) for item in inner.split(","))


def _rows(values: str) -> list[str]:
    return [row for row in values.replace("\\", " ").split(";") if row.strip()]


def _longer_range(block: str, listed: tuple[str, list[str]], copy: Copy) -> str:
    _, elements = listed
    if not any(element in copy.names for element in elements):
        return block
    longer = [x for e in elements for x in ([e, copy.names[e]] if e in copy.names else [e])]
    head, tilde, docs = block.partition("~")
    start = head.index(":") if "{UTF-8}" not in head else head.index(":", head.index("}"))
    return f"{head[: start + 1]}\n\t{_wrapped(longer)}\n\t{tilde}{docs}"


def _wider(
    name: str, cells: list[list[float]], axes: list[list[str]], copy: Copy
) -> list[list[float]]:
    """The cells with those of new elements put in after the old ones' along every axis."""
    columns = axes[-1]
    wide: list[list[float]] = []
    for row in cells:
        line: list[float] = []
        for element, value in zip(columns, row, strict=True):
            both = copy.cells(name, value)
            line += both if element in copy.names else [value]
        wide.append(line)
    if len(axes) == 1:
        return wide
    tall: list[list[float]] = []
    for element, line in zip(axes[0], wide, strict=True):
        if element in copy.names:
            pairs = [copy.cells(name, value) for value in line]
            tall += [[old for old, _ in pairs], [new for _, new in pairs]]
        else:
            tall.append(line)
    return tall


def _written(cells: list[list[float]]) -> str:
    if len(cells) == 1:
        return _wrapped([plain(value) for value in cells[0]])
    return "; \\\n\t".join(_wrapped([plain(value) for value in row]) for row in cells) + ";"


def _wrapped(items: list[str]) -> str:
    """The items with commas, broken as the model file breaks its lines."""
    lines, line = [], ""
    for i, item in enumerate(items):
        piece = item + (", " if i + 1 < len(items) else "")
        if line and len(line) + len(piece) > _LINE:
            lines.append(line)
            line = ""
        line += piece
    return "\\\n\t\t".join([*lines, line])


def elements_of(text: str) -> set[str]:
    """Every element of every subscript range of a model file."""
    found = (_range(block) for block in text.partition("\\\\\\---///")[0].split("|"))
    return {element for item in found if item is not None for element in item[1]}


def with_cell(text: str, name: str, element: str, value: float) -> str:
    """The model file with one cell of a constant of one subscript changed.

    Raises InputError if there is no such constant or element.
    """
    blocks = text.split("|")
    ranges = dict(item for item in map(_range, blocks) if item is not None)
    for i, block in enumerate(blocks):
        head, tilde, docs = block.partition("~")
        found = _EQUATION.match(head)
        if found is None or found["name"].strip() != name:
            continue
        elements = ranges.get(found["subs"].strip(), [])
        if element not in elements:
            break
        cells = [item.strip() for item in _rows(head[found.end() :])[0].split(",")]
        cells[elements.index(element)] = plain(value)
        blocks[i] = f"{head[: found.end()]}\n\t{_wrapped(cells)}\n\t{tilde}{docs}"
        return "|".join(blocks)
    raise InputError(f"The model file has no constant '{name}' with an element '{element}'.")
