"""``upshift model info|equations|units``: what any model says, as text, CSV or JSON."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from .door import model_path
from .inspected import Form, loaded, wrapped, write_rows
from .model.errors import InputError
from .terminal import write_out

if TYPE_CHECKING:
    from .model.engine import CompiledModel, Dimension
    from .model.engine.inspection.entries import Entry


@dataclass(frozen=True)
class EquationsRequest:
    """One variable, or all with None; ``source`` adds the generated statements."""

    model: str
    variable: str | None
    source: bool
    form: Form


def info(name: str, form: Form) -> None:
    """Print what a model holds. Raises InputError."""
    from .model.engine.bounds import shortened  # noqa: PLC0415
    from .model.engine.inspection.summary import summary  # noqa: PLC0415
    from .model.engine.read import repairs  # noqa: PLC0415

    model = loaded(name)
    repaired = repairs(model_path(name))
    found, clock = summary(model.model), model.model.clock
    span = f"{clock.start:g} to {clock.stop:g} in steps of {clock.step:g}, saved every "
    counts = dict(found.counts)
    problems = "no unit is stated" if found.unit_problems is None else str(found.unit_problems)
    lines = {
        "Model": model.name,
        "Variables": ", ".join(f"{number:,} {kind}" for kind, number in counts.items()),
        "Elements": f"{found.elements:,} of all variables",
        "Equations": f"{found.equations:,} elements to compute",
        "Time": f"{span}{clock.save_every:g}; method {model.model.method}",
        "Subscripts": [f"{d.name}: {', '.join(d.elements)}" for d in _written(model)],
        "Sectors": list(found.sectors),
        "Uses": ", ".join(found.features) or "nothing special",
        "Reads": ", ".join(found.files) or "no other file",
        "Shaped by": ", ".join(found.fixed) or "no constant: all may be set at run time",
        "Unit problems": problems,
        "Repaired": list(repaired) or "nothing: parsed as it is written",
    }
    if form == "json":
        content = asdict(found) | {"name": model.name, "clock": asdict(clock)}
        content |= {"counts": counts, "method": model.model.method, "repairs": repaired}
        content["subscripts"] = {d.name: d.elements for d in _written(model)}
        write_out(json.dumps(content, indent=1, ensure_ascii=False) + "\n")
        return
    text = []
    for title, said in lines.items():
        if isinstance(said, str):
            text += wrapped(f"{title + ':':<15}", said)
        else:
            text.append(f"{title}:" if said else f"{title + ':':<15}none")
            text += [f"  {shortened(line)}" for line in said]
    write_out("\n".join(text) + "\n")


def _written(model: CompiledModel) -> list[Dimension]:
    """The ranges of the modeller, not those made for queues."""
    return [d for d in model.dimensions.values() if not d.name.startswith("_")]


def equations(request: EquationsRequest) -> None:
    """Print what the model says of one variable or of all. Raises InputError."""
    from .model.engine.inspection.entries import entries, named  # noqa: PLC0415
    from .model.engine.inspection.listing import source_of  # noqa: PLC0415

    model = loaded(request.model)
    if request.source and request.variable is None:
        raise InputError("--source shows the statements of one variable. Name it.")
    found = entries(model.model)
    if request.variable is not None:
        found = (named(found, request.variable, model.name),)
    if request.form != "text":
        rows = [asdict(entry) for entry in found]
        if request.source:
            rows[0]["source"] = source_of(model, found[0].name)
        write_rows(rows, request.form)
        return
    if request.variable is None:
        write_out("".join(_short(entry) for entry in found))
        return
    text = _long(found[0], model)
    if request.source:
        source = source_of(model, found[0].name)
        text += f"\n{source or 'A constant: no statement computes it.'}\n"
    write_out(text)


def units(name: str, form: Form) -> None:
    """Print the unit of every variable, and what does not agree. Raises InputError."""
    from .model.engine.units import check_units  # noqa: PLC0415

    model = loaded(name)
    found: dict[str, list[str]] = {}
    for finding in check_units(model.model):
        found.setdefault(finding.variable, []).append(str(finding))
    variables = model.variables.values()
    if form != "text":
        write_rows(
            [
                {"name": v.name, "units": v.units, "problem": "; ".join(found.get(v.name, ()))}
                for v in variables
            ],
            form,
        )
        return
    width = max((len(v.name) for v in variables), default=0) + 2
    lines = [f"{v.name:<{width}}{v.units or '-'}" for v in variables]
    count = sum(map(len, found.values()))
    if not any(v.units.strip() for v in variables):
        lines += ["", "The model states no unit, so none disagree."]
    elif not count:
        lines += ["", "All units agree."]
    else:
        lines += ["", f"{count} problem{'' if count == 1 else 's'}"]
        lines += [line for said in found.values() for text in said for line in wrapped("  ", text)]
    write_out("\n".join(lines) + "\n")


def _short(entry: Entry) -> str:
    unit = f" ({entry.units})" if entry.units else ""
    lines = [f"{entry.name}{unit}, {entry.kind}"]
    if entry.meaning:
        lines += wrapped("    ", entry.meaning)
    lines += [line for text in entry.equations for line in wrapped("    ", text, indent=8)]
    return "\n".join(lines) + "\n"


def _long(entry: Entry, model: CompiledModel) -> str:
    lines = wrapped(f"{entry.name}: ", entry.meaning or "no meaning stated", indent=4)
    lines += [f"Kind: {entry.kind}", f"Unit: {entry.units or 'none stated'}"]
    low, high = ("any" if end is None else f"{end:g}" for end in entry.limits)
    if entry.limits != (None, None):
        lines.append(f"Range: {low} to {high}")
    if entry.sector:
        lines.append(f"Sector: {entry.sector}")
    for label in entry.subscripts:
        lines += wrapped(f"Subscript {label}: ", ", ".join(model.dimensions[label].elements))
    lines.append("Equation:" if len(entry.equations) == 1 else "Equations:")
    lines += [line for text in entry.equations for line in wrapped("    ", text, indent=8)]
    lines += wrapped("Depends on: ", ", ".join(entry.reads) or "nothing", indent=4)
    lines += wrapped("Used by: ", ", ".join(entry.read_by) or "nothing", indent=4)
    return "\n".join(lines) + "\n"
