"""``upshift model``: look into any model. Each command imports what it needs when it runs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(
    help="Look into a model: equations, units, loops, pictures.", no_args_is_help=True
)

Model = Annotated[str, typer.Argument(help="'halton', or a Vensim or XMILE file.")]
AsCsv = Annotated[bool, typer.Option("--csv", help="Print CSV.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
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


@app.command()
def info(model: Model, as_json: AsJson = False) -> None:
    """Say what a model holds: counts, subscripts, clock, sectors, files, unit problems."""
    from .cli_inspect import info as print_info  # noqa: PLC0415
    from .inspected import form_of  # noqa: PLC0415

    print_info(model, form_of(as_csv=False, as_json=as_json))


@app.command()
def equations(
    model: Model,
    variable: Annotated[
        str | None, typer.Argument(help="One variable; by default all of them.")
    ] = None,
    source: Annotated[
        bool, typer.Option("--source", help="Show the generated statements of the variable, too.")
    ] = False,
    as_csv: AsCsv = False,
    as_json: AsJson = False,
) -> None:
    """Print equations, with unit, meaning, what each depends on and what uses it."""
    from .cli_inspect import EquationsRequest  # noqa: PLC0415
    from .cli_inspect import equations as print_equations  # noqa: PLC0415
    from .inspected import form_of  # noqa: PLC0415

    form = form_of(as_csv=as_csv, as_json=as_json)
    print_equations(EquationsRequest(model, variable, source, form))


@app.command()
def units(model: Model, as_csv: AsCsv = False, as_json: AsJson = False) -> None:
    """Print the unit of every variable, and every mismatch with both its sides."""
    from .cli_inspect import units as print_units  # noqa: PLC0415
    from .inspected import form_of  # noqa: PLC0415

    print_units(model, form_of(as_csv=as_csv, as_json=as_json))


@app.command()
def loops(
    model: Model,
    variable: Annotated[
        str | None, typer.Argument(help="Loops through this variable; by default all loops.")
    ] = None,
    most: Annotated[int, typer.Option(help="How many to print, the shortest first.")] = 20,
    run: Annotated[
        bool, typer.Option("--run/--no-run", help="Settle signs by a run where rules cannot.")
    ] = True,
    as_csv: AsCsv = False,
    as_json: AsJson = False,
) -> None:
    """List feedback loops, shortest first, each reinforcing, balancing or unclear."""
    from .cli_loops import LoopsRequest  # noqa: PLC0415
    from .cli_loops import loops as print_loops  # noqa: PLC0415
    from .inspected import form_of  # noqa: PLC0415

    form = form_of(as_csv=as_csv, as_json=as_json)
    print_loops(LoopsRequest(model, variable, most, run, form))
