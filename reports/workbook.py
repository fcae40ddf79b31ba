"""The report as an Excel workbook: the same tables, with live present values from the draws."""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO

from ..model.errors import InputError
from .brand import PLAIN, Brand
from .content import (
    Block,
    Bullets,
    Command,
    Content,
    Folded,
    Heading,
    Paragraph,
    Picture,
    Questions,
)
from .facts import Facts
from .live import write_assumptions, write_cash_flow, write_draws
from .pdf import CURE
from .phrases import unmarked
from .sheet import Sheet, looks
from .table import Table

SHEETS = (
    "README",
    "Summary",
    "Results_by_payer",
    "Cashflow_by_year",
    "Demand_by_zone",
    "Equity",
    "Uncertainty",
    "Assumptions",
    "Unit_costs",
    "Provenance",
    "Manifest",
    "Draws",
)
_FIRST_DAY = datetime(2000, 1, 1, tzinfo=UTC)
"""Written as the day of creation, so that the same report is the same bytes."""


def workbook_bytes(content: Content, facts: Facts, brand: Brand = PLAIN) -> bytes:
    """The workbook. No macros, no merged cells; every table has a row of units.

    The same content and study give the same bytes. Raises InputError when the ``report`` extra is
    not installed.
    """
    try:
        import xlsxwriter  # noqa: PLC0415
    except ImportError:
        raise InputError(
            f"A workbook needs the package 'xlsxwriter', which is not installed. {CURE} brings "
            "it; HTML needs nothing more."
        ) from None
    file = BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_formulas": False})
    book.set_properties(
        {
            "title": unmarked(content.title),
            "subject": unmarked(content.subtitle),
            "created": _FIRST_DAY,
        }
    )
    book.set_custom_property("Language", content.phrases.tag, "text")
    formats = looks(book, brand.palette)
    sheets = {name: Sheet.add(book, name, formats, content.phrases) for name in SHEETS}
    if brand.organisation:
        sheets["README"].text(brand.organisation)
    _front(sheets["README"], content)
    for section in content.sections:
        sheet = sheets[section.sheet]
        sheet.title(section.title)
        for block in section.blocks:
            _block(sheet, block)
    layout = write_draws(sheets["Draws"], facts)
    write_assumptions(sheets["Assumptions"], facts, layout)
    cash_flow = sheets["Cashflow_by_year"]
    cash_flow.row += 2
    write_cash_flow(cash_flow, facts)
    book.close()
    return file.getvalue()


def _front(sheet: Sheet, content: Content) -> None:
    sheet.title(content.title)
    sheet.text(content.subtitle)
    if content.stamp:
        sheet.warning(content.stamp.capitalize())
    if content.banner:
        sheet.warning(content.banner)
    say = content.phrases.say
    sheet.text(
        say(
            "Numbers are unrounded; a figure with an interval has its median and the ends of its "
            "80 % interval in cells of their own. Below each heading stands a row of units."
        )
    )
    sheet.text(
        say(
            "The sheet Assumptions holds the discount rate and horizon. Change them, and present "
            "values there and in Cashflow_by_year are worked out anew from the sheet Draws. Every "
            "other sheet holds results at the rate it names."
        )
    )
    for name in SHEETS[1:]:
        sheet.text(say("{sheet}: {about}", sheet=name, about=say(ABOUT[name])))


ABOUT = {
    "Summary": "the decision, the answer and options compared",
    "Results_by_payer": "who pays and who gains, and when it breaks even",
    "Cashflow_by_year": "mean flows by payer and year, with live present values",
    "Demand_by_zone": "people by zone, calls and use of services",
    "Equity": "municipalities and populations",
    "Uncertainty": "what drives the result, when it fails, error of the numbers",
    "Assumptions": "the discount rate, and live means, medians, intervals and chances",
    "Unit_costs": "what a unit of each service costs, for whom, and how that is known",
    "Provenance": "every input and source, methods and limits",
    "Manifest": "what decided the numbers, and how to make them again",
    "Draws": "yearly net by payer and draw, the source of every live figure",
}


def _block(sheet: Sheet, block: Block) -> None:
    if isinstance(block, Paragraph | Command):
        sheet.text(block.text)
    elif isinstance(block, Bullets):
        for item in block.items:
            sheet.text(item)
    elif isinstance(block, Questions):
        for question, answer in block.items:
            sheet.heading(question)
            sheet.text(answer)
    elif isinstance(block, Heading):
        sheet.heading(block.text)
    elif isinstance(block, Folded):
        sheet.heading(block.summary)
        for inner in block.blocks:
            _block(sheet, inner)
    elif isinstance(block, Picture):
        sheet.table(block.figure.twin(sheet.phrases))
        sheet.note(block.figure.source)
    else:
        _table(sheet, block)


def _table(sheet: Sheet, table: Table) -> None:
    sheet.table(table)
    if table.note:
        sheet.note(table.note)
