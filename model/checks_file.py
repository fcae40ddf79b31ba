"""The checks file beside a model: what must hold, in YAML.

::

    conserved: [[total residents, accounted residents]]   # pairs whose sums are equal at all times
    headlines: [cumulative contacts]                      # what is looked at
    busy: {additional spending: 300000}                   # settings that put everything to work
    extremes: {nothing at all: {total funding switch: 0}}
    rest: {growth switch: 0}                              # settings under which nothing moves
    counters: [cumulative]                                # stocks that count, and never rest
    loops:
      - switch relapse                                    # 0 and 1, and every headline
      - {switch: share put back, given: {spare money: 1}, moves: [people served]}
    expected:                                             # extreme behaviour, known beforehand
      - {name: nobody arrives, given: {arrivals: 0}, output: cumulative crises,
         ratio: [0, 0.01], reason: no people, no crises}  # to a run without ``given``
    record:                                               # behaviour that was seen
      - {output: total residents, time: 2016, value: 548435, within: 0.01, source: census}
    responses:
      - {constant: harm of waiting, values: [0, 1], output: cumulative contacts,
         direction: rises, reason: waiting does harm}
    ranking:
      output: cumulative contacts
      direction: falls
      options: {homelessness: {"additional spending[homelessness table]": 300000}}
      vary: {harm of waiting: [0, 0.5]}                   # without it, the priors of
                                                          # ``parameters.csv`` beside the model
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from .errors import InputError, nearest

Values = Mapping[str, float]
Direction = Literal["rises", "falls"]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Response(_Strict):
    """As ``constant`` takes rising ``values``, ``output`` (summed, at the end) goes one way."""

    constant: str
    values: tuple[float, ...] = Field(min_length=2)
    output: str
    direction: Direction
    reason: str = ""
    given: Values = {}


class Loop(_Strict):
    """A constant that cuts a feedback loop: between its values ``cut`` and ``whole`` one of
    ``moves`` differs at some time. ``moves`` are the headlines when none is named."""

    switch: str
    cut: float = 0.0
    whole: float = 1.0
    given: Values = {}
    moves: tuple[str, ...] = ()


class Expected(_Strict):
    """What an extreme must lead to: ``output`` (summed, at the end) with ``given`` over the same
    with ``against`` lies within ``ratio``."""

    name: str
    given: Values
    output: str
    ratio: tuple[float, float]
    against: Values = {}
    reason: str = ""


class Recorded(_Strict):
    """A figure that was seen: ``output`` (summed, at ``time``) lies within this share of it."""

    output: str
    time: float
    value: float = Field(gt=0)
    within: float = Field(gt=0)
    source: str


class Ranking(_Strict):
    """Options compared by how far ``output`` (summed, at the end) goes in ``direction``, as the
    constants of ``vary`` go from the least to the most, or as the registry's priors say."""

    output: str
    direction: Direction
    options: Mapping[str, Values] = Field(min_length=2)
    vary: Mapping[str, tuple[float, float]] = {}


def _as_loop(given: object) -> object:
    """A loop named by its switch alone."""
    return {"switch": given} if isinstance(given, str) else given


class ChecksFile(_Strict):
    """What ``<model>.checks.yaml`` may hold; all of it may be left out but ``headlines``."""

    headlines: tuple[str, ...] = Field(min_length=1)
    conserved: tuple[tuple[str, str], ...] = ()
    busy: Values = {}
    extremes: Mapping[str, Values] = {}
    rest: Values | None = None
    counters: tuple[str, ...] = ()
    loops: tuple[Annotated[Loop, BeforeValidator(_as_loop)], ...] = ()
    expected: tuple[Expected, ...] = ()
    record: tuple[Recorded, ...] = ()
    responses: tuple[Response, ...] = ()
    ranking: Ranking | None = None


def load_checks(path: Path) -> ChecksFile:
    """Read and check the file. Raises InputError naming the key that is wrong."""
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path} cannot be read ({type(error).__name__}).") from None
    except yaml.YAMLError as error:
        where = getattr(error, "problem_mark", None)
        line = f" at line {where.line + 1}" if where is not None else ""
        raise InputError(f"{path.name} is not YAML{line}. Indent with spaces.") from None
    try:
        return ChecksFile.model_validate(content)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        hint = nearest(key, ChecksFile.model_fields) if first["type"] == "extra_forbidden" else ""
        raise InputError(f"{path.name}: {key or 'the file'}: {first['msg']}.{hint}") from None
