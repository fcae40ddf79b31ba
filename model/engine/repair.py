"""Repairs to the text of a model file before it is parsed, each for something the parser lacks.

Both: ``{comments}`` inside equations. Vensim: the ``$`` of ``TIME STEP$`` in macros. XMILE: older
and vendors' name spaces, variables that stand directly in <model>, a variable whose end tag is
missing, flow names with odd characters in <inflow> and <outflow>, a scale beside listed x values,
no time step, modules (``repair_modules``), LOOKUP(graphical function, x) and ``operand NOT``.
"""

from __future__ import annotations

import re
from copy import deepcopy
from pathlib import Path
from typing import Any

from ..errors import InputError
from .repair_modules import write_out_modules

NAMESPACE = "http://docs.oasis-open.org/xmile/ns/XMILE/v1.0"
_VARIABLES = ("stock", "flow", "aux")
_COMMENT = re.compile(r'"(?:\\"|[^"])*"|\{[^{}]*\}')
# Nothing here goes back over what it has passed: a hostile file takes no longer than another.
_MACRO = re.compile(r":MACRO:.*?(?::END OF MACRO:|\Z)", re.DOTALL | re.IGNORECASE)
_ROOT = re.compile(rb"<xmile\b[^<>]*>")
_OWN_SPACE = re.compile(rb"""\sxmlns\s*=\s*(["'])([^"']*)\1""")
_SECTION = re.compile(rb"<variables>.*?(?:</variables>|\Z)", re.DOTALL)
_TAG = re.compile(
    rb"<!--.*?(?:-->|\Z)|<!\[CDATA\[.*?(?:\]\]>|\Z)"
    rb"|<(/?)(stock|flow|aux|/variables)\b[^<>]*?(/?)>",
    re.DOTALL,
)
_LOOKUP = re.compile(r'\bLOOKUP\s*+\(\s*+(?:"([^"]++)"|([^\W\d][\w.]*+))\s*+,', re.IGNORECASE)

_OPERAND = r'"[^"]++"|(?<![\w.])[^\W\d][\w.]*+(?:\[[^\[\]]*+\])?+'
_NOT_AFTER = re.compile(rf"({_OPERAND})\s++NOT\b(?=\s*(?:THEN|AND|OR|ELSE|\)|,|$))", re.IGNORECASE)
_WORDS = ("if", "then", "else", "and", "or", "not")


def vensim_text(text: str) -> str:
    """The equations without comments and dollar signs; quoted names and sketches stay."""
    plain = _without_comments(text)
    return _MACRO.sub(lambda match: re.sub(r"(?<=\w)[ \t]*\$", "", match[0]), plain)


def _without_comments(text: str) -> str:
    return _COMMENT.sub(lambda match: match[0] if match[0].startswith('"') else " ", text)


def xmile_root(path: Path) -> Any:
    """The root of an XMILE file, repaired.

    Undeclared name prefixes, common in vendors' files, are let pass. Raises InputError for any
    other flaw, since the parser would silently drop what follows it.
    """
    from lxml import etree  # type: ignore[import-untyped]  # noqa: PLC0415

    content = path.read_bytes()
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise InputError(
            f"{path} holds a document type or entities (<!DOCTYPE …>), which no XMILE file needs. "
            "Remove them."
        )
    text = _ROOT.sub(_in_our_namespace, content, count=1)
    text = _SECTION.sub(_with_end_tags, text)
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True)
    root = etree.fromstring(text, parser)
    flaws = [flaw for flaw in parser.error_log if flaw.domain_name != "NAMESPACE"]
    if root is None or flaws:
        flaw = f": {flaws[0].message}, line {flaws[0].line}" if flaws else ""
        raise InputError(f"{path} is not well-formed XML{flaw}.")
    if root.getroottree().docinfo.internalDTD is not None:
        raise InputError(f"{path} holds a document type, which no XMILE file needs. Remove it.")
    for model in root.iterchildren(f"{{{NAMESPACE}}}model"):
        _gather_variables(model)
    write_out_modules(root, NAMESPACE)
    _default_step(root)
    for variables in root.iter(f"{{{NAMESPACE}}}variables"):
        _quote_flows(variables)
        _prefer_points(variables)
        _call_graphical_functions(variables)
    return root


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


def _call_graphical_functions(variables: Any) -> None:
    """LOOKUP(name, x) reads the graphical function of a variable, which gets a name of its own."""
    graphs = {
        _plain(node.get("name")): node.find(f"{{{NAMESPACE}}}gf")
        for node in variables
        if _name(node) in _VARIABLES and node.get("name")
    }
    made: set[str] = set()

    def call(match: re.Match[str]) -> str:
        name = _plain(match[1] or match[2])
        graph = graphs.get(name)
        if graph is None:
            return f'"{match[1] or match[2]}"('
        own = f"graphical function of {name}"
        if own not in made:
            made.add(own)
            table = deepcopy(graph)
            table.set("name", own)
            variables.append(table)
        return f'"{own}"('

    for node in list(variables.iter(f"{{{NAMESPACE}}}eqn", f"{{{NAMESPACE}}}init_eqn")):
        node.text = _NOT_AFTER.sub(
            _not_before, _LOOKUP.sub(call, _without_comments(node.text or ""))
        )


def _not_before(match: re.Match[str]) -> str:
    """``operand NOT``, as some programs write it, in the usual order."""
    return match[0] if match[1].casefold() in _WORDS else f"(NOT {match[1]})"


def _plain(name: str) -> str:
    return " ".join(re.sub(r"\\n|_", " ", name).split()).casefold()
