"""A region to calibrate: its model, registry, observations, series and parameters, held together.

A folder holds a model file (``*.mdl``, ``*.xmile``), ``parameters.csv`` (the registry),
``observations.csv``, ``series.csv`` and ``calibrated.csv``. Halton's lie with the model and in
``calibration/data``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from pathlib import Path

from ..model import halton
from ..model.engine import CompiledModel, load_model
from ..model.engine.names import slots_and_columns
from ..model.errors import InputError, nearest
from ..model.halton.posterior import model_digest, registry_digest, text_digest
from ..model.halton.registry import Registry, load_registry
from .observations import Observation, load_observations, year_of
from .parameters import ParameterSet, load_parameters
from .series import SeriesRule, load_series

DATA = Path(__file__).with_name("data")
OBSERVATIONS, SERIES, PARAMETERS = "observations.csv", "series.csv", "calibrated.csv"
MODEL_SUFFIXES = (".mdl", ".xmile", ".stmx", ".itmx")


@dataclass(frozen=True)
class Region:
    """Everything calibration needs. ``fit`` and ``validate`` are the observations of each use."""

    name: str
    model: CompiledModel
    registry: Registry
    parameters: ParameterSet
    observations: tuple[Observation, ...]
    rules: dict[tuple[str, str], SeriesRule]

    @cached_property
    def fit(self) -> tuple[Observation, ...]:
        """Observations that the likelihood sees."""
        return tuple(item for item in self.observations if item.use == "fit")

    @cached_property
    def validate(self) -> tuple[Observation, ...]:
        """Observations that the model is held against after the fit."""
        return tuple(item for item in self.observations if item.use == "validate")

    def rule(self, item: Observation) -> SeriesRule:
        """How an observation is predicted."""
        return self.rules[item.series, item.geography]

    def digests(self) -> dict[str, str]:
        """What a posterior rests on, each as a digest."""
        return {
            "model": model_digest(self.model),
            "registry": registry_digest(self.registry),
            "data": text_digest(
                *(repr(replace(item, where="")) for item in self.observations),
                *(repr(replace(rule, where="")) for rule in self.rules.values()),
                *(repr(replace(row, where="")) for row in self.parameters.rows),
            ),
        }

    def until(self, year: float) -> Region:
        """The same region with fitted observations that end by ``year``; later ones validate.

        Raises InputError when nothing is left to fit.
        """
        kept = tuple(
            replace(item, use="validate")
            if item.use == "fit" and year_of(item.end) > year + 1e-9
            else item
            for item in self.observations
        )
        return _with_something_to_fit(replace(self, observations=kept), f"by {year:g}")

    def without(self, series: str) -> Region:
        """The same region with one fitted series left out, for validation.

        Raises InputError for an unknown series, or when nothing is left to fit.
        """
        known = {item.series for item in self.fit}
        if series not in known:
            raise InputError(f"No fitted series is called '{series}'.{nearest(series, known)}")
        kept = tuple(
            replace(item, use="validate") if item.use == "fit" and item.series == series else item
            for item in self.observations
        )
        return _with_something_to_fit(replace(self, observations=kept), f"without '{series}'")


def load_region(folder: Path | None = None, data: Path | None = None) -> Region:
    """A region from its folder, Halton by default; ``data`` replaces its observations.

    Raises InputError for a missing file, a faulty row, a fitted or validated series that
    ``series.csv`` does not know, an unknown model variable or observation parameter, or an
    observation to fit that lies outside the model's time.
    """
    home = DATA if folder is None else folder
    model_file = _model_file(folder)
    model = load_model(model_file)
    registry = load_registry(None if folder is None else folder / "parameters.csv")
    region = Region(
        name=model_file.stem,
        model=model,
        registry=registry,
        parameters=load_parameters(home / PARAMETERS, registry),
        observations=load_observations(home / OBSERVATIONS if data is None else data),
        rules=load_series(home / SERIES),
    )
    _check_names(region)
    for item in region.observations:
        if item.use != "context":
            _check_item(region, item)
    return _with_something_to_fit(region, "at all")


def _model_file(folder: Path | None) -> Path:
    if folder is None:
        return Path(str(halton.__file__)).with_name("halton.mdl")
    if not folder.is_dir():
        raise InputError(f"There is no folder {folder}. Give the folder of a region.")
    found = sorted(path for path in folder.iterdir() if path.suffix.lower() in MODEL_SUFFIXES)
    if len(found) != 1:
        raise InputError(
            f"{folder} holds {len(found)} model files; a region has one "
            f"({', '.join(MODEL_SUFFIXES)})."
        )
    return found[0]


def _check_names(region: Region) -> None:
    """Every element of a rule is the model's, every factor and spread a parameter."""
    known = {row.name for row in region.parameters.rows if row.place == "observation"}
    for rule in region.rules.values():
        for _, name in rule.terms:
            try:
                _, columns = slots_and_columns(region.model, [name])
            except InputError as error:
                raise InputError(f"{rule.where}: {error}") from None
            if len(columns) != 1:
                raise InputError(
                    f"{rule.where}: '{name}' has {len(columns)} elements; name one, or add several "
                    "as terms."
                )
        spread = () if _is_number(rule.dispersion) else (rule.dispersion,)
        for name in (*rule.factors, *spread):
            if name not in known:
                raise InputError(
                    f"{rule.where}: there is no observation parameter '{name}'."
                    f"{nearest(name, known)} {PARAMETERS} lists them."
                )


def _check_item(region: Region, item: Observation) -> None:
    rule = region.rules.get((item.series, item.geography))
    if rule is None:
        known = {series for series, _ in region.rules}
        raise InputError(
            f"{item.where}: the series '{item.series}' for {item.geography} is to be compared with "
            f"the model, but {SERIES} does not say how.{nearest(item.series, known)} Add a row "
            "there, or mark the observation 'context'."
        )
    if rule.unit != item.unit:
        raise InputError(
            f"{item.where}: '{item.series}' is in {item.unit}, but {rule.where} predicts "
            f"{rule.unit}. Convert the value, or correct the unit."
        )
    if item.moment != (rule.kind == "moment") and rule.kind != "integral":
        raise InputError(
            f"{item.where}: '{item.series}' is a {rule.kind} in {SERIES}, which needs "
            f"{'start and end on the same day' if rule.kind == 'moment' else 'a period'}."
        )
    clock = region.model.model.clock
    start, end = item.span
    if start < clock.start - 1e-9 or end > clock.stop + 1e-9:
        raise InputError(
            f"{item.where}: {item.start} to {item.end} lies outside the model's time, "
            f"{clock.start:g} to {clock.stop:g}. Mark it 'context'."
        )


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _with_something_to_fit(region: Region, when: str) -> Region:
    if not region.fit:
        raise InputError(f"There is nothing to fit {when}: no observation of use 'fit' is left.")
    return region


def months_of(item: Observation) -> list[date]:
    """The middle days of the months that a period covers, for seasonal patterns."""
    days = []
    year, month = item.start.year, item.start.month
    while date(year, month, 1) < item.end:
        days.append(date(year, month, 15))
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    return days
