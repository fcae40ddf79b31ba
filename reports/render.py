"""Content to files: a self-contained page with its figures as SVG, a PDF, a workbook."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Literal

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from ..scenarios.atomic import make_folder, write_whole
from ..scenarios.store import Study
from .brand import PLAIN, Brand
from .content import Content
from .draw import file_svg, svg
from .facts import Facts, gather
from .html_table import marked, table_html
from .pdf import pdf_bytes
from .phrases import FOREIGN, unmarked
from .summary import build_content
from .wording import unbroken
from .workbook import workbook_bytes

REPORT_STEM = "report"
Format = Literal["html", "pdf", "xlsx"]
FORMATS: tuple[Format, ...] = ("html", "pdf", "xlsx")
FIGURE_FOLDER = "figures"
TEMPLATES = Path(__file__).parent / "templates"


def write_report(
    study: Study,
    directory: Path,
    focus: str | None = None,
    formats: Sequence[Format] = ("html",),
) -> Path:
    """Write the report into ``directory``, in each of ``formats``; the path of the first of them.

    ``html`` is ``report.html`` and its figures in ``figures/``, ``pdf`` is ``report.pdf``, ``xlsx``
    is ``report.xlsx``; the last two need the ``report`` extra. ``focus`` names the decision on page
    one; by default all seven tables, or the costliest policy.
    Raises InputError when the study has no finished policy, when ``focus`` is not among them, when
    the extra is not installed or when the folder cannot be written.
    """
    return write_facts(gather(study, focus), directory, formats)


def write_facts(
    facts: Facts,
    directory: Path,
    formats: Sequence[Format] = ("html",),
    brand: Brand = PLAIN,
) -> Path:
    """Write the report of facts already gathered, as `write_report` does, in ``brand``'s looks.

    The same facts give the same bytes. Everything is made before anything is written, and each
    file is written whole or not at all.
    """
    directory = Path(directory)
    content = build_content(facts, brand.section)
    drawings = {
        figure.id: svg(figure, content.phrases, brand.palette) for figure in content.figures
    }
    made: dict[Format, bytes] = {}
    for name in formats:
        if name == "pdf":
            made[name] = pdf_bytes(content, drawings, brand)
        elif name == "xlsx":
            made[name] = workbook_bytes(content, facts, brand)
        else:
            made[name] = render_page(content, drawings, brand).encode()
    make_folder(directory)
    if "html" in made:
        folder = directory / FIGURE_FOLDER
        make_folder(folder)
        for figure in content.figures:
            drawing = file_svg(figure, content.stamp, content.phrases, brand.palette)
            write_whole(folder / f"{figure.id}.svg", drawing)
    for name, data in made.items():
        write_whole(directory / f"{REPORT_STEM}.{name}", data)
    return directory / f"{REPORT_STEM}.{formats[0]}"


def render_page(content: Content, drawings: dict[str, str], brand: Brand = PLAIN) -> str:
    """The page as text. ``drawings`` holds each figure's ``<svg>`` element by its id."""
    pictures = {name: Markup(text) for name, text in drawings.items()}
    template = _environment().get_template("report.html.j2")
    logo = ""
    if brand.logo is not None:
        data = base64.b64encode(brand.logo.data).decode("ascii")
        logo = f"data:{brand.logo.media_type};base64,{data}"
    return template.render(
        content=content,
        say=content.phrases.say,
        language=content.phrases.tag,
        table=lambda table: table_html(table, content.phrases),
        twin=lambda figure: table_html(figure.twin(content.phrases), content.phrases),
        pictures=pictures,
        palette=brand.palette,
        organisation=brand.organisation,
        logo=logo,
    )


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        finalize=_held,
    )
    environment.filters["plain"] = unmarked
    return environment


def _held(value: object) -> object:
    """Plain text as `marked` prints it; anything else as it is."""
    if type(value) is not str:
        return value
    return Markup(marked(value)) if FOREIGN in value else unbroken(value)
