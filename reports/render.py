"""Content to files: a self-contained page with its figures as SVG, a PDF, a workbook."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
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
from .phrases import FOREIGN, Phrases, phrases_in, unmarked
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
    language: str = "en",
) -> Path:
    """Write the report into ``directory``, in each of ``formats``; the path of the first of them.

    ``html`` is ``report.html`` and its figures in ``figures/``, ``pdf`` is ``report.pdf``, ``xlsx``
    is ``report.xlsx``; in French, ``report-fr`` and ``figures-fr/``. The last two formats need the
    ``report`` extra. ``focus`` names the decision on page one; by default all seven tables, or the
    costliest policy. ``language`` is ``en`` or ``fr``.
    Raises InputError when the study has no finished policy, when ``focus`` is not among them, when
    the extra is not installed or when the folder cannot be written.
    """
    return write_facts(gather(study, focus, (), phrases_in(language)), directory, formats)


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
    makers: dict[Format, Callable[[], bytes]] = {
        "html": lambda: render_page(content, drawings, brand).encode(),
        "pdf": lambda: pdf_bytes(content, drawings, brand),
        "xlsx": lambda: workbook_bytes(content, facts, brand),
    }
    made = _made({name: makers[name] for name in formats})
    make_folder(directory)
    stem = named(REPORT_STEM, content.phrases)
    if "html" in made:
        folder = directory / named(FIGURE_FOLDER, content.phrases)
        make_folder(folder)
        for figure in content.figures:
            drawing = file_svg(figure, content.stamp, content.phrases, brand.palette)
            write_whole(folder / f"{figure.id}.svg", drawing)
    for name, data in made.items():
        write_whole(directory / f"{stem}.{name}", data)
    return directory / f"{stem}.{formats[0]}"


def _made(makers: Mapping[Format, Callable[[], bytes]]) -> dict[Format, bytes]:
    """Every format; the PDF, whose compiler needs no interpreter, beside the others."""
    with ThreadPoolExecutor(max_workers=1) as beside:
        pdf = beside.submit(makers["pdf"]) if "pdf" in makers and len(makers) > 1 else None
        return {
            name: pdf.result() if name == "pdf" and pdf is not None else maker()
            for name, maker in sorted(makers.items(), key=lambda item: item[0] == "pdf")
        }


def named(stem: str, phrases: Phrases) -> str:
    """A name for a file or folder: that of English as it is, others with their language."""
    return stem if phrases.language == "en" else f"{stem}-{phrases.language}"


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
        folder=named(FIGURE_FOLDER, content.phrases),
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
