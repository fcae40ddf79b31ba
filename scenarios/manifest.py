"""The manifest: what a store was made from, without clocks, hosts or paths."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from ..model.errors import InputError
from .schema import Scenario

MANIFEST_NAME = "manifest.json"
FORMAT = 1
Design = Literal["sobol", "latin hypercube", "given points"]
Method = Literal["euler", "rk4"]


class Output(BaseModel):
    """A saved model variable: its subscripts, units and one-line meaning."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    dimensions: tuple[str, ...]
    units: str
    meaning: str


class Manifest(BaseModel):
    """Everything that decides a study's numbers, and the words needed to read them.

    ``draws_digest`` covers every sampled input value; ``scenario_digests`` what each scenario hands
    to the model (its words excluded), its comparator's included. ``posterior_digest`` names the
    posterior's content; it is empty when every input comes from its prior.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: int
    model_name: str
    model_digest: str
    registry_digest: str
    design: Design
    seed: int
    draws: int
    draws_digest: str
    method: Method
    block: int
    calibrated: bool
    posterior_digest: str = ""
    price_year: int
    policy_start: int
    time: tuple[float, ...]
    outputs: tuple[Output, ...]
    dimensions: dict[str, tuple[str, ...]]
    scenarios: tuple[Scenario, ...]
    scenario_digests: dict[str, str]
    versions: dict[str, str]

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the saved columns in order: ``name`` or ``name[element, element]``."""
        return tuple(
            column for output in self.outputs for column in element_names(output, self.dimensions)
        )

    def to_json(self) -> str:
        """Readable JSON; the same study gives the same text."""
        data = self.model_dump(mode="json", by_alias=True)
        return json.dumps(data, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def element_names(output: Output, dimensions: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Columns of one output in row-major order of its dimensions."""
    elements: list[tuple[str, ...]] = [()]
    for dimension in output.dimensions:
        elements = [(*head, element) for head in elements for element in dimensions[dimension]]
    if not output.dimensions:
        return (output.name,)
    return tuple(f"{output.name}[{', '.join(element)}]" for element in elements)


def read_manifest(directory: Path) -> Manifest:
    """The manifest of a store. Raises InputError when there is none or it cannot be trusted."""
    path = directory / MANIFEST_NAME
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise InputError(
            f"{directory} holds no study: there is no {MANIFEST_NAME}. "
            "Run a sweep into that folder first, or name another folder."
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path} cannot be read: {error}.") from None
    try:
        data = json.loads(text)
        found = data.get("format") if isinstance(data, dict) else None
        if found != FORMAT:
            raise InputError(
                f"{path} is of format {found}; this version reads format {FORMAT}. "
                "Open it with the version that wrote it, or run the sweep again in a new folder."
            )
        return Manifest.model_validate_json(text)
    except (json.JSONDecodeError, ValidationError) as error:
        raise InputError(
            f"{path} is damaged ({str(error).splitlines()[0]}). "
            "Run the sweep again in a new folder."
        ) from None


def digest(*parts: bytes | str) -> str:
    """SHA-256 over parts, each preceded by its length so that boundaries count."""
    whole = hashlib.sha256()
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        whole.update(len(data).to_bytes(8, "little"))
        whole.update(data)
    return whole.hexdigest()
