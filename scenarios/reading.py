"""Strict YAML: safe values only, no key twice, and every key's place remembered for messages."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from ..model.errors import InputError

_LARGEST = 1_000_000
Place = tuple[str, ...]
"""Keys from the top of a file down."""


class _Loader(yaml.SafeLoader):
    """Safe values, and no aliases: a short file must not stand for an endless one."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            event: Any = self.peek_event()  # type: ignore[no-untyped-call]
            problem = "anchors and aliases are not used in scenario files"
            raise yaml.MarkedYAMLError(problem=problem, problem_mark=event.start_mark)
        return super().compose_node(parent, index)


@dataclass(frozen=True)
class Document:
    """The value of a YAML file, and line and column (from 1) of each key, by its path from the
    top."""

    path: Path
    value: Any
    marks: dict[Place, tuple[int, int]]

    def where(self, place: Place) -> str:
        """``file, line n, column m``, at the nearest key above ``place`` that the file has."""
        for length in range(len(place), 0, -1):
            mark = self.marks.get(place[:length])
            if mark is not None:
                return f"{self.path}, line {mark[0]}, column {mark[1]}"
        return str(self.path)


def read_yaml(path: Path) -> Document:
    """Read one YAML document.

    Raises InputError, with line and column where there is one, for a missing or unreadable file,
    text that is not UTF-8, broken YAML, a repeated key, a key that is not text, or a tag.
    """
    text = _text(path)
    loader = _Loader(text)
    try:
        node = loader.get_single_node()
        if node is None:
            raise InputError(f"{path} is empty. A scenario needs name, title and description.")
        marks: dict[Place, tuple[int, int]] = {}
        _walk(path, node, (), marks)
        value = loader.construct_document(node)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = f", line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        problem = (error.problem or str(error)).splitlines()[0]
        raise InputError(
            f"{path}{place}: this is not valid YAML ({problem}). Usual cures: a space after each "
            "colon, equal indentation within a block, quotes around text that holds a colon."
        ) from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        reason = (str(error) or "nested too deeply").splitlines()[0]
        raise InputError(f"{path}: this is not valid YAML ({reason}).") from None
    finally:
        loader.dispose()
    return Document(path, value, marks)


def _text(path: Path) -> str:
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise InputError(f"There is no scenario file {path}. Check the path.") from None
    except OSError as error:
        raise InputError(f"{path} cannot be read ({error.strerror}).") from None
    if len(content) > _LARGEST:
        raise InputError(f"{path} is larger than 1 MB, so it is no scenario file.")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(
            f"{path} is not UTF-8 text (byte {error.start}). Save it as UTF-8."
        ) from None


def _walk(path: Path, node: yaml.Node, place: Place, marks: dict[Place, tuple[int, int]]) -> None:
    """Record the place of every key under ``node``; refuse repeated and odd keys."""
    if not isinstance(node, yaml.MappingNode):
        return
    seen: dict[Hashable, int] = {}
    for key, value in node.value:
        line, column = key.start_mark.line + 1, key.start_mark.column + 1
        where = f"{path}, line {line}, column {column}"
        if not isinstance(key, yaml.ScalarNode) or key.tag != "tag:yaml.org,2002:str":
            found = getattr(key, "value", "a list or a block")
            raise InputError(f"{where}: the key {found!r} is not plain text. Quote it.")
        if key.value in seen:
            raise InputError(
                f"{where}: '{key.value}' is given twice (first on line {seen[key.value]}). "
                "Keep one of them."
            )
        seen[key.value] = line
        below = (*place, key.value)
        marks[below] = line, column
        _walk(path, value, below, marks)
