"""Which sector of a model file each variable stands in, for pictures and lists by sector.

A Vensim file groups equations under headings of asterisks; without any, the views of its sketch
stand in, where each variable is drawn in its own right once. XMILE lists the members of a <group>,
and a module's variables carry the module's name before a dot.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from .lower_names import key

_MACRO = re.compile(r":MACRO:.*?(?::END OF MACRO:|\Z)", re.DOTALL | re.IGNORECASE)
_ENTRY = re.compile(r'((?:"(?:\\"|[^"])*+"|[^|"])*+)\|')
_NAME = re.compile(r'\s*+(?:\{[^}]*+\}\s*+)?("(?:\\"|[^"])*+"|[^=\[\](:~<]++)')
_DRAWN = re.compile(r'10,\d+,("(?:\\"|[^"])*"|[^,]*)(?:,-?\d+){5},(\d+)')
_CONTROL = "control"  # the heading under which Vensim itself puts the clock


def vensim_sectors(equations: str, sketch: str) -> dict[str, str]:
    """Sector by variable, as names are compared; ``equations`` stand before the sketch."""
    sectors: dict[str, str] = {}
    current = ""
    for entry in _entries(_MACRO.sub(" ", equations)):
        heading = _heading(entry)
        if heading is not None:
            current = heading
            continue
        name = _NAME.match(entry)
        if name is not None and current:
            sectors.setdefault(key(name[1]), current)
    if any(sector.casefold() != _CONTROL for sector in sectors.values()):
        return sectors
    return sectors | dict(_views(sketch))


def _entries(text: str) -> Iterator[str]:
    """Everything that ends in a bar, as far as quotes are in pairs."""
    found = _ENTRY.match(text)
    while found is not None:
        yield found[1]
        found = _ENTRY.match(text, found.end())


def _heading(entry: str) -> str | None:
    """The title between rows of at least three asterisks, before the first tilde."""
    line = entry.partition("~")[0].strip() if "~" in entry else ""
    title = line.strip("*").strip(" .")
    framed = line.startswith("***") and line.endswith("***")
    return title if framed and len(line) >= 6 else None


def _views(sketch: str) -> Iterator[tuple[str, str]]:
    """The variables that each view draws in their own right, when there are several views."""
    view, found = "", []
    for line in sketch.splitlines():
        if line.startswith("*"):
            view = line[1:].strip()
            continue
        drawn = _DRAWN.match(line)
        if drawn is not None and view and int(drawn[2]) % 2 == 1:  # even: a shadow variable
            found.append((key(drawn[1]), view))
    if len({sector for _, sector in found}) > 1:
        yield from found


def xmile_sectors(root: Any) -> dict[str, str]:
    """Sector by variable, as names are compared, of a repaired XMILE tree."""
    sectors: dict[str, str] = {}
    for group in root.iter("{*}group"):
        for entity in group.iterfind("{*}entity"):
            if group.get("name") and entity.get("name"):
                sectors[key(entity.get("name"))] = _line(group.get("name"))
    for node in root.iter("{*}stock", "{*}flow", "{*}aux"):
        module, dot, _ = (node.get("name") or "").rpartition(".")
        if dot:
            sectors.setdefault(key(_line(node.get("name"))), _line(module))
    return sectors


def _line(name: str) -> str:
    return " ".join(name.replace("\\n", " ").replace("_", " ").split())
