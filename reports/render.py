"""Content to files: one self-contained page, and its figures as SVG."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from ..scenarios.atomic import make_folder, write_whole
from ..scenarios.store import Study
from .content import Content
from .draw import file_svg, svg
from .facts import Facts, gather
from .html_table import table_html
from .palette import PALETTE
from .summary import build_content
from .wording import unbroken

REPORT_NAME = "report.html"
FIGURE_FOLDER = "figures"
TEMPLATES = Path(__file__).parent / "templates"


def write_report(study: Study, directory: Path, focus: str | None = None) -> Path:
    """Write ``report.html`` and ``figures/`` into ``directory`` and return the page's path.

    ``focus`` names the decision on page one; by default all seven tables, or the costliest policy.
    Raises InputError when the study has no finished policy, when ``focus`` is not among them, or
    when the folder cannot be written.
    """
    return write_facts(gather(study, focus), directory)


def write_facts(facts: Facts, directory: Path) -> Path:
    """Write the report of facts already gathered, as `write_report` does.

    The same facts give the same bytes. The page is written last, whole or not at all.
    """
    directory = Path(directory)
    content = build_content(facts)
    drawings = {figure.id: svg(figure) for figure in content.figures}
    page = render_page(content, drawings)
    folder = directory / FIGURE_FOLDER
    make_folder(folder)
    for figure in content.figures:
        write_whole(folder / f"{figure.id}.svg", file_svg(figure, content.stamp))
    path = directory / REPORT_NAME
    write_whole(path, page.encode())
    return path


def render_page(content: Content, drawings: dict[str, str]) -> str:
    """The page as text. ``drawings`` holds each figure's ``<svg>`` element by its id."""
    pictures = {name: Markup(text) for name, text in drawings.items()}
    template = _environment().get_template("report.html.j2")
    return template.render(content=content, pictures=pictures, palette=PALETTE)


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
    environment.filters["table"] = table_html
    return environment


def _held(value: object) -> object:
    """Plain text with every percent sign held to its number; anything else as it is."""
    return unbroken(value) if type(value) is str else value
