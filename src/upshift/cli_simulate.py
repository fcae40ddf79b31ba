"""``upshift simulate``: one run of any model, as CSV."""

from __future__ import annotations

import csv
import gc
import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from .door import computed, model_path
from .model.errors import InputError
from .terminal import show_log, write_out

if TYPE_CHECKING:
    from .model.engine import Simulation


@dataclass(frozen=True)
class SimulateRequest:
    """What the user asked for; ``values`` are texts ``NAME=VALUE``."""

    model: str
    values: tuple[str, ...]
    outputs: tuple[str, ...]
    out: Path | None
    method: Literal["euler", "rk2", "rk4"] | None
    check_units: bool
    threads: int | None


def simulate_once(request: SimulateRequest) -> None:
    """Run, and write the CSV whole or not at all. Raises InputError."""
    show_log()
    with _collector_at_rest():
        text = _csv(request)
    if request.out is None:
        write_out(text)
        return
    from .scenarios.atomic import make_folder, write_whole  # noqa: PLC0415

    make_folder(request.out.parent)
    write_whole(request.out, text.encode())


def _csv(request: SimulateRequest) -> str:
    from .model.engine import SimulateOptions, load_model, simulate  # noqa: PLC0415

    values = parse_settings(request.values)
    model = load_model(model_path(request.model), check_units=request.check_units)
    outputs = request.outputs or computed(model)
    if not outputs:
        raise InputError(f"Model '{model.name}' computes nothing: all its variables are constants.")
    options = SimulateOptions(method=request.method, threads=request.threads)
    return to_csv(simulate(model, values, outputs, options))


@contextmanager
def _collector_at_rest() -> Iterator[None]:
    """Importing and loading make many objects and no rubbish: that takes a tenth less time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def parse_settings(settings: Sequence[str]) -> dict[str, float]:
    """``NAME=VALUE`` texts as a mapping. Raises InputError for a fault or a repeated name."""
    values: dict[str, float] = {}
    for setting in settings:
        name, equals, text = (part.strip() for part in setting.rpartition("="))
        if not equals or not name:
            raise InputError(
                f"--set takes NAME=VALUE, found '{setting}'. Quote a name that holds spaces: "
                "--set 'birth rate=0.01'."
            )
        if name in values:
            raise InputError(f"'{name}' is set twice. Keep one of the two.")
        try:
            values[name] = float(text)
        except ValueError:
            raise InputError(
                f"'{name}' is set to '{text}', which is not a number. "
                "Write it like 0.25 or 1e6, without separators of thousands."
            ) from None
    return values


def to_csv(simulation: Simulation) -> str:
    """``time`` and one column an output, each once; numbers in the fewest digits that keep them."""
    columns = {name: place for place, name in reversed(list(enumerate(simulation.outputs)))}
    names = list(dict.fromkeys(simulation.outputs))
    kept = simulation.values[0][:, [columns[name] for name in names]]
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["time", *names])
    for moment, row in zip(simulation.time.tolist(), kept.tolist(), strict=True):
        writer.writerow([repr(moment), *map(repr, row)])
    return text.getvalue()
