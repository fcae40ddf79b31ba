"""Content as Typst source: every word of a report is a string in it, never markup."""

from __future__ import annotations

import json
import re

from .brand import PLAIN, Brand
from .content import (
    Block,
    Bullets,
    Chapter,
    Command,
    Content,
    Folded,
    Heading,
    Paragraph,
    Picture,
    Questions,
    Section,
)
from .phrases import FOREIGN, FOREIGN_END, Phrases, unmarked
from .table import Cell, Column, Table
from .wording import capital, unbroken

COLOURS = {
    "ink": "ink",
    "muted": "muted",
    "rule": "rule",
    "blue": "blue",
    "vermilion": "vermilion",
    "stripe": "stripe",
    "caution": "warning",
    "judgement": "judged",
    "judgement-ink": "judged-ink",
    "hyperlink": "link",
}
"""Names in the Typst template, and theirs in the palette."""
LANDSCAPE = ("provenance", "unit-costs-section")
"""Sections whose tables are too wide for an upright page."""
TWINS_TITLE = "The numbers behind the figures"
_MANY_COLUMNS = 5
_LONG_WORD = 16
_LONG_TEXT = 105


def source(content: Content, template: str, brand: Brand = PLAIN) -> str:
    """The whole document. ``template`` is the set of rules that gives it its looks."""
    colours = [f'#let {name} = rgb("{brand.palette[own]}")' for name, own in COLOURS.items()]
    parts = [
        f"#set document(title: {quoted(content.title)}, date: none)",
        *colours,
        f"#let stamp = {quoted(capital(content.stamp))}",
        f"#let language = {quoted(content.phrases.language)}",
        template,
        *_letterhead(brand),
        "#title()",
        f"#text(11pt, fill: muted, {shown(content.subtitle)})",
        *(["#warning(strong(stamp))"] if content.stamp else []),
        *([f"#warning(par({shown(content.banner)}))"] if content.banner else []),
        "#outline(depth: 1, title: none)",
        *(_chapter(chapter, content.phrases) for chapter in content.chapters),
        f"#heading(level: 2, {quoted(content.phrases.say(TWINS_TITLE))})",
        *(_table(figure.twin(content.phrases)) for figure in content.figures),
    ]
    return "\n".join(parts) + "\n"


def _letterhead(brand: Brand) -> list[str]:
    """The organisation's logo, or its name."""
    if brand.logo is not None:
        name = quoted(f"logo{brand.logo.suffix}")
        return [f"#figure(image({name}, alt: {quoted(brand.organisation)}, height: 14mm))"]
    return [f'#text(10pt, weight: "bold", {quoted(brand.organisation)})'] * bool(brand.organisation)


def quoted(text: str) -> str:
    """A Typst string literal: what JSON escapes, Typst reads, save for control characters."""
    plain = "".join(c if c >= " " else " " for c in unbroken(unmarked(text)))
    return json.dumps(plain, ensure_ascii=False)


def shown(text: str) -> str:
    """Text as a Typst expression, its parts in another language marked as such."""
    if FOREIGN not in text:
        return quoted(text)
    parts = []
    for at, part in enumerate(re.split(f"[{FOREIGN}{FOREIGN_END}]", text)):
        if part:
            parts.append(f'text(lang: "en", {quoted(part)})' if at % 2 else quoted(part))
    return " + ".join(parts)


def _breakable(text: str) -> str:
    """The text with places to break in words too long for a column, such as ids."""
    return " ".join(
        re.sub(r"([:_/.\-])", "\\1\u200b", word) if len(word) > _LONG_WORD else word
        for word in text.split(" ")
    )


def _chapter(chapter: Chapter, phrases: Phrases) -> str:
    """A numbered heading, and the sections; those on landscape pages take the heading along."""
    head = f"#heading(level: 1, {shown(chapter.title)})"
    parts = [_section(section, section in chapter.titled, phrases) for section in chapter.sections]
    return "\n".join([head, *parts])


def _section(section: Section, titled: bool, phrases: Phrases) -> str:
    """Blocks of a section, below a heading of its own when it has one."""
    level = depth = 3 if titled else 2
    told = [f"#heading(level: 2, {shown(section.title)})"] if titled else []
    for block in section.blocks:
        told.append(_block(block, level if isinstance(block, Heading) else depth, phrases))
        depth = level + 1 if isinstance(block, Heading) else depth
    body = "\n".join(told)
    return f"#page(flipped: true)[\n{body}\n]" if section.id in LANDSCAPE else body


def _block(block: Block, level: int, phrases: Phrases) -> str:
    """A block; ``level`` is that of a heading or of what a page folds away."""
    match block:
        case Paragraph():
            words = shown(block.text)
            text = f"#par({words})" if block.tone == "plain" else f"#{block.tone}(par({words}))"
        case Bullets():
            text = f"#list({', '.join(f'par({shown(item)})' for item in block.items)})"
        case Questions():
            items = (f"terms.item({shown(q)}, {shown(a)})" for q, a in block.items)
            look = "hanging-indent: 0pt, separator: linebreak(), tight: false"
            text = f"#terms({look}, {', '.join(items)})"
        case Command():
            text = f"#raw(block: true, {quoted(block.text)})"
        case Heading():
            text = f"#heading(level: {level}, {shown(block.text)})"
        case Folded():
            text = _folded(block, level, phrases)
        case Picture():
            text = _picture(block, phrases)
        case Table():
            text = _table(block)
    return text


def _folded(block: Folded, level: int, phrases: Phrases) -> str:
    """What a page hides until it is asked for stands open in print, under a heading; long
    registers stay with page and workbook."""
    if block.kept_in:
        told = phrases.say(
            "Left out of this print for its length. It is in the page and in the workbook, sheet "
            "{sheet}.",
            sheet=block.kept_in,
        )
        return f"#heading(level: {level}, {shown(block.summary)})\n#par({shown(told)})"
    inner = "\n".join(_block(one, level + 1, phrases) for one in block.blocks)
    return f"#heading(level: {level}, {shown(block.summary)})\n{inner}"


def _picture(block: Picture, phrases: Phrases) -> str:
    figure = block.figure
    image = f'image("{figure.id}.svg", alt: {quoted(figure.alt)}, width: 100%)'
    told = f"{figure.source} {phrases.say('Its numbers are in the last section.')}"
    return f"#figure({image}, caption: {shown(figure.title)})\n#note({shown(told)})"


def _table(table: Table) -> str:
    heads = ", ".join(_head(column) for column in table.columns)
    rows = ",\n".join(", ".join(_cells(table, row)) for row in table.rows)
    aligned = ", ".join("right" if column.numeric else "left" for column in table.columns[1:])
    text = (
        f"#figure(kind: table, caption: {shown(table.caption)}, table(columns: {_widths(table)}, "
        f"align: (left, {aligned}), table.header({heads}),\n{rows}))"
    )
    return f"{text}\n#note({shown(table.note)})" if table.note else text


def _widths(table: Table) -> str:
    """Columns share a wide table by what they hold; a narrow table fits itself."""
    if len(table.columns) < _MANY_COLUMNS:
        return f"({', '.join(['auto'] * len(table.columns))},)"
    shares = []
    for at, column in enumerate(table.columns):
        texts = [row[at].text for row in table.rows]
        head = f"{column.title} {column.unit}"
        longest = max((len(w) for text in texts for w in text.split(" ")), default=1)
        heading = max(len(word) for word in head.split(" "))
        typical = sorted(len(text) for text in texts)[len(texts) * 9 // 10] if texts else 1
        widest = max(1.15 * min(longest, _LONG_WORD), 1.45 * min(heading, _LONG_WORD))
        shares.append(max(widest, min(typical, _LONG_TEXT) / 3, 5))
    return f"({', '.join(f'{share:g}fr' for share in shares)})"


def _head(column: Column) -> str:
    mark = " + [ ] + judged" if column.grade == "D" else ""
    unit = f" + linebreak() + unit({shown(column.unit)})" if column.unit else ""
    return f"strong({shown(column.title)}){mark}{unit}"


def _cells(table: Table, row: tuple[Cell, ...]) -> list[str]:
    return [_cell(cell, column.numeric) for cell, column in zip(row, table.columns, strict=True)]


def _cell(cell: Cell, numeric: bool) -> str:
    if cell.href:
        return f"link({quoted(cell.href)}, {shown(cell.text)})"
    if cell.grade == cell.text == "D":
        return "judged"
    middle, gap, rest = cell.text.partition(" (")
    told = shown(_breakable(cell.text))
    if numeric and gap and rest.endswith(")"):
        told = f"figures({shown(middle)}, {shown(f'({rest}')})"
    return f"{told} + [ ] + judged" if cell.grade == "D" else told
