"""The command line. Each command imports what it needs when it runs, so that help is instant."""

from __future__ import annotations

import io
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal

import typer

from ._version import __version__
from .cli_analyse import register
from .cli_model import app as model_app
from .model.errors import InputError

app = typer.Typer(
    name="upshift",
    help="How earlier help moves demand away from police and emergency services.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
cache_app = typer.Typer(help="The folder of compiled models.", no_args_is_help=True)
app.add_typer(cache_app, name="cache")
app.add_typer(model_app, name="model")
register(app)

BAD_INPUT, INTERRUPTED = 2, 130


class Design(StrEnum):
    """How draws are spread over the uncertain inputs."""

    SOBOL = "sobol"
    LHS = "lhs"


SPREADS: dict[Design, Literal["sobol", "latin hypercube"]] = {
    Design.SOBOL: "sobol",
    Design.LHS: "latin hypercube",
}


class Method(StrEnum):
    """How stocks are integrated."""

    EULER = "euler"
    RK2 = "rk2"
    RK4 = "rk4"


METHODS: dict[Method, Literal["euler", "rk2", "rk4"]] = {
    Method.EULER: "euler",
    Method.RK2: "rk2",
    Method.RK4: "rk4",
}


ModelFolder = Annotated[
    Path | None,
    typer.Option("--model", help="Folder of a Halton model with other tables; see its README."),
]
FromPrior = Annotated[
    bool, typer.Option("--from-prior", help="Draw every input from its prior, uncalibrated.")
]
Threads = Annotated[
    int | None, typer.Option(min=1, help="Threads; by default all that the process may use.")
]


class LogLines(StrEnum):
    """What the log is written as."""

    PLAIN = "plain"
    JSON = "json"


LOG_KINDS: dict[LogLines, Literal["plain", "json"]] = {
    LogLines.PLAIN: "plain",
    LogLines.JSON: "json",
}

Log = Annotated[LogLines, typer.Option("--log", help="Lines for people, or JSON for machines.")]
Into = Annotated[
    str,
    typer.Option(metavar="PLACE", help="Folder for results, or an address as s3://bucket/study."),
]
Scheduler = Annotated[
    str | None,
    typer.Option(metavar="ADDRESS", help="A Dask scheduler whose workers do the runs."),
]


def main() -> None:
    """The entry point: bad input is one message and exit code 2, an interrupt exit code 130."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a console without a character shows its number
            stream.reconfigure(errors="backslashreplace")
    try:
        app(prog_name="upshift")
    except InputError as error:
        sys.stderr.write(f"Error: {error}\n")
        sys.exit(BAD_INPUT)
    except KeyboardInterrupt:
        sys.stderr.write("Stopped.\n")
        sys.exit(INTERRUPTED)


@app.callback(invoke_without_command=True)
def options(
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> None:
    """Take options that stand before any command."""
    if version:
        typer.echo(f"upshift {__version__}")
        raise typer.Exit


@app.command()
def run(
    scenarios: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[SCENARIO]...", help="Library names or YAML files; by default the library."
        ),
    ] = None,
    draws: Annotated[int, typer.Option(help="Draws of the uncertain inputs.")] = 256,
    seed: Annotated[int | None, typer.Option(help="Seed of the draws.")] = None,
    design: Annotated[Design | None, typer.Option(help="How the draws are spread.")] = None,
    threads: Threads = None,
    to: Into = "upshift-results",
    model: ModelFolder = None,
    scheduler: Scheduler = None,
    log: Log = LogLines.PLAIN,
    again: Annotated[
        Path | None,
        typer.Option("--from", metavar="MANIFEST", help="A study to make once more, as it was."),
    ] = None,
    from_prior: FromPrior = False,
) -> None:
    """Run scenarios of the Halton model over joint draws, and write the report.

    The same command goes on where an interrupted one stopped. With --from, scenarios, draws, seed
    and design are those of the manifest, and the shards are compared.
    """
    if again is not None:
        from .cli_again import AgainRequest, run_again  # noqa: PLC0415

        if scenarios:
            raise InputError("--from takes its scenarios from the manifest; name none beside it.")
        run_again(AgainRequest(again, to, threads, model, scheduler, LOG_KINDS[log]))
        return
    from .cli_run import RunRequest, run_study  # noqa: PLC0415

    run_study(
        RunRequest(
            tuple(scenarios or ()),
            draws,
            seed,
            None if design is None else SPREADS[design],
            threads,
            to,
            model,
            from_prior,
            scheduler,
            LOG_KINDS[log],
        )
    )


@app.command()
def report(
    results: Annotated[Path, typer.Argument(help="Folder of results.")] = Path("upshift-results"),
    scenario: Annotated[
        str | None,
        typer.Option(help="The decision on page one; more, by commas, stand beside it."),
    ] = None,
    to: Annotated[str, typer.Option(help="Formats: html, pdf, xlsx, by commas.")] = "html",
    out: Annotated[
        Path | None, typer.Option(help="Folder to write into; by default that of the results.")
    ] = None,
    template: Annotated[
        Path | None, typer.Option(help="Folder with an organisation's logo, colours and text.")
    ] = None,
    language: Annotated[str, typer.Option(help="Language of the report: en or fr.")] = "en",
) -> None:
    """Print a study's report again from its folder, without running anything."""
    from .cli_report import ReportRequest, print_again  # noqa: PLC0415

    print_again(ReportRequest(results, to, scenario, out, template, language))


@app.command()
def sweep(
    file: Annotated[Path, typer.Argument(help="A sweep file: a base scenario and what is varied.")],
    draws: Annotated[int, typer.Option(help="Draws of the uncertain inputs.")] = 64,
    seed: Annotated[int | None, typer.Option(help="Seed of the draws.")] = None,
    design: Annotated[Design | None, typer.Option(help="How the draws are spread.")] = None,
    threads: Threads = None,
    to: Into = "upshift-sweep",
    model: ModelFolder = None,
    scheduler: Scheduler = None,
    log: Log = LogLines.PLAIN,
) -> None:
    """Vary one scenario along several axes, and run every variant over joint draws."""
    from .cli_sweep import SweepRequest, sweep_file  # noqa: PLC0415

    spread = None if design is None else SPREADS[design]
    kind = LOG_KINDS[log]
    sweep_file(SweepRequest(file, draws, seed, spread, threads, to, model, scheduler, kind))


@app.command()
def simulate(
    model: Annotated[str, typer.Argument(help="'halton', or a Vensim or XMILE file.")],
    values: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="NAME=VALUE", help="Change a constant; may be repeated."),
    ] = None,
    outputs: Annotated[
        list[str] | None,
        typer.Option("--output", metavar="NAME", help="A variable to print; may be repeated."),
    ] = None,
    out: Annotated[Path | None, typer.Option(help="CSV file; by default standard output.")] = None,
    method: Annotated[
        Method | None, typer.Option(help="How stocks are integrated; by default as the file says.")
    ] = None,
    check_units: Annotated[
        bool, typer.Option("--check-units", help="Refuse a model whose units disagree.")
    ] = False,
    threads: Threads = None,
) -> None:
    """Run a model once and print its variables over time as CSV."""
    from .cli_simulate import SimulateRequest, simulate_once  # noqa: PLC0415

    simulate_once(
        SimulateRequest(
            model,
            tuple(values or ()),
            tuple(outputs or ()),
            out,
            None if method is None else METHODS[method],
            check_units,
            threads,
        )
    )


@app.command("list")
def list_all() -> None:
    """List the models and scenarios that come with the package."""
    from .cli_show import listing  # noqa: PLC0415
    from .terminal import write_out  # noqa: PLC0415

    write_out(listing())


@app.command()
def show(
    name: Annotated[
        str, typer.Argument(help="A scenario, a model, or a variable of the Halton model.")
    ],
) -> None:
    """Describe a scenario, a model or a variable: units, meaning, prior, source."""
    from .cli_show import description  # noqa: PLC0415
    from .terminal import write_out  # noqa: PLC0415

    write_out(description(name))


@app.command()
def check(
    model: Annotated[str, typer.Argument(help="'halton', or a Vensim or XMILE file.")],
    to: Annotated[
        Path | None, typer.Option(help="CSV file to record the table in, for reports.")
    ] = None,
) -> None:
    """Check a model's structure, units and behaviour; exit code 1 when something does not pass."""
    from .cli_check import check as check_all  # noqa: PLC0415

    check_all(model, to)


@app.command()
def calibrate(
    region: Annotated[
        Path | None, typer.Option(help="Folder of a region; by default Halton's record.")
    ] = None,
    data: Annotated[
        Path | None, typer.Option(help="Another observations.csv for the same region.")
    ] = None,
    until: Annotated[
        float | None, typer.Option(metavar="YEAR", help="Fit only what ends by this year.")
    ] = None,
    steps: Annotated[int | None, typer.Option(help="Steps of each ensemble that count.")] = None,
    seed: Annotated[int | None, typer.Option(help="Seed of the sampler.")] = None,
    hold_outs: Annotated[
        bool, typer.Option("--hold-outs/--no-hold-outs", help="Refit without parts of the record.")
    ] = True,
    to: Annotated[Path, typer.Option(help="Folder for results.")] = Path("upshift-calibration"),
) -> None:
    """Fit a model to its record: a posterior, or the reasons why there is none.

    The same command goes on where an interrupted one stopped.
    """
    from .cli_calibrate import CalibrateRequest, calibrate_region  # noqa: PLC0415

    calibrate_region(CalibrateRequest(region, data, until, steps, seed, hold_outs, to))


@app.command()
def new(
    name: Annotated[str, typer.Argument(help="The new scenario's name, such as twice-the-teams.")],
    like: Annotated[
        str | None, typer.Option(help="A scenario to extend: a library name or a YAML file.")
    ] = None,
    folder: Annotated[Path, typer.Option("--in", help="Folder to write into.")] = Path(),
) -> None:
    """Write a commented scenario file to start from."""
    from .cli_scenario import write_new  # noqa: PLC0415

    typer.echo(write_new(name, like, folder), nl=False)


@app.command()
def diff(
    first: Annotated[str, typer.Argument(help="A library name or a YAML file.")],
    second: Annotated[str, typer.Argument(help="Another.")],
) -> None:
    """Say in words how the second scenario differs from the first."""
    from .cli_scenario import told_difference  # noqa: PLC0415

    typer.echo(told_difference(first, second), nl=False)


@app.command()
def schema() -> None:
    """Print the JSON Schema of scenario files, with the model's levers and constants."""
    from .cli_scenario import schema as text  # noqa: PLC0415
    from .terminal import write_out  # noqa: PLC0415

    write_out(text())


@app.command()
def status(
    folder: Annotated[Path, typer.Argument(help="Folder of results.")] = Path("upshift-results"),
) -> None:
    """Say what a study has finished, what failed, what is left, and how sure its headline is."""
    from .cli_status import status as told  # noqa: PLC0415
    from .terminal import write_out  # noqa: PLC0415

    write_out(told(folder))


@app.command()
def export(
    results: Annotated[Path, typer.Argument(help="Folder of results.")],
    to: Annotated[str, typer.Option(metavar="FORMAT", help="xlsx, csv, zarr or netcdf.")],
    out: Annotated[
        Path | None, typer.Option(help="File or folder to write; by default beside the results.")
    ] = None,
    outputs: Annotated[
        list[str] | None,
        typer.Option("--output", metavar="NAME", help="A yearly series; may be repeated."),
    ] = None,
) -> None:
    """Write a study for other programs: a workbook, long CSV tables, or labelled arrays."""
    from .cli_export import export_study  # noqa: PLC0415

    export_study(results, to, out, tuple(outputs or ()))


@app.command()
def doctor() -> None:
    """Print versions, processor, lane width, threads and the cache folder."""
    from .cli_doctor import findings  # noqa: PLC0415
    from .terminal import write_out  # noqa: PLC0415

    write_out(findings())


@cache_app.command("info")
def cache_info() -> None:
    """Say where compiled models are kept and how much they take."""
    from .cli_doctor import cache_contents  # noqa: PLC0415

    typer.echo(cache_contents())


@cache_app.command("clear")
def cache_clear() -> None:
    """Remove all compiled models; they are made again when needed."""
    from .cli_doctor import clear_cache  # noqa: PLC0415

    typer.echo(clear_cache())
