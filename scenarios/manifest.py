"""The manifest: what a store was made from, without clocks, hosts or paths."""

from __future__ import annotations

import hashlib
import json
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from .._version import __version__
from ..model.errors import InputError
from .schema import Scenario

MANIFEST_NAME = "manifest.json"
NO_POSTERIOR = "none: priors"
FORMAT = 3
_PACKAGES = ("numpy", "llvmlite", "scipy", "pandas", "pyarrow")
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

    ``draws_digest`` covers every sampled input value, ``block_digests`` those of each block of
    draws; ``scenario_digests`` what each scenario hands
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
    block_digests: tuple[str, ...]
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

    @property
    def notes(self) -> dict[str, str]:
        """What every table of the study says about itself: where its numbers come from."""
        return {
            "upshift model": f"{self.model_name} {self.model_digest}",
            "upshift posterior": self.told_posterior,
            "upshift seed": f"{self.seed}",
            "upshift versions": self.told_versions,
        }

    @property
    def told_posterior(self) -> str:
        """The posterior's digest, or that there is none."""
        return self.posterior_digest or NO_POSTERIOR

    @property
    def told_versions(self) -> str:
        """The versions in one line."""
        return "; ".join(f"{name} {found}" for name, found in sorted(self.versions.items()))

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
        if found is None:
            raise InputError(
                f"{path} is no manifest of a study. Name another folder, or move that file away "
                "if the study's own was overwritten: then the folder cannot be gone on with."
            )
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


def versions() -> dict[str, str]:
    """Of this package, Python and what the numbers are made with."""
    found = {"upshift": __version__, "python": platform.python_version()}
    for package in _PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = "absent"
    return found


def digest(*parts: bytes | str) -> str:
    """SHA-256 over parts, each preceded by its length so that boundaries count."""
    whole = hashlib.sha256()
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        whole.update(len(data).to_bytes(8, "little"))
        whole.update(data)
    return whole.hexdigest()
