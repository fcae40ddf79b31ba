"""An organisation's own looks: name, logo, colours, a section of its own. No code, no page design.

A template is a folder with ``template.yaml``; the README of this folder shows one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ..model.errors import InputError, nearest
from .content import Block, Heading, Paragraph, Section
from .palette import PALETTE, SHAPE_PAIRS, TEXT_PAIRS, contrast

TEMPLATE_NAME = "template.yaml"
MOST_BYTES = 1_000_000
"""No logo or text is larger, so that a page stays one that can be mailed."""
_KINDS = {".svg": "image/svg+xml", ".png": "image/png", ".jpg": "image/jpeg"}
_TEXT_LEAST, _SHAPE_LEAST = 4.5, 3.0


@dataclass(frozen=True)
class Logo:
    """A picture: its file's suffix, its media type and its bytes."""

    suffix: str
    media_type: str
    data: bytes


@dataclass(frozen=True)
class Brand:
    """``palette`` holds every colour of `palette.PALETTE`, some of them the organisation's."""

    organisation: str = ""
    logo: Logo | None = None
    palette: Mapping[str, str] = field(default_factory=lambda: dict(PALETTE))
    section: Section | None = None


PLAIN = Brand()
"""No organisation: the looks of this report."""


class _OwnSection(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    title: Annotated[str, Field(min_length=3, max_length=90)]
    text: Annotated[str, Field(min_length=1, max_length=120)]


class _Template(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    organisation: Annotated[str, Field(min_length=2, max_length=120)]
    logo: str | None = None
    colours: dict[str, str] = Field(default_factory=dict)
    section: _OwnSection | None = None


def read_brand(folder: Path) -> Brand:
    """The looks in a template folder.

    Raises InputError for a file that is missing, too large or not to be read, an unknown key or
    colour, and colours that leave text or lines too faint to be read (WCAG 2.2, 1.4.3 and 1.4.11).
    """
    path = folder / TEMPLATE_NAME
    if not path.is_file():
        raise InputError(f"{folder} is no template: it holds no {TEMPLATE_NAME}.")
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
        template = _Template.model_validate(data)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise InputError(f"{path} cannot be read ({str(error).splitlines()[0]}).") from None
    except ValidationError as error:
        first = error.errors()[0]
        place = " > ".join(str(part) for part in first["loc"]) or "the whole file"
        raise InputError(
            f"{path}, {place}: {first['msg'].lower()}. Keys are: "
            f"{', '.join(_Template.model_fields)}."
        ) from None
    return Brand(
        organisation=template.organisation,
        logo=None if template.logo is None else _logo(folder, template.logo),
        palette=_palette(path, template.colours),
        section=None if template.section is None else _section(folder, template.section),
    )


def _palette(path: Path, colours: Mapping[str, str]) -> dict[str, str]:
    for name, colour in colours.items():
        if name not in PALETTE:
            raise InputError(
                f"{path}: there is no colour '{name}' to change.{nearest(name, PALETTE)} Colours: "
                f"{', '.join(PALETTE)}."
            )
        if not re.fullmatch(r"#[0-9a-fA-F]{6}", colour):
            raise InputError(f"{path}: the colour '{name}' is '{colour}'; write it as #1a2b3c.")
    palette = {**PALETTE, **{name: colour.lower() for name, colour in colours.items()}}
    for pairs, least in ((TEXT_PAIRS, _TEXT_LEAST), (SHAPE_PAIRS, _SHAPE_LEAST)):
        for ink, ground in pairs:
            found = contrast(palette[ink], palette[ground])
            if found < least:
                raise InputError(
                    f"{path}: '{ink}' on '{ground}' has a contrast of {found:.1f} to 1; at least "
                    f"{least} to 1 is needed to be read. Make one darker or lighter."
                )
    return palette


def _inside(folder: Path, name: str) -> Path:
    """A file of the template. Raises InputError when it is elsewhere, missing or too large."""
    path = folder / name
    if not path.resolve().is_relative_to(folder.resolve()):
        raise InputError(f"'{name}' lies outside the template folder {folder}. Put it inside.")
    if not path.is_file():
        raise InputError(f"The template names '{name}', which is not in {folder}.")
    if path.stat().st_size > MOST_BYTES:
        raise InputError(f"{path} is larger than {MOST_BYTES:,} bytes. Make it smaller.")
    return path


def _logo(folder: Path, name: str) -> Logo:
    path = _inside(folder, name)
    suffix = path.suffix.lower().replace(".jpeg", ".jpg")
    if suffix not in _KINDS:
        raise InputError(f"The logo '{name}' is no picture. Use {', '.join(_KINDS)}.")
    return Logo(suffix, _KINDS[suffix], path.read_bytes())


def _section(folder: Path, own: _OwnSection) -> Section:
    """Paragraphs stand between empty lines; a line that begins with ``# `` is a heading."""
    path = _inside(folder, own.text)
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path} cannot be read as text in UTF-8 ({error}).") from None
    blocks: list[Block] = []
    for part in re.split(r"\n\s*\n", text.strip()):
        words = " ".join(part.split())
        if words:
            heading = words.startswith("# ")
            blocks.append(Heading(words[2:]) if heading else Paragraph(words))
    return Section("own", own.title, tuple(blocks))
