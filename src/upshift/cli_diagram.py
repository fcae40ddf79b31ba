"""``upshift model diagram``: one picture, or a folder with one of every sector."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from .door import model_path
from .model.errors import InputError
from .terminal import log, show_log, write_out

if TYPE_CHECKING:
    from .model.engine.inspection.structure import Structure

LEGIBLE = 60  # variables that one picture can show so that it is still read with ease


@dataclass(frozen=True)
class DiagramRequest:
    """What the user asked for: a sector (None for the whole model), and a file or a folder."""

    model: str
    sector: str | None
    out: Path | None
    folder: Path | None
    constants: bool


def draw(request: DiagramRequest) -> None:
    """Write the pictures, each whole or not at all. Raises InputError."""
    from .model.engine import load_model  # noqa: PLC0415
    from .model.engine.inspection.diagram import diagram  # noqa: PLC0415
    from .model.engine.inspection.structure import structure  # noqa: PLC0415

    show_log()
    if request.folder is not None and (request.sector is not None or request.out is not None):
        raise InputError("--folder draws every sector. Leave out --sector and --out.")
    model = load_model(model_path(request.model)).model
    if request.folder is not None:
        found = pictured(structure(model))
        if not found:
            raise InputError(f"Model '{model.name}' has no sectors: use --out for one picture.")
        for sector in found:
            picture = diagram(model, sector, constants=request.constants)
            _write(request.folder / f"{file_name(sector)}.svg", picture)
        log.info("%d pictures in %s", len(found), request.folder)
        return
    picture = diagram(model, request.sector, constants=request.constants)
    if request.sector is None and picture.count("<title>") > LEGIBLE:
        log.warning("The picture holds many variables; --sector or --folder give smaller ones.")
    if request.out is None:
        write_out(picture)
    else:
        _write(request.out, picture)


def pictured(found: Structure) -> tuple[str, ...]:
    """The sectors worth a picture: those that hold more than the clock."""
    from .model.engine.names import plain  # noqa: PLC0415
    from .model.engine.simulate import CONTROLS  # noqa: PLC0415

    held = {v.sector for v in found.variables.values() if plain(v.name) not in CONTROLS}
    return tuple(sector for sector in found.sectors() if sector in held)


def file_name(sector: str) -> str:
    """A sector's name as that of a file: small letters, digits and hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", sector.casefold()).strip("-") or "sector"


def _write(path: Path, text: str) -> None:
    from .scenarios.atomic import make_folder, write_whole  # noqa: PLC0415

    make_folder(path.parent)
    write_whole(path, text.encode())
