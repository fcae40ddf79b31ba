"""A stock-and-flow diagram as SVG, drawn from the typed representation: the same bytes each time.

Stocks are boxes, flows are pipes with a valve, clouds are where the picture ends, auxiliaries are
plain text, arrows show what depends on what; grey is what belongs to another sector. Blue, orange
and grey are told apart by people who are colour-blind, and each also has a form of its own.
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from ...errors import InputError, nearest
from ..ir import Model
from ..names import plain
from .parts import VALVE, Node, Shape, parts_of
from .places import Places, placed
from .routes import Curve, curves_of
from .rows import MARGIN, Rows, rows_of
from .structure import Structure, structure
from .text import SIZE, SMALL
from .text import Line as TextLine

LEGEND = (
    "Box: stock. Valve on a pipe: flow. Cloud: outside the model. Text: auxiliary.",
    "Italic: constant. Blue arrow: acts on. Grey and dashed: from or to another sector.",
)
_TOP = 52.0
_LEGEND = 50.0
_LINE = 1.25
_STYLE = (
    "text{font-family:Helvetica,Arial,'Liberation Sans','DejaVu Sans',sans-serif;fill:#111}"
    f".n{{font-size:{SIZE:.0f}px}}.s{{font-size:{SMALL:.0f}px;fill:#444}}"
    ".e .n,.e .s{fill:#666}.h{font-size:17px;font-weight:bold}.k{font-size:11px;fill:#444}"
    ".b{fill:#fff;stroke:#111;stroke-width:1.8}.e .b{stroke:#777;stroke-dasharray:4 3}"
    ".v{fill:#e69f00;stroke:#111;stroke-width:1.2}.e .v{fill:#ccc;stroke:#777}"
    ".c{fill:#fff;stroke:#555;stroke-width:1.3}"
    ".a{fill:none;stroke:#0072b2;stroke-width:1.2}.t{fill:#0072b2}"
    ".g{fill:none;stroke:#808080;stroke-width:1}.u{fill:#808080}"
    ".p{fill:none;stroke:#333;stroke-width:6}.w{fill:none;stroke:#fff;stroke-width:3}.q{fill:#333}"
    ".i{font-style:italic}"
)


def diagram(model: Model, sector: str | None = None, *, constants: bool = False) -> str:
    """The picture of a model or of one sector, 1,200 px wide unless names are very long.

    Constants are left out unless asked for or unless there is nothing else. Raises InputError for
    a sector that the model does not have, and when there is nothing to draw.
    """
    found = structure(model)
    chosen = None if sector is None else sector_named(found, sector, model.name)
    parts = parts_of(found, chosen, constants)
    if not parts.nodes:
        raise InputError(f"Model '{model.name}' holds nothing to draw.")
    rows = rows_of(parts, found)
    places = placed(rows, _TOP)
    body = [_curve(curve, rows) for curve in sorted(curves_of(rows, places), key=_arrows_first)]
    body += [
        _node(node, places)
        for keys in rows.rows
        for node in (rows.nodes[key] for key in keys)
        if node.shape is not Shape.BEND
    ]
    title = model.name if chosen is None else f"{model.name}: {chosen}"
    return _page(title, _described(rows), places, body)


def sector_named(found: Structure, name: str, model: str) -> str:
    """The sector that ``name`` means. Raises InputError with the nearest when there is none."""
    known = {plain(sector): sector for sector in found.sectors()}
    if plain(name) in known:
        return known[plain(name)]
    if not known:
        raise InputError(f"Model '{model}' has no sectors: its file has no headings or views.")
    raise InputError(
        f"Model '{model}' has no sector '{name}'.{nearest(name, known.values())} "
        f"Its sectors are: {', '.join(known.values())}."
    )


def _page(title: str, description: str, places: Places, body: list[str]) -> str:
    width, height = places.width, places.height + _LEGEND
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" '
        f'width="{width:.0f}" height="{height:.0f}" role="img" aria-labelledby="title desc">'
    )
    return "\n".join(
        [
            head,
            f'<title id="title">{_text(title)}</title>',
            f'<desc id="desc">{_text(description)}</desc>',
            f"<style>{_STYLE}</style>",
            f'<rect width="{width:.0f}" height="{height:.0f}" fill="#fff"/>',
            f'<text class="h" x="{MARGIN:.0f}" y="28">{_text(title)}</text>',
            *body,
            _legend(places.height + _LEGEND - 27),
            "</svg>\n",
        ]
    )


def _described(rows: Rows) -> str:
    """The picture in words: what stands in it, by kind."""
    kinds = {
        Shape.STOCK: "Stocks",
        Shape.FLOW: "Flows",
        Shape.AUXILIARY: "Auxiliaries",
        Shape.CONSTANT: "Constants",
    }
    nodes = [rows.nodes[key] for keys in rows.rows for key in keys]
    told = ["Stock-and-flow diagram, causes above effects."]
    for shape, word in kinds.items():
        names = _names(node for node in nodes if node.shape is shape and not node.elsewhere)
        if names:
            told.append(f"{word}: {names}.")
    other = _names(node for node in nodes if node.elsewhere)
    return " ".join([*told, f"From other sectors: {other}."] if other else told)


def _names(nodes: Iterable[Node]) -> str:
    return ", ".join(sorted({node.variable.name for node in nodes if node.variable is not None}))


def _arrows_first(curve: Curve) -> bool:
    return curve.route.link.pipe


def _curve(curve: Curve, rows: Rows) -> str:
    link = curve.route.link
    x, y = curve.tip
    if link.pipe:
        valve = rows.nodes[link.head].shape is Shape.FLOW
        line = f'<path class="p" d="{curve.path}"/><path class="w" d="{curve.path}"/>'
        return line if valve else line + _head("q", x, y, curve.down, 7)
    grey = rows.nodes[link.tail].elsewhere
    line = f'<path class="{"g" if grey else "a"}" d="{curve.path}"/>'
    return line + _head("u" if grey else "t", x, y, curve.down, 3.5)


def _head(style: str, x: float, y: float, down: int, half: float) -> str:
    back = y - down * 8
    points = f"{x:.0f},{y:.0f} {x - half:.1f},{back:.0f} {x + half:.1f},{back:.0f}"
    return f'<polygon class="{style}" points="{points}"/>'


def _node(node: Node, places: Places) -> str:
    x, y = places.middle[node.key]
    drawn = ""
    if node.shape is Shape.STOCK:
        drawn = _box(x - node.width / 2, y - node.height / 2, node.width, node.height)
    elif node.shape is Shape.CLOUD:
        drawn = _cloud(x, y)
    elif node.shape is Shape.FLOW:
        drawn = _valve(x + node.port, y)
        x += VALVE / 2 + 2
    words = _label(node.lines, x, y, node.shape)
    words_for = _told(node) if node.shape in (Shape.FLOW, Shape.CLOUD) or node.variable else ""
    told = f"<title>{_text(words_for)}</title>" if words_for else ""
    style = ' class="e"' if node.elsewhere else ""
    return f"<g{style}>{told}{drawn}{words}</g>"


def _told(node: Node) -> str:
    """What a reader is told who points at a node."""
    variable = node.variable
    if variable is None:
        if node.shape is Shape.CLOUD:
            return "outside the model"
        return f"{node.key.removeprefix('_')}, beside the named ones"
    unit = f" ({variable.units})" if variable.units else ""
    return f"{variable.name}{unit}: {variable.meaning or variable.kind}"


def _box(x: float, y: float, width: float, height: float) -> str:
    size = f'width="{width:.0f}" height="{height:.0f}"'
    return f'<rect class="b" x="{x:.0f}" y="{y:.0f}" {size} rx="2"/>'


def _valve(x: float, y: float) -> str:
    wide, high = VALVE / 2 - 3, VALVE / 2 - 2
    corners = ((-wide, -high), (wide, -high), (-wide, high), (wide, high))
    points = " ".join(f"{x + dx:.0f},{y + dy:.0f}" for dx, dy in corners)
    return f'<polygon class="v" points="{points}"/>'


def _cloud(x: float, y: float) -> str:
    return (
        f'<path class="c" d="M{x - 12:.0f} {y + 8:.0f}a7 7 0 0 1 0-13a8 8 0 0 1 13-4'
        'a7 7 0 0 1 11 5a6 6 0 0 1 0 12z"/>'
    )


def _label(lines: tuple[TextLine, ...], x: float, y: float, shape: Shape) -> str:
    height = sum(_LINE * (SMALL if line.small else SIZE) for line in lines)
    y -= height / 2
    written: list[str] = []
    for line in lines:
        size = SMALL if line.small else SIZE
        y += _LINE * size
        style = "s" if line.small else "n"
        slant = " i" if shape is Shape.CONSTANT else ""
        written.append(
            f'<text class="{style}{slant}" x="{x:.0f}" y="{y - 0.3 * size:.0f}" '
            f'text-anchor="middle">{_text(line.text)}</text>'
        )
    return "".join(written)


def _legend(y: float) -> str:
    return "".join(
        f'<text class="k" x="{MARGIN:.0f}" y="{y + 15 * line:.0f}">{text}</text>'
        for line, text in enumerate(LEGEND)
    )


def _text(text: str) -> str:
    """Text of a model made safe for XML, control characters included."""
    return escape("".join(c if c.isprintable() else " " for c in text))
