"""A study as two flat tables: ``experiments.parquet`` (a row a run), ``summary.csv`` (long)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from itertools import product
from typing import Any

import numpy as np
import numpy.typing as npt

from . import economics
from .atomic import write_whole
from .economics import HORIZONS, Discounting, Lines
from .headline import ALL_PAYERS, BASES, REGION_TOTAL
from .lazy import KEPT_BYTES, shard_size
from .manifest import Output, digest, element_names
from .ordered import one_by_one
from .parquet import Columns, read_table, repeated, write_parts
from .schema import Lever, Scenario
from .store import Study, studies_by_block
from .summarise import (
    contacts_series,
    crises_series,
    net_path,
    payer_lines,
    payer_names,
    present_lines,
    present_paths,
    served_series,
    since_start,
)
from .uncertainty import STATS, band_table
from .vocabulary import SPENDING

Array = npt.NDArray[np.float64]

EXPERIMENTS_NAME = "experiments.parquet"
SUMMARY_NAME = "summary.csv"
SUMMARY_COLUMNS = ("scenario", "variable", "element", "time", "unit", "stat", "value")
STAMP_COLUMNS = ("model digest", "posterior digest", "seed", "versions")
"""What a table in plain text rests on; Parquet files say it in their footers."""
CROSSES = ("people by zone and population", "people by zone and municipality")
"""Wide outputs left out of the summary; the shards have them."""
MONEY = "CAD"
_SPENDING_PARTS = {"spending start": "start", "spending ramp": "ramp", "spending end": "end"}
_UNUSED = Lever(amount=0.0)


def write_tables(study: Study) -> None:
    """Write both tables beside the study's shards, each whole or not at all."""
    manifest = study.manifest
    whole = not study.failures and manifest.draws <= manifest.block
    small = shard_size(manifest) * len(study.scenarios) <= KEPT_BYTES
    # A study that is one block and fits in memory is read once, here and for what comes after.
    _write_experiments(study, (study,) if whole and small else studies_by_block(study.directory))
    write_whole(study.directory / SUMMARY_NAME, summary_csv(study))


def write_experiments(study: Study) -> None:
    """Write the table of one row a run beside the study's shards, whole or not at all.

    Every finished run of the store is in it, those that failed with the reason. Each shard is read
    once and forgotten, so that memory does not grow with the number of runs.
    """
    _write_experiments(study, studies_by_block(study.directory))


def _write_experiments(study: Study, blocks: Sequence[Study]) -> None:
    path = study.directory / EXPERIMENTS_NAME
    inputs = {str(name) for name in study.draws.columns}
    write_parts(path, experiments(blocks), study.manifest.notes, inputs)


def policy_outcomes(study: Study, outcome: str) -> dict[str, Array]:
    """A column of the table of runs for every policy of the study: ``(draw,)`` each, the draws that
    the study compares. Raises InputError when the table is missing or damaged."""
    table = read_table(study.directory / EXPERIMENTS_NAME, ["scenario", "draw", outcome])
    runs = table.to_pandas().set_index(["scenario", "draw"])[outcome]
    return {
        policy.name: runs.loc[policy.name].loc[study.draws.index].to_numpy(dtype=np.float64)
        for policy in study.policies
    }


def experiments(blocks: Sequence[Study]) -> Iterator[Columns]:
    """One entry a run: what went in, then headline outcomes; a scenario and block of draws at a
    time, as ``blocks`` (one study a block, of the same scenarios) have them.

    ``run_id`` is a digest of the model and of everything handed to it; ``failure`` says why a run
    has no outcomes, and is empty where it has.
    """
    scenarios, registry = blocks[0].scenarios, blocks[0].registry
    inputs = tuple(
        f"{constant}[{lever}]"
        for constant in _spending_constants(scenarios)
        for lever in sorted({name for scenario in scenarios for name in scenario.levers})
    )
    drawn = {str(name) for name in blocks[0].draws.columns}
    settings = sorted({name for scenario in scenarios for name in scenario.settings} - drawn)
    values = {row.column: row.value for row in registry}
    parts = [_Part(study) for study in blocks]

    def columns(of: tuple[Scenario, _Part]) -> Columns:
        scenario, part = of
        given = {name: _spent(scenario, name) for name in inputs}
        given |= {name: scenario.settings.get(name, values.get(name, np.nan)) for name in settings}
        return _experiments_of(part, scenario, given)

    return one_by_one(columns, product(scenarios, parts))


class _Part:
    """A block of draws, and what every scenario needs of it."""

    def __init__(self, study: Study) -> None:
        self.study = study
        table = np.ascontiguousarray(study.draws.to_numpy(dtype=np.float64))
        self.rows = [hashlib.sha256(row.tobytes()).digest() for row in table]
        self.drawn = {str(name): table[:, at] for at, name in enumerate(study.draws.columns)}
        self.failures = {(f.scenario, f.draw): f.reason for f in study.failures}


def _spending_constants(scenarios: Sequence[Scenario]) -> tuple[str, ...]:
    """The amount, and of start, ramp and end those that differ between scenarios."""
    levers = [lever for scenario in scenarios for lever in scenario.levers.values()]
    differing = [
        constant
        for constant, part in _SPENDING_PARTS.items()
        if len({getattr(lever, part) for lever in levers}) > 1
    ]
    return SPENDING, *differing


def _spent(scenario: Scenario, column: str) -> float:
    """The value of a spending constant; that of an unused lever is its usual one."""
    constant, _, element = column.rstrip("]").partition("[")
    lever = scenario.levers.get(element, _UNUSED)
    return float(
        lever.amount if constant == SPENDING else getattr(lever, _SPENDING_PARTS[constant])
    )


def _experiments_of(part: _Part, scenario: Scenario, given: Mapping[str, float]) -> Columns:
    study, runs = part.study, len(part.rows)
    manifest = study.manifest
    draws = study.draws.index.to_numpy(dtype=np.int32)
    columns: Columns = {
        "run_id": _run_ids(part, scenario.name),
        "model": repeated(manifest.model_name, runs).dictionary_decode(),
        "scenario": repeated(scenario.name, runs).dictionary_decode(),
        "draw": draws,
        "seed": np.full(runs, manifest.seed, dtype=np.int64),
        "design": repeated(manifest.design, runs).dictionary_decode(),
        "failure": [part.failures.get((scenario.name, int(draw)), "") for draw in draws],
    }
    for name, value in given.items():
        columns[name] = np.full(runs, value)
    for name, values in part.drawn.items():
        columns[name] = _input(scenario.settings, name, values)
    columns.update(outcomes(study, scenario.name))
    return columns


def _input(settings: dict[str, float], name: str, drawn: Array) -> Array:
    """The value a scenario's runs used: its own setting where it has one, else the draws."""
    for key in (name, name.split("[", maxsplit=1)[0]):
        if key in settings:
            return np.full(len(drawn), settings[key])
    return drawn


def _run_ids(part: _Part, scenario: str) -> list[str]:
    manifest = part.study.manifest
    head = f"{manifest.model_digest} {manifest.method} {manifest.scenario_digests[scenario]}"
    return [digest(head, row)[:16] for row in part.rows]


def outcomes(study: Study, scenario: str) -> dict[str, Array]:
    """Every headline outcome of a policy against its comparator, by name: ``(draw,)`` each."""
    start = study.manifest.policy_start
    terms = Discounting(base=float(start))
    lines = payer_lines(study, scenario)
    counted = {
        "contacts avoided": contacts_series(study, scenario),
        "crises avoided": crises_series(study, scenario),
        "people served": served_series(study, scenario),
    }
    paths = present_paths(lines, study.time, terms)
    years_after = study.time[economics.time_index(study.time, start) :]
    found: dict[str, Array] = {}
    for years in HORIZONS:
        label, year = f"{years} years", start + years
        for name, series in counted.items():
            found[f"{name}, {label}"] = since_start(study, series, year)
        at = economics.time_index(years_after, year)
        for name, values in _money(_each(paths, np.s_[..., at])):
            found[f"{name}, {REGION_TOTAL}, {label}"] = values[0]
            found[f"{name}, {ALL_PAYERS}, {label}"] = values[-1]
    _, running = net_path(study, _each(lines, np.s_[-1:]), "cashable", terms)
    found["break-even year, cashable"] = economics.break_even_year(running[-1], years_after)
    return found


def _each(lines: Lines, part: Any) -> Lines:
    """That part of every line."""
    return Lines(*(getattr(lines, field.name)[part] for field in fields(Lines)))


def _money(present: Lines) -> Iterator[tuple[str, Array]]:
    for field in fields(present):
        yield f"present value, {field.name}", getattr(present, field.name)
    for basis in BASES:
        yield f"net present value, {basis}", economics.net(present, basis)


def summary_csv(study: Study) -> bytes:
    """The long summary: levels of every scenario and paired changes of every policy at the
    headline years and the last one, then present values by payer. Six significant figures; the
    last columns say what the numbers rest on."""
    lines: list[str] = []
    for scenario in study.scenarios:
        for output in study.manifest.outputs:
            if output.name in CROSSES:
                continue
            levels = study.yearly[output.name].sel(scenario=scenario.name).values
            lines += _output_lines(study, (scenario.name, ""), output, levels)
            if not scenario.is_comparator:
                change = study.change(scenario.name, output.name)
                lines += _output_lines(study, (scenario.name, "change in "), output, change)
        if not scenario.is_comparator:
            lines += _money_lines(study, scenario.name)
    head = _joined((*SUMMARY_COLUMNS, *STAMP_COLUMNS))
    manifest = study.manifest
    stamp = _joined(
        (
            manifest.model_digest,
            manifest.told_posterior,
            f"{manifest.seed}",
            manifest.told_versions,
        )
    )
    return "".join([f"{head}\n", *(f"{line},{stamp}\n" for line in lines)]).encode()


def _output_lines(
    study: Study, head: tuple[str, str], output: Output, values: Array
) -> Iterator[str]:
    """Lines of one output ``(draw, time, …)``; cumulative ones count from the policy's start."""
    scenario, prefix = head
    years = _years(study)
    shown = values[:, [economics.time_index(study.time, year) for year in years]]
    name = output.name
    if name.startswith("cumulative "):
        start = study.manifest.policy_start
        shown = shown - values[:, [economics.time_index(study.time, start)]]
        name = f"{name.removeprefix('cumulative ')} since {start}"
    # (draw, year, …) to one row per year and element, years slowest.
    table = band_table(shown.reshape(len(shown), -1).T)
    columns = element_names(output, study.manifest.dimensions)
    elements = [_element(output.name, column) for column in columns]
    keys = [
        _joined((scenario, prefix + name, element, f"{year:g}", output.units))
        for year in years
        for element in elements
    ]
    return _stat_lines(keys, table)


def _money_lines(study: Study, scenario: str) -> Iterator[str]:
    terms = Discounting(base=float(study.manifest.policy_start))
    lines, payers = payer_lines(study, scenario), payer_names(study)
    for year in _years(study):
        present = present_lines(lines, study.time, year, terms)
        for name, values in _money(present):
            keys = [_joined((scenario, name, payer, f"{year:g}", MONEY)) for payer in payers]
            yield from _stat_lines(keys, band_table(values))
        for basis in BASES:
            shares = np.mean(economics.net(present, basis) > 0, axis=1)
            name = f"chance of net benefit, {basis}"
            for payer, share in zip(payers, shares, strict=True):
                key = _joined((scenario, name, payer, f"{year:g}", "Dmnl"))
                yield f"{key},mean,{share:.6g}"


def _stat_lines(keys: Sequence[str], table: Array) -> Iterator[str]:
    """One line per key and statistic of ``table`` (key, statistic)."""
    for key, stats in zip(keys, table.tolist(), strict=True):
        for stat, value in zip(STATS, stats, strict=True):
            yield f"{key},{stat},{value:.6g}"


def _joined(cells: Iterable[str]) -> str:
    """Cells as CSV, quoted only where a comma or a quote needs it."""
    return ",".join(
        '"' + cell.replace('"', '""') + '"' if "," in cell or '"' in cell else cell
        for cell in cells
    )


def _years(study: Study) -> tuple[float, ...]:
    start = study.manifest.policy_start
    return (*(float(start + years) for years in HORIZONS), float(study.time[-1]))


def _element(name: str, column: str) -> str:
    """``A, B`` of the column ``name[A, B]``."""
    return column.removeprefix(name).removeprefix("[").removesuffix("]")
