"""A posterior as a labelled file: what calibration writes and sweeps read.

The file is Parquet: one row a draw, one column a model element, and in the file's own metadata the
digests of the model, the registry and the data that the draws rest on. It holds numbers only.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from ..engine import CompiledModel
from ..errors import InputError
from .registry import Registry

Array = npt.NDArray[np.float64]

POSTERIOR_NAME = "posterior.parquet"
FORMAT = "upshift posterior 1"
SHIPPED = Path(__file__).with_name(POSTERIOR_NAME)
MOST_BYTES = 5_000_000
CURE = "Calibrate again with `upshift calibrate`, or run without a posterior (--from-prior)."


@dataclass(frozen=True)
class Posterior:
    """Draws of calibrated constants: ``values[draw, column]``, and what they rest on.

    ``about`` holds the digests ``model``, ``registry`` and ``data``, and notes for readers, among
    them ``results``: what the calibration found, as JSON.
    """

    columns: tuple[str, ...]
    values: Array
    about: Mapping[str, str]

    @property
    def digest(self) -> str:
        """A name for the content."""
        return text_digest(
            *self.columns, _hash_of(self.values), json.dumps(dict(self.about), sort_keys=True)
        )

    @property
    def results(self) -> Mapping[str, Any]:
        """Tables of what the calibration found, by name; none in a file that carries none.

        Raises InputError when they are damaged.
        """
        try:
            found = json.loads(self.about.get("results", "{}"))
        except json.JSONDecodeError:
            raise InputError(f"The posterior's results are damaged. {CURE}") from None
        return found if isinstance(found, dict) else {}


@dataclass(frozen=True)
class CalibratedRegistry:
    """A registry whose calibrated rows come from a posterior, all of one draw together.

    The uniforms have one column more than the registry's: the last one chooses the posterior's
    row. A design that spreads it evenly takes rows from all over the posterior.
    """

    registry: Registry
    posterior: Posterior

    @property
    def dimension(self) -> int:
        """Independent uniforms a draw needs."""
        return self.registry.dimension + 1

    def sample(self, u: Array) -> dict[str, Array]:
        """Uniforms (draw, dimension) to values (draw,) by element. Raises InputError."""
        u = np.asarray(u, dtype=np.float64)
        if u.ndim != 2 or u.shape[1] != self.dimension:
            raise InputError(f"Need uniforms of shape (draws, {self.dimension}), got {u.shape}.")
        drawn = self.registry.sample(u[:, :-1])
        count = len(self.posterior.values)
        rows = np.minimum((u[:, -1] * count).astype(np.int64), count - 1)
        for position, column in enumerate(self.posterior.columns):
            drawn[column] = self.posterior.values[rows, position]
        return drawn


def calibrated(
    registry: Registry, posterior: Posterior, model: CompiledModel
) -> CalibratedRegistry:
    """Join the two, if the posterior was made from this very registry and model.

    Raises InputError for a posterior of another model or registry, or for a column that the
    registry does not call calibrated.
    """
    for name, now in (("model", model_digest(model)), ("registry", registry_digest(registry))):
        if posterior.about[name] != now:
            raise InputError(
                f"The posterior rests on another {name} than the one here: it was calibrated "
                f"before the {name} changed. {CURE}"
            )
    for column in posterior.columns:
        row = registry.row(column)
        values = posterior.values[:, posterior.columns.index(column)]
        if row.role != "calibrated":
            raise InputError(f"The posterior moves '{column}', whose role is {row.role}. {CURE}")
        if values.min() < row.minimum or values.max() > row.maximum:
            raise InputError(f"The posterior's '{column}' leaves the registry's bounds. {CURE}")
    return CalibratedRegistry(registry, posterior)


def read_posterior(path: Path = SHIPPED) -> Posterior:
    """Read a posterior. Raises InputError for a file that is missing, foreign or damaged."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise InputError(f"{path} is larger than 5 MB, so it is no posterior. {CURE}")
        content = path.read_bytes()
    except FileNotFoundError:
        raise InputError(f"There is no posterior {path}. {CURE}") from None
    except OSError as error:
        raise InputError(f"{path} cannot be read ({error.strerror}). {CURE}") from None
    return parse_posterior(content, str(path))


def parse_posterior(content: bytes, name: str) -> Posterior:
    """A posterior from a file's content. Raises InputError naming ``name``, as the above."""
    try:
        table = pq.read_table(pa.BufferReader(content))
    except (OSError, ValueError, pa.ArrowException) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise InputError(f"{name} is no posterior, or is damaged ({reason}). {CURE}") from None
    raw = table.schema.metadata or {}
    try:
        about = {key.decode(): text.decode() for key, text in raw.items() if key != b"ARROW:schema"}
    except UnicodeDecodeError:
        raise InputError(f"{name} is damaged: its notes are no text. {CURE}") from None
    wanted = {"format", "model", "registry", "data", "values"}
    if about.get("format") != FORMAT or not wanted <= about.keys():
        raise InputError(f"{name} is a Parquet file but no posterior of this version. {CURE}")
    if any(field.type != pa.float64() for field in table.schema):
        raise InputError(f"{name} holds something other than numbers. {CURE}")
    if not table.num_rows or len(set(table.column_names)) != table.num_columns:
        raise InputError(f"{name} holds no draws, or a column twice. {CURE}")
    columns = tuple(table.column_names)
    values = np.stack([table[column].to_numpy() for column in columns], axis=1).astype(np.float64)
    if about["values"] != _hash_of(values) or not np.isfinite(values).all():
        raise InputError(f"{name} is damaged: its numbers are not those it was made with. {CURE}")
    return Posterior(
        columns, values, {k: v for k, v in about.items() if k not in ("format", "values")}
    )


def posterior_bytes(posterior: Posterior) -> bytes:
    """The file's content; the same posterior gives the same bytes.

    Raises InputError when it would be larger than 5 MB.
    """
    values = np.ascontiguousarray(posterior.values)
    about = {**posterior.about, "format": FORMAT, "values": _hash_of(values)}
    arrays = [pa.array(values[:, i]) for i in range(values.shape[1])]
    schema = pa.schema(
        [pa.field(name, pa.float64()) for name in posterior.columns],
        metadata={key: about[key] for key in sorted(about)},
    )
    sink = pa.BufferOutputStream()
    pq.write_table(pa.table(arrays, schema=schema), sink, compression="zstd", use_dictionary=False)
    content = bytes(sink.getvalue())
    if len(content) > MOST_BYTES:
        raise InputError("The posterior is larger than 5 MB: keep fewer draws.")
    return content


def model_digest(model: CompiledModel) -> str:
    """A name for the equations and units in the model's files; meanings, headings and layout do
    not count. Raises InputError when a file can no longer be read.
    """
    parts = []
    for name in model.model.sources:
        try:
            text = Path(name).read_text(encoding="utf-8", errors="replace")
        except OSError as error:
            raise InputError(f"{name} cannot be read ({error.strerror}).") from None
        if name.lower().endswith(".mdl"):
            text = "|".join("~".join(entry.split("~")[:2]) for entry in text.split("|"))
        parts.append(" ".join(text.split()))
    return text_digest(*parts)


def registry_digest(registry: Registry) -> str:
    """A name for a registry's numbers and roles; notes, grades and sources do not count."""
    return text_digest(
        *(
            repr((r.column, r.unit, r.value, r.prior, r.low, r.high, r.spike, r.minimum, r.maximum))
            + r.role
            + r.group
            for r in registry.rows
        )
    )


def text_digest(*parts: str) -> str:
    """SHA-256 over parts, each preceded by its length so that boundaries count."""
    whole = hashlib.sha256()
    for part in parts:
        content = part.encode()
        whole.update(len(content).to_bytes(8, "little"))
        whole.update(content)
    return whole.hexdigest()


def _hash_of(values: Array) -> str:
    return hashlib.sha256(np.ascontiguousarray(values, dtype="<f8").tobytes()).hexdigest()
