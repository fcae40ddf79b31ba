"""Names and subscripts: what a written name means, whatever its case, spaces and underscores."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from ..errors import InputError, nearest
from .bounds import check_range, shortened
from .ir import Dimension
from .syntax import Range


def key(name: str) -> str:
    """The form in which names are compared: Vensim ignores case, and space is underscore."""
    return " ".join(shown(name).casefold().replace("_", " ").split())


def shown(name: str) -> str:
    """The name as shown to people: without the quotes that protect odd characters."""
    name = " ".join(name.split())
    if len(name) > 1 and name.startswith('"') and name.endswith('"'):
        return name[1:-1].replace('\\"', '"')
    return name


Groups = tuple[tuple[str, ...], ...]
"""A mapping: for each element of a range, the elements of another that answer to it."""


@dataclass
class Subscripts:
    """Every subscript range of a model, its elements, and which range maps to which.

    ``ranges`` are keyed by ``key(name)``; elements keep their spelling. ``extra`` collects the
    ranges made here, for variables that exist for part of a range only.
    """

    ranges: dict[str, Dimension] = field(default_factory=dict)
    maps: dict[str, tuple[Groups, ...]] = field(default_factory=dict)
    spelling: dict[str, str] = field(default_factory=dict)  # element key → spelling

    def is_range(self, name: str) -> bool:
        """Whether ``name`` is a subscript range."""
        return key(name) in self.ranges

    def is_element(self, name: str) -> bool:
        """Whether ``name`` is an element of some range."""
        return key(name) in self.spelling

    def elements(self, name: str, where: str) -> tuple[str, ...]:
        """The elements a written subscript stands for: those of a range, or the one named.

        Raises InputError, mentioning ``where``, if there is neither.
        """
        found = self.ranges.get(key(name))
        if found is not None:
            return found.elements
        if key(name) in self.spelling:
            return (self.spelling[key(name)],)
        known = [d.name for d in self.ranges.values()] + list(self.spelling.values())
        raise InputError(
            f"{where}: there is no subscript range or element '{name}'.{nearest(name, known)}"
        )

    def mapped(self, written: str, onto: str, element: str) -> str | None:
        """The element of range ``written`` that answers to ``element`` of range ``onto``.

        The one at the same place (or that the mapping lists), if either range maps to the other or
        to a range of which the other is a part. None if there is no such link, or more than one.
        """
        source = self.ranges[key(written)]
        for groups in self.maps.get(key(written), ()):
            for own, answers in zip(source.elements, groups, strict=True):
                if element in answers:
                    return own
        origin = self.ranges.get(key(onto))
        for groups in self.maps.get(key(onto), ()) if origin is not None else ():
            answers = groups[origin.elements.index(element)] if origin is not None else ()
            if len(answers) == 1 and answers[0] in source.elements:
                return answers[0]
        return None

    def cover(self, sets: Sequence[tuple[str, ...]], names: Sequence[str], of: str) -> Dimension:
        """The dimension of a variable whose equations are written over ``sets`` of elements.

        The range all equations name, or else the first range with exactly these elements, or else
        a part of the smallest range that holds them all, made for variable ``of``.
        """
        if len({key(name) for name in names}) == 1 and key(names[0]) in self.ranges:
            return self.ranges[key(names[0])]
        union = {element for elements in sets for element in elements}
        return self.dimension_of(union, of)

    def dimension_of(self, union: set[str], of: str) -> Dimension:
        """A range with exactly the elements of ``union``, made if there is none."""
        for dimension in self.ranges.values():
            if set(dimension.elements) == union:
                return dimension
        holders = [d for d in self.ranges.values() if union <= set(d.elements)]
        if not holders:
            raise InputError(
                f"'{of}' uses the subscripts {', '.join(sorted(union))} in one place, but no "
                "subscript range holds them all. Define a range with these elements."
            )
        whole = min(holders, key=lambda d: len(d.elements))
        part = tuple(element for element in whole.elements if element in union)
        return self.part(f"{whole.name} of {of}", part)

    def place(self, element: str) -> int:
        """The place of an element, from 1, in the widest range that holds it."""
        holders = [d for d in self.ranges.values() if element in d.elements]
        widest = max(holders, key=lambda dimension: len(dimension.elements))
        return widest.elements.index(element) + 1

    def part(self, name: str, elements: tuple[str, ...]) -> Dimension:
        """A range made here, under a name nobody uses."""
        unused, count = name, 2
        while key(unused) in self.ranges:
            unused, count = f"{name} {count}", count + 1
        dimension = Dimension(unused, elements)
        self.ranges[key(unused)] = dimension
        return dimension


def resolve_ranges(ranges: Iterable[Range]) -> Subscripts:
    """Expand ranges made of ranges and copies (``<->``), and check mappings.

    Raises InputError for a range defined twice, in terms of itself, or with unequal mapping.
    """
    written = {}
    for item in ranges:
        if key(item.name) in written:
            raise InputError(f"The subscript range '{item.name}' is defined twice.")
        written[key(item.name)] = item
    result = Subscripts()
    for item in written.values():
        result.ranges[key(item.name)] = Dimension(shown(item.name), _expand(item, written, ()))
    for dimension in result.ranges.values():
        for element in dimension.elements:
            result.spelling.setdefault(key(element), element)
    for name, dimension in list(result.ranges.items()):
        spelt = tuple(result.spelling[key(element)] for element in dimension.elements)
        result.ranges[name] = Dimension(dimension.name, spelt)
    for item in written.values():
        targets = (*item.maps_to, *([item.copy_of] if item.copy_of is not None else []))
        result.maps[key(item.name)] = tuple(_target(item, name, result) for name in targets)
    return result


def _expand(item: Range, written: dict[str, Range], path: tuple[str, ...]) -> tuple[str, ...]:
    if item.name in path:
        chain = " → ".join((*path, item.name))
        raise InputError(f"A subscript range is defined in terms of itself: {chain}.")
    path = (*path, item.name)
    if item.copy_of is not None:
        if key(item.copy_of) not in written:
            raise InputError(
                f"The subscript range '{item.name}' is a copy of '{item.copy_of}', which does not "
                f"exist.{nearest(item.copy_of, [r.name for r in written.values()])}"
            )
        return _expand(written[key(item.copy_of)], written, path)
    elements: list[str] = []
    for name in item.elements:
        inner = written.get(key(name))
        elements += (shown(name),) if inner is None else _expand(inner, written, path)
    if not elements:
        raise InputError(f"The subscript range '{item.name}' has no elements. List them.")
    check_range(item.name, len(elements))
    counts = Counter(map(key, elements))
    twice = sorted({element for element in elements if counts[key(element)] > 1})
    if twice:
        which = shortened(", ".join(twice))
        raise InputError(f"The subscript range '{item.name}' lists {which} twice.")
    return tuple(elements)


def _target(item: Range, name: str, result: Subscripts) -> Groups:
    if key(name) not in result.ranges:
        known = [dimension.name for dimension in result.ranges.values()]
        raise InputError(
            f"The subscript range '{item.name}' maps to '{name}', which does not exist."
            f"{nearest(name, known)}"
        )
    mine, other = result.ranges[key(item.name)], result.ranges[key(name)]
    listed = dict(item.listed).get(name)
    where = f"In the mapping of '{item.name}' to '{name}'"
    groups = (
        tuple((element,) for element in other.elements)
        if listed is None
        else tuple(result.elements(one, where) for one in listed)
    )
    if len(mine.elements) != len(groups):
        found = f"which has {len(groups)}" if listed is None else f"and lists {len(groups)}"
        raise InputError(
            f"The subscript range '{item.name}' has {len(mine.elements)} elements but maps to "
            f"'{name}', {found}. A mapping pairs elements one to one."
        )
    return groups
