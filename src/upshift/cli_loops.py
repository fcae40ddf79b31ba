"""``upshift model loops``: feedback loops with their polarity, as text, CSV or JSON."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from .inspected import Form, loaded, wrapped, write_rows
from .model.errors import InputError
from .terminal import log, write_out

if TYPE_CHECKING:
    from .model.engine import CompiledModel
    from .model.engine.inspection.loops import Found, Links


@dataclass(frozen=True)
class LoopsRequest:
    """Loops of the whole model, or through one variable; ``run`` settles signs by a base run."""

    model: str
    variable: str | None
    most: int
    run: bool
    form: Form


def loops(request: LoopsRequest) -> None:
    """Print feedback loops, shortest first, with their polarity. Raises InputError."""
    from .model.engine.inspection.entries import entries, named  # noqa: PLC0415
    from .model.engine.inspection.loops import loops_of  # noqa: PLC0415

    if request.most < 1:
        raise InputError(f"--most is {request.most}; it must be 1 or more.")
    model = loaded(request.model)
    through = request.variable
    if through is not None:
        through = named(entries(model.model), through, model.name).name
    links = _links(model, run=request.run)
    found = loops_of(links, through, request.most)
    if request.form != "text":
        marks = {1: "+", 2: "-", 3: "?"}
        rows = [
            {
                "number": number,
                "length": len(loop.variables),
                "polarity": str(loop.polarity),
                "basis": str(loop.basis),
                "variables": " → ".join(loop.variables),
                "signs": "".join(marks[sign] for sign in loop.signs),
            }
            for number, loop in enumerate(found.loops, start=1)
        ]
        write_rows(rows, request.form)
        return
    lines = [
        line
        for number, loop in enumerate(found.loops, start=1)
        for line in wrapped(f"{number:>4}  {loop.polarity} ({loop.basis}): ", str(loop), indent=6)
    ]
    write_out("\n".join([*_about_loops(found, through, model), *lines]) + "\n")


def _links(model: CompiledModel, *, run: bool) -> Links:
    from .model.engine.inspection.base_run import base_ranges  # noqa: PLC0415
    from .model.engine.inspection.loops import links_of  # noqa: PLC0415

    if not run:
        return links_of(model.model)
    log.info("Running %s once, for the signs that equations alone leave open.", model.name)
    try:
        return links_of(model.model, base_ranges(model))
    except InputError as error:
        log.warning("There is no base run, so signs follow from equations alone: %s", error)
        return links_of(model.model)


def _about_loops(found: Found, through: str | None, model: CompiledModel) -> list[str]:
    """How many loops there are, and honestly which were looked at."""
    where = f"through '{through}'" if through is not None else f"in '{model.name}'"
    circling = f"{len(found.circling)} of {len(model.variables)} variables are part of a loop."
    if not found.loops and found.complete:
        return [f"There is no feedback loop {where}. {circling}"]
    if found.complete:
        count = f"All {len(found.loops)} feedback loops {where}"
    else:
        count = f"The shortest {len(found.loops)} feedback loops {where}; there are more"
        if found.length:
            count += f", none of them shorter than {found.length + 1} variables"
        count += " (--most shows more)"
    return [
        f"{count}. {circling}",
        "Elements of a subscripted variable are taken together. By (+) the next variable moves the",
        "same way, by (-) the other way, by (?) either way.",
        "",
    ]
