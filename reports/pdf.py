"""The report as a tagged PDF that Typst holds to PDF/UA-1."""

from __future__ import annotations

import importlib
import importlib.util
from pathlib import Path
from typing import Any

from ..model.errors import InputError
from .brand import PLAIN, Brand
from .content import Content
from .typeset import source

TEMPLATE = Path(__file__).parent / "templates" / "report.typ"
CURE = "pip install 'upshift[report]'"


def pdf_bytes(content: Content, drawings: dict[str, str], brand: Brand = PLAIN) -> bytes:
    """The report as PDF: tags, language, title, bookmarks and alt texts.

    ``drawings`` holds each figure's SVG by its id. No clock is read: the same content gives the
    same bytes. Raises InputError when the ``report`` extra is not installed.
    """
    try:
        typst: Any = importlib.import_module("typst")
    except ImportError:
        raise InputError(
            f"A PDF needs the package 'typst', which is not installed. {CURE} brings it; HTML "
            "needs nothing more."
        ) from None
    text = source(content, TEMPLATE.read_text(encoding="utf-8"), brand)
    files = {"main.typ": text.encode()}
    files |= {f"{name}.svg": drawing.encode() for name, drawing in drawings.items()}
    if brand.logo is not None:
        files[f"logo{brand.logo.suffix}"] = brand.logo.data
    made = typst.compile(
        files,
        format="pdf",
        font_paths=[font_folder()],
        ignore_system_fonts=True,
        pdf_standards=["ua-1"],
        timestamp=0,
    )
    return bytes(made)


def font_folder() -> Path:
    """Where the DejaVu fonts are: matplotlib's wheel carries them. Raises InputError."""
    found = importlib.util.find_spec("matplotlib")
    places = [] if found is None else list(found.submodule_search_locations or [])
    for place in places:
        folder = Path(place) / "mpl-data" / "fonts" / "ttf"
        if (folder / "DejaVuSans.ttf").exists():
            return folder
    raise InputError(
        f"A PDF needs the fonts of the package 'matplotlib', which is not installed. {CURE} brings "
        "it; HTML needs nothing more."
    )
