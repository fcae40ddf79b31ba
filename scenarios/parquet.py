"""Parquet as a store writes it: fast, checked page by page, and the same bytes every time."""

from __future__ import annotations

import io
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from ..model.errors import InputError
from .atomic import whole_file

Notes = Mapping[str, str]
"""What a file says about itself in its own footer, by name."""
Columns = dict[str, npt.NDArray[np.generic] | list[str] | pa.Array]
"""Part of a table: columns of equal length."""

ROWS_TOGETHER = 16_384


def table_bytes(table: pa.Table, notes: Notes) -> bytes:
    """``table`` as the content of a Parquet file, with ``notes`` in its footer."""
    stream = io.BytesIO()
    noted = _noted(table, notes)
    pq.write_table(noted, stream, **_options(noted.schema))
    return stream.getvalue()


def write_parts(
    path: Path, parts: Iterable[Columns], notes: Notes, repeating: Collection[str] = ()
) -> None:
    """Write parts of a table, each named columns of equal length, as one Parquet file, whole or
    not at all. ``repeating`` are columns of numbers that hold the same ones over and over.

    Raises ValueError when there is no part, InputError when the disk says no.
    """
    groups = _groups(_noted(_table(part), notes) for part in parts)
    first = next(groups, None)
    if first is None:
        raise ValueError("a table needs at least one part")
    options = _options(first.schema, repeating)
    with (
        whole_file(path) as temporary,
        pq.ParquetWriter(temporary, first.schema, **options) as writer,
    ):
        writer.write_table(first)
        for table in groups:
            writer.write_table(table)


def _groups(tables: Iterable[pa.Table]) -> Iterator[pa.Table]:
    """Tables put together to row groups: hundreds of columns of few rows take long to write."""
    waiting: list[pa.Table] = []
    for table in tables:
        waiting.append(table)
        if sum(part.num_rows for part in waiting) >= ROWS_TOGETHER:
            yield pa.concat_tables(waiting)
            waiting = []
    if waiting:
        yield pa.concat_tables(waiting)


def read_table(path: Path, columns: list[str] | None = None) -> pa.Table:
    """Some columns of a file, or all. Raises InputError when it is missing or damaged."""
    try:
        return pq.read_table(
            path, columns=columns, partitioning=None, page_checksum_verification=True
        )
    except (OSError, pa.ArrowInvalid) as error:
        raise InputError(
            f"{path} cannot be read ({str(error).splitlines()[0]}). Remove that file and run the "
            "same sweep again: it is made anew."
        ) from None


def read_notes(path: Path) -> dict[str, str] | None:
    """What a file says about itself; None when it is missing, cut short or no Parquet."""
    try:
        footer = pq.read_metadata(path).metadata or {}
    except (OSError, pa.ArrowInvalid):
        return None
    return {name.decode(): text.decode("utf-8", "replace") for name, text in footer.items()}


def _table(part: Columns) -> pa.Table:
    arrays = {
        name: values if isinstance(values, pa.Array) else pa.array(values)
        for name, values in part.items()
    }
    return pa.table(arrays)


def repeated(text: str, times: int) -> pa.Array:
    """A column that holds ``text`` in every row, stored once."""
    rows = pa.array(np.zeros(times, dtype=np.int32))
    return pa.DictionaryArray.from_arrays(rows, pa.array([text]))


def _noted(table: pa.Table, notes: Notes) -> pa.Table:
    return table.replace_schema_metadata({name.encode(): t.encode() for name, t in notes.items()})


def _options(schema: pa.Schema, repeating: Collection[str] = ()) -> dict[str, Any]:
    words = [f.name for f in schema if _is_text(f.type) or f.name in repeating]
    floating = {f.name for f in schema if pa.types.is_floating(f.type)}
    return {
        "compression": "lz4",
        "use_dictionary": words,
        "use_byte_stream_split": sorted(floating.difference(words)),
        "write_statistics": False,
        "write_page_checksum": True,
    }


def _is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_dictionary(kind))
