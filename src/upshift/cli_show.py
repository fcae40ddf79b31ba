"""``upshift list`` and ``upshift show``: what there is, and what it means."""

from __future__ import annotations

import textwrap
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from .door import MODELS, load, model_path
from .model.errors import InputError, nearest

if TYPE_CHECKING:
    from .model.engine import CompiledModel, Variable
    from .model.halton.registry import Parameter
    from .scenarios.schema import Scenario

MOST_ROWS = 12
"""Registry rows printed for one constant; the file has them all."""


def listing() -> str:
    """Models and scenarios, a line each."""
    from .scenarios.spec import load_library  # noqa: PLC0415

    scenarios = load_library()
    names = [*MODELS, *(scenario.name for scenario in scenarios)]
    width = max(map(len, names)) + 2
    lines = ["Models", *(f"  {name:<{width}}{about}" for name, about in MODELS.items())]
    lines += ["", "Scenarios"]
    lines += [f"  {scenario.name:<{width}}{scenario.title}" for scenario in scenarios]
    return "\n".join(lines) + "\n"


def description(name: str) -> str:
    """What ``name`` is: a scenario, a model, or a variable of the Halton model.

    Raises InputError naming the nearest when there is nothing of that name.
    """
    from .model.engine.names import plain  # noqa: PLC0415
    from .scenarios.spec import library_names, load_scenario  # noqa: PLC0415

    if name in library_names() or name.endswith((".yaml", ".yml")):
        return _scenario(load_scenario(name))
    if name in MODELS or Path(name).suffix:
        return _model(load(model_path(name)).compiled)
    model = load("halton").compiled
    bare = name.partition("[")[0].strip()
    by_name = {plain(known): known for known in model.variables}
    found = by_name.get(plain(bare))
    if found is None:
        known = (*library_names(), *MODELS, *model.variables)
        raise InputError(
            f"There is no scenario, model or variable '{name}'.{nearest(bare, known)} "
            "`upshift list` lists scenarios, `upshift show halton` variables."
        )
    return _variable(model, model.variables[found], name)


def _scenario(scenario: Scenario) -> str:
    lines = [f"{scenario.name}: {scenario.title}", ""]
    lines += textwrap.wrap(scenario.description, 88)
    compared = scenario.compare_with or "nothing: others are compared with it"
    lines += ["", f"Compared with: {compared}"]
    if scenario.levers:
        lines += [f"Additional spending: {scenario.amount:,.0f} CAD a year when all is in place"]
    for name, lever in scenario.levers.items():
        end = "" if lever.end > 2045 else f", until {lever.end:g}"
        lines.append(
            f"  {name}: {lever.amount:,.0f} CAD a year from {lever.start:g}, "
            f"reached within {_years(lever.ramp)}{end}"
        )
    if scenario.settings:
        lines.append("Settings:")
        lines += [f"  {name}: {value:g}" for name, value in scenario.settings.items()]
    return "\n".join(lines) + "\n"


def _years(count: float) -> str:
    return "1 year" if count == 1 else f"{count:g} years"


def _model(model: CompiledModel) -> str:
    clock = model.model.clock
    counts = Counter(str(variable.kind) for variable in model.variables.values())
    kinds = ", ".join(f"{count} of kind {kind}" for kind, count in sorted(counts.items()))
    span = f"{clock.start:g} to {clock.stop:g} in steps of {clock.step:g}"
    lines = [
        f"Model {model.name}: {len(model.variables)} variables ({kinds}).",
        f"Time {span}, saved every {clock.save_every:g}.",
        "",
        "Subscripts",
        *(f"  {d.name}: {', '.join(d.elements)}" for d in model.dimensions.values()),
        "",
        "Variables",
    ]
    for variable in model.variables.values():
        subscripts = f"[{', '.join(variable.dimensions)}]" if variable.dimensions else ""
        unit = f" ({variable.units})" if variable.units else ""
        lines.append(f"  {variable.name}{subscripts}{unit}: {variable.meaning or variable.kind}")
    return "\n".join(lines) + "\n"


def _variable(model: CompiledModel, variable: Variable, asked: str) -> str:
    low, high = variable.limits
    lines = [
        f"{variable.name}: {variable.meaning or 'no meaning stated'}",
        f"Kind: {variable.kind}",
        f"Unit: {variable.units or 'none stated'}",
    ]
    if low is not None or high is not None:
        bounds = ["any" if bound is None else f"{bound:g}" for bound in (low, high)]
        lines.append(f"Range: {bounds[0]} to {bounds[1]}")
    lines += [
        f"Subscript {name}: {', '.join(model.dimensions[name].elements)}"
        for name in variable.dimensions
    ]
    equations = [e for e in model.model.equations if e.variable == variable.name and e.text]
    if variable.kind != "constant":
        lines += [f"Equation: {equation.text}" for equation in equations]
    lines += _registry_lines(variable, asked)
    return "\n".join(lines) + "\n"


def _registry_lines(variable: Variable, asked: str) -> list[str]:
    from .model.engine.names import plain  # noqa: PLC0415
    from .model.halton.registry import load_registry  # noqa: PLC0415

    element = asked.partition("[")[2].rstrip("] ")
    rows = [row for row in load_registry().rows if row.name == variable.name]
    if element:
        rows = [row for row in rows if plain(row.element) == plain(element)]
        if not rows:
            raise InputError(
                f"'{variable.name}' has no registered element '{element}'. "
                f"`upshift show '{variable.name}'` lists its subscripts."
            )
    if not rows:
        return []
    lines = ["", "Registry"]
    lines += [line for row in rows[:MOST_ROWS] for line in _row(row)]
    if len(rows) > MOST_ROWS:
        lines.append(
            f"  … and {len(rows) - MOST_ROWS} more; name one: '{variable.name}[{rows[-1].element}]'"
        )
    return lines


def _row(row: Parameter) -> list[str]:
    spread = "fixed" if row.prior == "fixed" else f"{row.prior}, {row.low:g} to {row.high:g}"
    spike = f", no effect with probability {row.spike:g}" if row.spike else ""
    number = f"{row.column} = {row.value:g} {row.unit} ({spread}{spike})"
    sources = ", ".join(row.sources)
    lines = [f"  {number}; {row.role}; grade {row.grade}; source {sources}"]
    if row.note:
        lines += textwrap.wrap(row.note, 88, initial_indent="    ", subsequent_indent="    ")
    return lines
