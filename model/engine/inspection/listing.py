"""Kernel source of one variable: its statements, and those that they take values from."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence

from ..build import CompiledModel
from ..layout import Layout
from ..order import RATE

_NAME = re.compile(r"\bv\d+\b")
_SET = re.compile(r"\s*(v\d+) = ")
_KEEPS = ("lanes.store(", "lanes.record(")
_MEMORY = re.compile(
    r"lanes\.(?:load|store)\((?:w|now|before|after), (\d+),|lanes\.record\(spare, saving, (\d+),"
)


def source_of(model: CompiledModel, variable: str) -> str:
    """The generated statements that compute a variable, each part under its function.

    Shown are the lines under the variable's own equations, the loops around them, and the lines
    that give the names they use; what stands in memory is named behind each. A step of which
    nothing is saved has parts of its own that compute the same; they are left out. Empty for a
    constant.
    """
    texts = {
        _compared(equation.text or equation.variable)
        for equation in (*model.model.equations, *model.model.flows, *model.model.initials)
        if equation.variable == variable
    }
    parts = re.split(r"\n(?=def )", model.source)
    whole = [part for part in parts[1:] if not part.startswith("def brief_")]
    found = [_lines(part.splitlines(), texts) for part in whole]
    named = _Memory(model.layout)
    return "\n\n".join("\n".join(map(named.annotated, part)) for part in found if part)


def _compared(text: str) -> str:
    return re.sub(r"\W+", "", text)


def _is_of(comment: str, texts: set[str]) -> bool:
    """Whether a comment is one of these equations; it may be cut."""
    start = _compared(comment)
    if comment.endswith("…"):
        return any(text.startswith(start) for text in texts)
    return start in texts


class _Memory:
    """Which variable stands at a slot of the workspace."""

    def __init__(self, layout: Layout) -> None:
        slots = layout.first_slot.items()
        places = sorted((slot, name) for name, slot in slots if not name.startswith(RATE))
        self.slots = [slot for slot, _ in places]
        self.names = [name for _, name in places]

    def annotated(self, line: str) -> str:
        """A line with the name of the variable that it reads or writes."""
        found = _MEMORY.search(line)
        if found is None:
            return line
        place = bisect_right(self.slots, int(found[1] or found[2])) - 1
        return f"{line}  # {self.names[place]}" if place >= 0 else line


def _lines(lines: Sequence[str], texts: set[str]) -> list[str]:
    own = _own(lines, texts)
    if not own:
        return []
    kept = set(own)
    wanted = {name for number in own for name in _NAME.findall(lines[number])}
    for number in range(max(own), 0, -1):
        setting = _SET.match(lines[number])
        if number in kept or (setting is not None and setting[1] in wanted):
            kept.add(number)
            wanted.update(_NAME.findall(lines[number]))
    for number in sorted(kept, reverse=True):
        kept.update(_loops_around(lines, number))
    return [lines[0], *(lines[number] for number in sorted(kept) if number)]


def _own(lines: Sequence[str], texts: set[str]) -> list[int]:
    """The numbers of a variable's comments, of the lines below each up to where its value is kept,
    and of those that go on with a value begun there: sums share the loops that add them up.
    """
    own: list[int] = []
    inside, depth = False, 0
    for number, line in enumerate(lines):
        bare = line.strip()
        indent = len(line) - len(line.lstrip())
        if bare.startswith("# "):
            inside, depth = _is_of(bare[2:], texts), indent
        elif inside and (indent < depth or bare.startswith("for ")):
            inside = False
        if inside and bare:
            own.append(number)
        if bare.startswith(_KEEPS) and indent == depth:
            inside = False
    begun = {found[1] for number in own if (found := _SET.match(lines[number])) is not None}
    return sorted({*own, *(number for number, line in enumerate(lines) if _goes_on(line, begun))})


def _goes_on(line: str, begun: set[str]) -> bool:
    """Whether a line sets or keeps one of these names."""
    setting = _SET.match(line)
    if setting is not None:
        return setting[1] in begun
    names = _NAME.findall(line)
    return line.strip().startswith(_KEEPS) and bool(names) and names[-1] in begun


def _loops_around(lines: Sequence[str], number: int) -> list[int]:
    """The heads of the loops that a line stands in."""
    heads = []
    depth = len(lines[number]) - len(lines[number].lstrip())
    for above in range(number - 1, 0, -1):
        line = lines[above]
        indent = len(line) - len(line.lstrip())
        if line.strip() and indent < depth:
            depth = indent
            if line.lstrip().startswith("for "):
                heads.append(above)
    return heads
