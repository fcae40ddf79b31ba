"""The content of a report, apart from how it is printed: sections of blocks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from .figure import Figure
from .phrases import ENGLISH, Phrases
from .table import Table

Tone = Literal["plain", "verdict", "lead", "warning", "note"]


@dataclass(frozen=True)
class Paragraph:
    """One paragraph; ``tone`` says how much it matters."""

    text: str
    tone: Tone = "plain"
    kind: str = "paragraph"


@dataclass(frozen=True)
class Bullets:
    """A list of sentences."""

    items: tuple[str, ...]
    kind: str = "bullets"


@dataclass(frozen=True)
class Questions:
    """Questions with their answers."""

    items: tuple[tuple[str, str], ...]
    kind: str = "questions"


@dataclass(frozen=True)
class Command:
    """A command to type."""

    text: str
    kind: str = "command"


@dataclass(frozen=True)
class Picture:
    """A figure and its table twin. ``folded`` hides a long twin until it is asked for."""

    figure: Figure
    folded: bool = True
    kind: str = "picture"


@dataclass(frozen=True)
class Heading:
    """A heading inside a section."""

    text: str
    kind: str = "heading"


@dataclass(frozen=True)
class Folded:
    """Blocks behind a line that opens on request; closed when printed unless opened before.
    ``kept_in`` is the sheet of the workbook that holds what is too long for a PDF."""

    summary: str
    blocks: tuple[Block, ...]
    kind: str = "folded"
    kept_in: str = ""


Block = Paragraph | Bullets | Questions | Command | Picture | Heading | Folded | Table


@dataclass(frozen=True)
class Section:
    """A part of a chapter with an entry in the contents list; ``sheet`` is where a workbook holds
    it."""

    id: str
    title: str
    blocks: tuple[Block, ...]
    sheet: str = "Summary"


@dataclass(frozen=True)
class Chapter:
    """One of the numbered parts of a report. A section with the chapter's own title stands right
    below it, without a heading of its own."""

    title: str
    sections: tuple[Section, ...]

    @property
    def titled(self) -> tuple[Section, ...]:
        """The sections that have headings of their own."""
        return tuple(section for section in self.sections if section.title != self.title)


@dataclass(frozen=True)
class Content:
    """A whole report. ``stamp`` is empty once a posterior ships; ``banner`` says what a reader must
    know about the study itself, or is empty. ``phrases`` is the language of
    all of it."""

    title: str
    subtitle: str
    stamp: str
    chapters: tuple[Chapter, ...]
    banner: str = ""
    phrases: Phrases = ENGLISH

    @property
    def sections(self) -> tuple[Section, ...]:
        """Every section, in reading order."""
        return tuple(section for chapter in self.chapters for section in chapter.sections)

    @property
    def figures(self) -> tuple[Figure, ...]:
        """Every figure, in reading order."""
        found: list[Figure] = []

        def collect(blocks: tuple[Block, ...]) -> None:
            for block in blocks:
                if isinstance(block, Picture):
                    found.append(block.figure)
                elif isinstance(block, Folded):
                    collect(block.blocks)

        for section in self.sections:
            collect(section.blocks)
        return tuple(found)
