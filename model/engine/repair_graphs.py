"""Graphical functions of XMILE that belong to elements, or are read by LOOKUP.

The parser reads one graphical function for a whole variable and none that LOOKUP names. Both kinds
become lookups of their own here, called ``graphical function of …`` (XMILE 1.0, section 3.1.4).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from ..errors import InputError
from .syntax import Component, Element, Points

_LOOKUP = re.compile(
    r'\bLOOKUP\s*+\(\s*+(?:"([^"]++)"|([^\W\d][\w.]*+))\s*+(\[[^\[\]]*+\])?+\s*+,', re.IGNORECASE
)
_METHODS = {
    "continuous": "interpolate",
    "extrapolate": "extrapolate",
    "discrete": "hold_backward",
}


@dataclass(frozen=True)
class _Graph:
    """The graphical function of a variable: one for all of it, or one for each element."""

    parts: dict[tuple[str, ...], Any]  # subscripts (none for all) → <gf>

    @property
    def arrayed(self) -> bool:
        return () not in self.parts


def plain(name: str) -> str:
    """A name as names are compared in XMILE."""
    return " ".join(re.sub(r"\\n|_", " ", name).replace('"', "").split()).casefold()


def own_lookups(variables: Any, kinds: Iterable[str]) -> list[Element]:
    """Lookups for the graphical functions that the parser would miss; their calls are written in.

    Raises InputError for one without points.
    """
    nodes = [node for node in variables if _tag(node) in (*kinds, "gf") and node.get("name")]
    graphs = {plain(node.get("name")): _graph(node) for node in nodes}
    used: dict[str, None] = {}
    for node in nodes:
        graph = graphs[plain(node.get("name"))]
        if graph.arrayed and graph.parts and _tag(node) != "gf":
            used[plain(node.get("name"))] = None
            _call_by_element(node)

    def call(match: re.Match[str]) -> str:
        name, subscripts = plain(match[1] or match[2]), match[3] or ""
        if name not in graphs or not graphs[name].parts:
            return f'"{match[1] or match[2]}"{subscripts}('
        used[name] = None
        return f'"{_own(name)}"{subscripts if graphs[name].arrayed else ""}('

    for equation in variables.iter("{*}eqn", "{*}init_eqn"):
        equation.text = _LOOKUP.sub(call, equation.text or "")
    return [_element(name, graphs[name]) for name in used]


def _graph(node: Any) -> _Graph:
    whole = node.find("{*}gf") if _tag(node) != "gf" else node
    if whole is not None and whole.find("{*}ypts") is not None:
        return _Graph({(): whole})
    parts = {}
    for element in node.iterfind("{*}element"):
        graph = element.find("{*}gf") if element.find("{*}gf") is not None else None
        if graph is not None:
            names = (name.strip() for name in element.get("subscript", "").split(","))
            parts[tuple(names)] = graph
    return _Graph(parts)


def _call_by_element(node: Any) -> None:
    name = _own(plain(node.get("name")))
    for element in node.iterfind("{*}element"):
        equation, graph = element.find("{*}eqn"), element.find("{*}gf")
        if equation is not None and graph is not None:
            place = element.get("subscript", "")
            equation.text = f'"{name}"[{place}]({" ".join((equation.text or "").split())})'
            element.remove(graph)


def _element(name: str, graph: _Graph) -> Element:
    components = tuple(
        Component(subscripts, (), _points(part, name), kind="lookup")
        for subscripts, part in graph.parts.items()
    )
    return Element(_own(name), components, hidden=True)


def _points(graph: Any, name: str) -> Points:
    y = _numbers(graph.find("{*}ypts"), name)
    x = _numbers(graph.find("{*}xpts"), name)
    scale = graph.find("{*}xscale")
    if not x and scale is not None and len(y) > 1:
        first, last = float(scale.get("min", "nan")), float(scale.get("max", "nan"))
        x = [first + (last - first) * place / (len(y) - 1) for place in range(len(y))]
    if len(x) != len(y) or not y or any(value != value for value in x):  # noqa: PLR0124 (nan)
        raise InputError(
            f"The graphical function of '{name}' has {len(y)} y values and {len(x)} x values. Give "
            "as many of both, or a scale for x."
        )
    pairs = sorted(zip(x, y, strict=True))
    method = _METHODS.get(graph.get("type", "continuous"), "interpolate")
    return Points(tuple(x for x, _ in pairs), tuple(y for _, y in pairs), method)


def _numbers(node: Any, name: str) -> list[float]:
    if node is None or not (node.text or "").strip():
        return []
    try:
        return [float(text) for text in node.text.split(node.get("sep", ","))]
    except ValueError as error:
        raise InputError(
            f"The graphical function of '{name}' lists '{node.text.strip()[:60]}', which are no "
            "numbers between commas."
        ) from error


def _own(name: str) -> str:
    return f"graphical function of {name}"


def _tag(node: Any) -> str:
    return node.tag.rpartition("}")[2] if isinstance(node.tag, str) else ""
