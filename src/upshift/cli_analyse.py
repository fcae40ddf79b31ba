"""Commands that analyse scenarios: what drives them, when they fail, what to choose."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

Threads = Annotated[
    int | None, typer.Option(min=1, help="Threads; by default all that the process may use.")
]
ModelFolder = Annotated[
    Path | None,
    typer.Option("--model", help="Folder of a Halton model with other tables; see its README."),
]
Outcome = Annotated[
    str | None,
    typer.Option(metavar="NAME", help="Outcome, as in the experiments table; see the README."),
]


def register(app: typer.Typer) -> None:
    """Add the commands of this module to ``app``."""
    app.command()(sensitivity)
    app.command()(discover)
    app.command()(optimise)
    app.command()(information)


def sensitivity(
    source: Annotated[
        str, typer.Argument(help="Folder of a finished sweep, or a scenario to run.")
    ],
    outcome: Outcome = None,
    scenario: Annotated[
        str | None, typer.Option(help="One policy of a sweep; by default all of them.")
    ] = None,
    points: Annotated[
        int, typer.Option(help="Base points of the Sobol design; powers of two.")
    ] = 256,
    trajectories: Annotated[int, typer.Option(help="Trajectories of Morris' screening.")] = 10,
    seed: Annotated[int, typer.Option(help="Seed of the designs.")] = 20171101,
    threads: Threads = None,
    to: Annotated[Path, typer.Option(help="Folder for results.")] = Path("upshift-sensitivity"),
    model: ModelFolder = None,
) -> None:
    """Say what drives an outcome: ranks from a sweep, or Morris, Sobol and a tornado.

    Given a scenario, it is run thousands of times (extra: analysis); the same command goes on
    where an interrupted one stopped.
    """
    from .analyse_sensitivity import (  # noqa: PLC0415
        SensitivityOptions,
        importance,
    )
    from .analyse_sensitivity import sensitivity as analyse  # noqa: PLC0415

    if _is_study(source):
        _say(importance(source, to=to, outcome=outcome, scenario=scenario).text, to)
        return
    options = SensitivityOptions(outcome, points, trajectories, seed, threads, model)
    with _bar("Runs") as tell:
        found = analyse(source, to=to, options=options, progress=tell)
    _say(found.text, to)


def discover(
    study: Annotated[Path, typer.Argument(help="Folder of a finished sweep.")],
    outcome: Outcome = None,
    below: Annotated[
        float, typer.Option(help="The first bundle fails when the outcome is below this.")
    ] = 0.0,
    policies: Annotated[
        list[str] | None,
        typer.Option("--policy", help="A scenario to compare; may be repeated. Default: leaders."),
    ] = None,
    leading: Annotated[int, typer.Option(min=1, max=12, help="How many leading bundles.")] = 5,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the resampling.")] = 20171101,
    to: Annotated[Path, typer.Option(help="Folder for results.")] = Path("upshift-discover"),
) -> None:
    """Say when the advice flips: who wins where, regret, and under which conditions one fails."""
    from .analyse_discover import discover as analyse  # noqa: PLC0415
    from .scenarios.analysis.discover import DiscoverSettings  # noqa: PLC0415
    from .scenarios.analysis.outcome import DEFAULT_OUTCOME  # noqa: PLC0415

    settings = DiscoverSettings(
        outcome or DEFAULT_OUTCOME, below, tuple(policies or ()), leading, seed
    )
    _say(analyse(study, to=to, settings=settings).text, to)


def optimise(
    file: Annotated[Path, typer.Argument(help="A problem file: budget, levers, objectives.")],
    draws: Annotated[int, typer.Option(help="Draws of the search.")] = 64,
    fresh: Annotated[int, typer.Option(help="Fresh draws for what is reported.")] = 256,
    population: Annotated[int, typer.Option(help="Plans that live at once.")] = 24,
    generations: Annotated[int, typer.Option(help="Generations of the search.")] = 20,
    seed: Annotated[int, typer.Option(help="Seed of draws and search.")] = 20171101,
    threads: Threads = None,
    to: Annotated[Path, typer.Option(help="Folder for results.")] = Path("upshift-optimise"),
    model: ModelFolder = None,
) -> None:
    """Find the best use of a budget, how flat it is, and what it owes to our priors.

    The same command goes on where an interrupted one stopped.
    """
    from .analyse_optimise import OptimiseOptions  # noqa: PLC0415
    from .analyse_optimise import optimise as analyse  # noqa: PLC0415
    from .scenarios.analysis.optimise import OptimiseSettings  # noqa: PLC0415

    settings = OptimiseSettings(draws, fresh, population, generations, seed)
    options = OptimiseOptions(settings, threads, model)
    with _bar("Plans") as tell:
        found = analyse(file, to=to, options=options, progress=tell)
    _say(found.text, to)


def information(
    study: Annotated[Path, typer.Argument(help="Folder of a finished sweep.")],
    payer: Annotated[str, typer.Option(help="Whose money counts.")] = "all payers",
    years: Annotated[int, typer.Option(help="Horizon: 3, 5 or 10 years.")] = 10,
    basis: Annotated[str, typer.Option(help="cashable, marginal or marginal after induced.")] = (
        "marginal"
    ),
    worth: Annotated[
        list[float] | None,
        typer.Option(help="Value of one avoided crisis, CAD; may be repeated."),
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the shuffles.")] = 20171101,
    to: Annotated[Path, typer.Option(help="Folder for results.")] = Path("upshift-information"),
) -> None:
    """Say what knowing more before deciding is worth, by group of inputs."""
    from .analyse_information import information as analyse  # noqa: PLC0415
    from .scenarios.analysis.information import (  # noqa: PLC0415
        InformationSettings,
        basis_of,
    )

    settings = InformationSettings(payer, years, basis_of(basis), tuple(worth or ()), seed)
    _say(analyse(study, to=to, settings=settings).text, to)


@contextmanager
def _bar(what: str) -> Iterator[Callable[[int, int], None]]:
    """The log, and a progress bar."""
    from .terminal import progress, show_log  # noqa: PLC0415

    show_log()
    with progress(what) as tell:
        yield tell


def _say(text: str, to: Path) -> None:
    from .terminal import write_out  # noqa: PLC0415

    write_out(f"{text}Tables and figures: {to}\n")


def _is_study(source: str) -> bool:
    """Whether a source is a folder rather than a scenario of the library or a file."""
    from .scenarios.spec import library_names  # noqa: PLC0415

    return source not in library_names() and Path(source).is_dir()
