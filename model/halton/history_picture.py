"""The record against the model in one picture: ``python -m upshift.model.halton.history_picture``.

Each figure of ``history.csv`` is a row: what is allowed is a grey band, the model's distance from
the record a dot. ``upshift check halton`` prints the same numbers as text.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from xml.sax.saxutils import escape

from ..engine import load_model
from .history import Comparison, compare_history

HOME = Path(__file__).parent
SHIPPED = HOME / "pictures" / "history.svg"
WIDTH, TOP, ROW, BOTTOM = 940, 84, 17, 58
LEFT, RIGHT = 400, 740  # where the axis begins and ends
REACH = 0.3  # the relative distance that the axis spans to each side
LEAST = 0.0005  # a smaller distance prints as none
GRID = (-0.2, -0.1, 0.0, 0.1, 0.2)
# Blue, vermilion and grey stay apart for colour-blind readers (Okabe and Ito, 2008); shapes differ.
STYLE = (
    "text{font-family:Arial,sans-serif;font-size:12px;fill:#111}.h{font-size:16px;"
    "font-weight:bold}.k{fill:#444}.e{text-anchor:end}.m{text-anchor:middle}"
    ".g{stroke:#bbb}.z{stroke:#111}.b{fill:#ddd}.held{fill:#0072b2}"
    ".shown{fill:#fff;stroke:#0072b2;stroke-width:1.6}.miss{fill:#d55e00}"
)


def history_svg(found: Sequence[Comparison]) -> str:
    """The picture as SVG text; the same comparisons give the same bytes."""
    height = TOP + ROW * len(found) + BOTTOM
    title = _finding(found)
    body = [_row(comparison, TOP + ROW * i) for i, comparison in enumerate(found)]
    return "\n".join(
        [
            (
                f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" '
                f'width="{WIDTH}" height="{height}" role="img" aria-labelledby="title">'
            ),
            f'<title id="title">{escape(title)}</title>',
            f"<style>{STYLE}</style>",
            f'<rect width="{WIDTH}" height="{height}" fill="#fff"/>',
            f'<text class="h" x="16" y="26">{escape(title)}</text>',
            (
                '<text class="k" x="16" y="46">Model at hand-set central values, relative to the '
                "record, per cent. Grey: what is allowed.</text>"
            ),
            *_axis(TOP - 8, TOP + ROW * len(found)),
            *body,
            _legend(height - 34),
            (
                '<text class="k" x="16" y="'
                f'{height - 12}">Sources: history.csv (Statistics Canada 35-10-0169, police board, '
                "censuses, point-in-time counts). Table: upshift check halton.</text>"
            ),
            "</svg>\n",
        ]
    )


def _finding(found: Sequence[Comparison]) -> str:
    near = sum(comparison.near for comparison in found)
    missed = [comparison for comparison in found if not comparison.near]
    told = "; ".join(
        f"{c.observation.label}, {c.observation.period}, miss by {abs(c.gap):.1%}" for c in missed
    )
    return f"{near} of {len(found)} figures of the record are met" + (f"; {told}" if told else "")


def _at(gap: float) -> float:
    share = (min(max(gap, -REACH), REACH) + REACH) / (2 * REACH)
    return LEFT + share * (RIGHT - LEFT)


def _axis(top: float, bottom: float) -> list[str]:
    lines = []
    for gap in GRID:
        x = _at(gap)
        kind = "g" if gap else "z"
        lines.append(f'<line class="{kind}" x1="{x:.1f}" x2="{x:.1f}" y1="{top}" y2="{bottom}"/>')
        label = f"{gap:+.0%}" if gap else "record"
        lines.append(f'<text class="k m" x="{x:.1f}" y="{top - 4}">{label}</text>')
    return lines


def _row(comparison: Comparison, y: float) -> str:
    seen = comparison.observation
    middle, base = y + ROW / 2, y + ROW - 4
    low, high = _at(-seen.tolerance), _at(seen.tolerance)
    width = max(high - low, 2.0)
    name = escape(f"{seen.label}, {seen.period}")
    counts = f"{comparison.modelled:,.0f} for {seen.value:,.0f}"
    gap = f"{comparison.gap:+.1%}" if abs(comparison.gap) >= LEAST else "0.0%"
    return (
        f'<rect class="b" opacity="0.6" x="{(low + high - width) / 2:.1f}" y="{y + 3}" '
        f'width="{width:.1f}" height="{ROW - 6}"/>'
        f'<text class="e" x="{LEFT - 8}" y="{base}">{name}</text>'
        f"{_mark(comparison, _at(comparison.gap), middle)}"
        f'<text x="{RIGHT + 8}" y="{base}">{counts} ({gap})</text>'
    )


def _mark(comparison: Comparison, x: float, y: float) -> str:
    if comparison.near:
        return f'<circle class="{comparison.observation.use}" cx="{x:.1f}" cy="{y:.1f}" r="4"/>'
    return _diamond(x, y)


def _diamond(x: float, y: float) -> str:
    points = f"{x - 6:.1f},{y:.1f} {x:.1f},{y - 6:.1f} {x + 6:.1f},{y:.1f} {x:.1f},{y + 6:.1f}"
    return f'<polygon class="miss" points="{points}"/>'


def _legend(y: float) -> str:
    return (
        f'<circle class="held" cx="22" cy="{y - 4}" r="4"/><text x="32" y="{y}">held: must be met'
        f'</text><circle class="shown" cx="162" cy="{y - 4}" r="4"/><text x="172" y="{y}">shown '
        f"beside</text>{_diamond(282, y - 4)}"
        f'<text x="294" y="{y}">missed</text>'
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the picture; 0 when it is done, 2 when the place cannot be written."""
    parser = argparse.ArgumentParser(prog="python -m upshift.model.halton.history_picture")
    parser.add_argument("--out", type=Path, default=SHIPPED, help="SVG file to write")
    out: Path = parser.parse_args(arguments).out
    picture = history_svg(compare_history(load_model(HOME / "halton.mdl")))
    half = out.with_suffix(".svg.part")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        half.write_text(picture, encoding="utf-8")
        half.replace(out)
    except OSError as error:
        sys.stderr.write(
            f"Error: {out} cannot be written ({error.strerror}). Give a file in a folder that can "
            "be written with --out.\n"
        )
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
