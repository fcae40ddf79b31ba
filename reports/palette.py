"""Colours, safe for colour-blind readers (Okabe and Ito, 2008), with their least contrasts."""

from __future__ import annotations

PALETTE = {
    "paper": "#ffffff",
    "ink": "#1d232a",
    "muted": "#4a5561",
    "rule": "#c3cad1",
    "edge": "#76818c",
    "link": "#004b87",
    "blue": "#0072b2",
    "vermilion": "#b34700",
    "band80": "#6fa8d0",
    "band95": "#cfe2f0",
    "band50": "#4a8fc0",
    "apart80": "#d98a5c",
    "apart95": "#f3d9c8",
    "stripe": "#f3f5f7",
    "warning": "#fff1cc",
    "judged": "#fde4d3",
    "judged-ink": "#7a2e00",
}
"""Named colours of page and figures. Blue and vermilion are the Okabe-Ito pair, the second
darkened for text."""

LINES = (
    ("#1d232a", "none"),
    ("#0072b2", "none"),
    ("#b34700", "9 3"),
    ("#007a5a", "3 3"),
    ("#9c4f80", "11 3 3 3"),
    ("#76818c", "6 6"),
)
"""Lines are told apart by colour and by dash: after Okabe and Ito, darkened to 3 to 1 on paper."""

TEXT_PAIRS = (
    ("ink", "paper"),
    ("muted", "paper"),
    ("link", "paper"),
    ("vermilion", "paper"),
    ("ink", "stripe"),
    ("muted", "stripe"),
    ("link", "stripe"),
    ("ink", "warning"),
    ("judged-ink", "judged"),
)
"""Text and background used together: at least 4.5 to 1 (WCAG 2.2, 1.4.3)."""
SHAPE_PAIRS = (("edge", "paper"), ("blue", "paper"), ("vermilion", "paper"), ("edge", "stripe"))
"""Lines and marks that carry meaning: at least 3 to 1 (WCAG 2.2, 1.4.11)."""


def contrast(first: str, second: str) -> float:
    """The contrast ratio of two ``#rrggbb`` colours, 1 to 21 (WCAG 2.2, relative luminance)."""
    bright, dark = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    channels = (int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5))
    red, green, blue = (
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
        for value in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
