"""Models and programs as JSON and back, so that they can be cached as data, never as code."""

from __future__ import annotations

import json
from dataclasses import fields, is_dataclass
from enum import StrEnum
from typing import Any

from . import ir
from .bounds import deep
from .layout import Layout
from .program import Program

_CLASSES: dict[str, Any] = {
    cls.__name__: cls
    for cls in (
        ir.Axis,
        ir.Call,
        ir.Clock,
        ir.Dimension,
        ir.Equation,
        ir.Index,
        ir.LookupCall,
        ir.Model,
        ir.Number,
        ir.Reduction,
        ir.Reference,
        ir.Table,
        ir.Time,
        ir.Variable,
        Layout,
        Program,
    )
}
_ENUMS: dict[tuple[str, str], Any] = {
    ("Variable", "kind"): ir.Kind,
    ("Table", "extrapolation"): ir.Extrapolation,
}


def to_json(value: ir.Model | Program) -> str:
    """A model or program as one line of JSON: each node its class name and a list of its fields."""
    with deep():
        return json.dumps(_encode(value), separators=(",", ":"))


def from_json(text: str) -> ir.Model | Program:
    """What ``to_json`` wrote. Raises ValueError, KeyError or TypeError on other text."""
    with deep():
        value = _decode(json.loads(text))
    if not isinstance(value, (ir.Model, Program)):
        raise TypeError("the text holds neither a model nor a program")
    return value


def _encode(value: Any) -> Any:
    if is_dataclass(value):
        parts = [_encode(getattr(value, f.name)) for f in fields(value)]
        return {type(value).__name__: parts}
    if isinstance(value, dict):
        return {"dict": [[name, _encode(item)] for name, item in value.items()]}
    if isinstance(value, tuple):
        return [_encode(item) for item in value]
    return str(value) if isinstance(value, StrEnum) else value


def _decode(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(_decode(item) for item in value)
    if isinstance(value, dict):
        ((name, parts),) = value.items()
        if name == "dict":
            return {key: _decode(item) for key, item in parts}
        cls = _CLASSES[name]
        arguments = [_decode(part) for part in parts]
        for position, f in enumerate(fields(cls)):
            if (name, f.name) in _ENUMS:
                arguments[position] = _ENUMS[name, f.name](arguments[position])
        return cls(*arguments)
    return value
