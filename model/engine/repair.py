"""Repairs to an XMILE file before it is parsed, each for something the parser lacks.

Older and vendors' name spaces, variables that stand directly in <model>, a variable whose end tag
is missing, flow names with odd characters in <inflow> and <outflow>, a scale beside listed x
values, no time step, ranges given by their size, initial values of auxiliaries; and modules
(``repair_modules``), graphical functions (``repair_graphs``) and equations (``repair_equations``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import InputError
from .bounds import check_range
from .repair_equations import repaired
from .repair_graphs import own_lookups, plain
from .repair_modules import write_out_modules
from .syntax import Element

NAMESPACE = "http://docs.oasis-open.org/xmile/ns/XMILE/v1.0"
_VARIABLES = ("stock", "flow", "aux")
_FORM = "equations are put in the usual form (comments, IF, NOT, MOD, *, initial values)"
# Nothing here goes back over what it has passed: a hostile file takes no longer than another.
_ROOT = re.compile(rb"<xmile\b[^<>]*>")
_OWN_SPACE = re.compile(rb"""\sxmlns\s*=\s*(["'])([^"']*)\1""")
_SECTION = re.compile(rb"<variables>.*?(?:</variables>|\Z)", re.DOTALL)
_TAG = re.compile(
    rb"<!--.*?(?:-->|\Z)|<!\[CDATA\[.*?(?:\]\]>|\Z)"
    rb"|<(/?)(stock|flow|aux|/variables)\b[^<>]*?(/?)>",
    re.DOTALL,
)


@dataclass(frozen=True)
class Repaired:
    """The root of an XMILE file, and what the parser would miss of it.

    ``macros`` are (name, parameters, root): each a file of its own, whose variables are those of
    the macro, with the one it is named after. ``notes`` say in words what was repaired.
    """

    root: Any
    lookups: list[Element]
    macros: list[tuple[str, tuple[str, ...], Any]]
    notes: tuple[str, ...]


def xmile(path: Path) -> Repaired:
    """An XMILE file, repaired.

    Undeclared name prefixes, common in vendors' files, are let pass. Raises InputError for any
    other flaw, since the parser would silently drop what follows it.
    """
    content = path.read_bytes()
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise InputError(
            f"{path} holds a document type or entities (<!DOCTYPE …>), which no XMILE file needs. "
            "Remove them."
        )
    text = _ROOT.sub(_in_our_namespace, content, count=1)
    notes = ["the name space of XMILE is put right"] if text != content else []
    ended = _SECTION.sub(_with_end_tags, text)
    notes += ["end tags that variables lack are put in"] if ended != text else []
    root = _parsed(path, ended)
    with _noted(notes, "variables that stand in <model> itself are gathered", root):
        for model in root.iterchildren(f"{{{NAMESPACE}}}model"):
            _gather_variables(model)
    with _noted(notes, "modules are written out", root):
        write_out_modules(root, NAMESPACE)
    with _noted(notes, "a time step that is not stated is 1", root):
        _default_step(root)
    with _noted(notes, "ranges given by their size get elements 1, 2, …", root):
        _name_elements(root)
    with _noted(notes, "macros are read one by one", root):
        macros = list(_macros(root))
    lookups: list[Element] = []
    for part in (root, *(inner for _, _, inner in macros)):
        for variables in part.iter(f"{{{NAMESPACE}}}variables"):
            with _noted(notes, "names of flows with odd letters are quoted", variables):
                _quote_flows(variables)
            with _noted(notes, "a scale for x beside listed x values is dropped", variables):
                _prefer_points(variables)
            with _noted(notes, _FORM, variables):
                _repair_equations(variables)
            with _noted(notes, "graphical functions of elements become lookups", variables):
                lookups += own_lookups(variables, _VARIABLES)
    return Repaired(root, lookups, macros, tuple(dict.fromkeys(notes)))


@contextmanager
def _noted(notes: list[str], words: str, node: Any) -> Iterator[None]:
    """Note a step, under its words, if it changes what stands below ``node``."""
    before = _state(node)
    yield
    if _state(node) != before:
        notes.append(words)


def _state(node: Any) -> list[tuple[Any, str]]:
    """Tag and text of every node; spaces around a text do not count."""
    return [(one.tag, (one.text or "").strip()) for one in node.iter()]


def _parsed(path: Path, text: bytes) -> Any:
    from lxml import etree  # type: ignore[import-untyped]  # noqa: PLC0415

    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True)
    root = etree.fromstring(text, parser)
    flaws = [flaw for flaw in parser.error_log if flaw.domain_name != "NAMESPACE"]
    if root is None or flaws:
        flaw = f": {flaws[0].message}, line {flaws[0].line}" if flaws else ""
        raise InputError(f"{path} is not well-formed XML{flaw}.")
    if root.getroottree().docinfo.internalDTD is not None:
        raise InputError(f"{path} holds a document type, which no XMILE file needs. Remove it.")
    return root


def _macros(root: Any) -> Iterator[tuple[str, tuple[str, ...], Any]]:
    """Take the macros out of a file, each as a file of its own (XMILE 1.0, section 3.6)."""
    found = list(root.iterchildren(f"{{{NAMESPACE}}}macro"))
    for macro in found:
        root.remove(macro)
    for macro in found:
        name = macro.get("name", "")
        own = deepcopy(root)
        for model in own.iterchildren(f"{{{NAMESPACE}}}model"):
            own.remove(model)
        model = own.makeelement(f"{{{NAMESPACE}}}model")
        variables = model.makeelement(f"{{{NAMESPACE}}}variables")
        variables.extend(macro.iterfind(f"{{{NAMESPACE}}}variables/*"))
        result = variables.makeelement(f"{{{NAMESPACE}}}aux", {"name": name})
        result.extend(deepcopy(part) for part in macro.iterfind(f"{{{NAMESPACE}}}eqn"))
        variables.append(result)
        model.append(variables)
        own.append(model)
        parameters = macro.iterfind(f"{{{NAMESPACE}}}parm")
        yield name, tuple((one.text or "").strip() for one in parameters), own


def _in_our_namespace(match: re.Match[bytes]) -> bytes:
    """The root's tag with the standard default name space, if it names XMILE's or none."""
    tag = match[0]
    own = _OWN_SPACE.search(tag)
    if own is None:
        return tag.replace(b"<xmile", b'<xmile xmlns="' + NAMESPACE.encode() + b'"', 1)
    if b"xmile" not in own[2].lower():
        return tag
    return tag.replace(own[0], b' xmlns="' + NAMESPACE.encode() + b'"', 1)


def _with_end_tags(section: re.Match[bytes]) -> bytes:
    """The variables, each with the end tag that some files lack; they never hold one another."""
    pending = b""

    def closed(match: re.Match[bytes]) -> bytes:
        nonlocal pending
        closes, name, empty = match.groups()
        if name is None:
            return match[0]
        missing = b"" if closes or not pending else b"</" + pending + b">"
        pending = b"" if closes or empty or name == b"/variables" else name
        return missing + match[0]

    return _TAG.sub(closed, section[0])


def _name(node: Any) -> str:
    return node.tag.rpartition("}")[2] if isinstance(node.tag, str) else ""


def _gather_variables(model: Any) -> None:
    """Older files keep variables in <model> itself, without <variables> around them."""
    loose = [node for node in model if _name(node) in (*_VARIABLES, "gf", "group", "module")]
    if not loose or any(_name(node) == "variables" for node in model):
        return
    variables = model.makeelement(f"{{{NAMESPACE}}}variables")
    model.insert(0, variables)
    variables.extend(node for node in loose if _name(node) != "group")


def _default_step(root: Any) -> None:
    """A time step that is not stated is 1 (XMILE 1.0, section 2.3)."""
    for specs in root.iterchildren(f"{{{NAMESPACE}}}sim_specs"):
        if specs.find(f"{{{NAMESPACE}}}dt") is None:
            step = specs.makeelement(f"{{{NAMESPACE}}}dt")
            step.text = "1"
            specs.append(step)


def _quote_flows(variables: Any) -> None:
    for node in variables.iter(f"{{{NAMESPACE}}}inflow", f"{{{NAMESPACE}}}outflow"):
        text = (node.text or "").strip()
        if text and '"' not in text and not re.fullmatch(r"[\w. ]+(\[[^\]]*\])?", text):
            node.text = f'"{text}"'


def _prefer_points(variables: Any) -> None:
    """Where a graphical function lists its x, a scale for x is only how it is drawn."""
    for graph in variables.iter(f"{{{NAMESPACE}}}gf"):
        scale = graph.find(f"{{{NAMESPACE}}}xscale")
        if scale is not None and graph.find(f"{{{NAMESPACE}}}xpts") is not None:
            graph.remove(scale)


def _name_elements(root: Any) -> None:
    """A range given by its size has the elements 1, 2, … (XMILE 1.0, section 2.5)."""
    for dimension in root.iterfind(f".//{{{NAMESPACE}}}dim[@size]"):
        size = dimension.get("size", "").strip()
        if dimension.find(f"{{{NAMESPACE}}}elem") is None and re.fullmatch(r"\d{1,18}", size):
            check_range(dimension.get("name", ""), int(size))
            for number in range(1, int(size) + 1):
                dimension.append(
                    dimension.makeelement(f"{{{NAMESPACE}}}elem", {"name": str(number)})
                )


def _repair_equations(variables: Any) -> None:
    ranges = {
        plain(node.get("name")): tuple(
            dim.get("name", "") for dim in node.iterfind(f"{{{NAMESPACE}}}dimensions/*")
        )
        for node in variables
        if _name(node) in _VARIABLES and node.get("name")
    }
    for tag in ("eqn", "init_eqn"):
        for equation in variables.iter(f"{{{NAMESPACE}}}{tag}"):
            equation.text = repaired(equation.text or "", ranges)
    for start in list(variables.iter(f"{{{NAMESPACE}}}init_eqn")):
        owner = start.getparent()
        equation = owner.find(f"{{{NAMESPACE}}}eqn")
        if equation is not None:  # the value while initial values are found
            equation.text = f"active_initial({equation.text}, {start.text})"
            owner.remove(start)
