"""The checks file beside a model: what must hold, in YAML.

::

    conserved: [[total residents, accounted residents]]   # pairs whose sums are equal at all times
    headlines: [cumulative contacts]                      # what is looked at
    busy: {additional spending: 300000}                   # settings that put everything to work
    extremes: {nothing at all: {total funding switch: 0}}
    rest: {growth switch: 0}                              # settings under which nothing moves
    counters: [cumulative]                                # stocks that count, and never rest
    loops: [switch relapse]
    responses:
      - {constant: harm of waiting, values: [0, 1], output: cumulative contacts,
         direction: rises, reason: waiting does harm}
    ranking:
      output: cumulative contacts
      direction: falls
      options: {homelessness: {"additional spending[homelessness table]": 300000}}
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

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


class Ranking(_Strict):
    """Options compared by how far ``output`` (summed, at the end) goes in ``direction``."""

    output: str
    direction: Direction
    options: Mapping[str, Values] = Field(min_length=2)


class ChecksFile(_Strict):
    """What ``<model>.checks.yaml`` may hold; all of it may be left out but ``headlines``."""

    headlines: tuple[str, ...] = Field(min_length=1)
    conserved: tuple[tuple[str, str], ...] = ()
    busy: Values = {}
    extremes: Mapping[str, Values] = {}
    rest: Values | None = None
    counters: tuple[str, ...] = ()
    loops: tuple[str, ...] = ()
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
