"""``upshift model``: look into any model. Each command imports what it needs when it runs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(help="Look into a model: its equations and pictures.", no_args_is_help=True)

Model = Annotated[str, typer.Argument(help="'halton', or a Vensim or XMILE file.")]
Sector = Annotated[
    str | None, typer.Option(help="One sector: a heading of the file, a view, a group, a module.")
]


@app.command()
def diagram(
    model: Model,
    sector: Sector = None,
    out: Annotated[Path | None, typer.Option(help="SVG file; by default standard output.")] = None,
    folder: Annotated[
        Path | None, typer.Option(help="Folder for a picture of every sector.")
    ] = None,
    constants: Annotated[bool, typer.Option("--constants", help="Show constants too.")] = False,
) -> None:
    """Draw a stock-and-flow diagram as SVG, of the whole model or of one sector."""
    from .cli_diagram import DiagramRequest, draw  # noqa: PLC0415

    draw(DiagramRequest(model, sector, out, folder, constants))
