"""Whether an equation reads a variable at the element that it writes, or at another one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ..ir import Equation, Index, Model, Reference


@dataclass(frozen=True)
class Alignment:
    """The names of elements along each dimension of each variable."""

    elements: Mapping[str, tuple[tuple[str, ...], ...]]

    @classmethod
    def of(cls, model: Model) -> Alignment:
        """The alignment of a model's variables."""
        named = {dimension.name: dimension.elements for dimension in model.dimensions}
        return cls({v.name: tuple(named[label] for label in v.dimensions) for v in model.variables})

    def may_meet(self, equation: Equation, reference: Reference) -> bool:
        """Whether some iteration reads an element with the names of the one that it writes.

        Only subscripts that share elements are compared, and only along the same axis.
        """
        own = list(zip(equation.target, self.elements[equation.variable], strict=True))
        for index, elements in zip(reference.indices, self.elements[reference.name], strict=True):
            alike = [(i, names) for i, names in own if not set(names).isdisjoint(elements)]
            if alike and all(_apart(i, names, index, elements) for i, names in alike):
                return False
        return True


def _apart(one: Index, names: tuple[str, ...], other: Index, elements: tuple[str, ...]) -> bool:
    """Whether two indices stand at elements of different names at every iteration."""
    if one.axis != other.axis:
        return False
    pairs = zip(one.positions, other.positions, strict=True)
    return all(names[here] != elements[there] for here, there in pairs)
