"""Feedback loops: circles of cause and effect, the shortest first, with their polarity.

A loop is reinforcing when a push comes back with its own sign, balancing when it comes back
reversed. The sign of a link is that of the derivative of the equation (``signs``): where it follows
from the equation and the constants alone it is settled by rule; else, with the ranges of variables
over a run, it may be settled for that run; else it is unclear. What a delay hides is seen through.

The elements of a subscripted variable are taken together. Where an equation reads a variable both
at its own element and at another (a chain of stages), the link is that of its own element, since
only this one surely comes back to where it started.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import partial

from ..ir import Equation, Kind, Model
from .alignment import Alignment
from .signs import ANY, BOTH, FALLS, RISES, Range, Responses, Signs, joined, times

MOST_STEPS = 1_000_000
"""Links followed before a search is given up: a second or two."""


class Polarity(StrEnum):
    """What a loop does to a push."""

    REINFORCING = "reinforcing"
    BALANCING = "balancing"
    UNCLEAR = "unclear"


class Basis(StrEnum):
    """What a polarity rests on."""

    RULE = "by rule"
    RUN = "in the base run"
    NONE = "not settled"


@dataclass(frozen=True)
class Loop:
    """``variables`` in the order of cause and effect, and the signs of the link from each."""

    variables: tuple[str, ...]
    signs: tuple[int, ...]
    polarity: Polarity
    basis: Basis

    def __str__(self) -> str:
        marks = {RISES: "+", FALLS: "-"}
        links = zip(self.variables, self.signs, strict=True)
        path = "".join(f"{name} →({marks.get(sign, '?')}) " for name, sign in links)
        return path + self.variables[0]


@dataclass(frozen=True)
class Links:
    """By variable, what it acts on and how: signs by rule, and signs in a run."""

    by_rule: Mapping[str, Signs]
    in_run: Mapping[str, Signs]

    def loop(self, path: Sequence[str]) -> Loop:
        """The loop along a path whose last variable acts on the first."""
        pairs = list(zip(path, [*path[1:], path[0]], strict=True))
        rule = [self.by_rule[tail][head] for tail, head in pairs]
        run = [self.in_run[tail][head] for tail, head in pairs]
        best = [
            one if one in (RISES, FALLS) else other for one, other in zip(rule, run, strict=True)
        ]
        if any(sign not in (RISES, FALLS) for sign in best):
            return Loop(tuple(path), tuple(best), Polarity.UNCLEAR, Basis.NONE)
        turns = best.count(FALLS)
        polarity = Polarity.BALANCING if turns % 2 else Polarity.REINFORCING
        basis = Basis.RULE if best == rule else Basis.RUN
        return Loop(tuple(path), tuple(best), polarity, basis)


@dataclass(frozen=True)
class Found:
    """Loops, shortest first. ``complete`` says that there are no others.

    ``length`` is the longest that was looked at in full; ``circling`` the variables in any loop.
    """

    loops: tuple[Loop, ...]
    complete: bool
    length: int
    circling: tuple[str, ...]


def links_of(model: Model, ranges: Mapping[str, Range] | None = None) -> Links:
    """How variables act on one another. ``ranges`` are those of computed variables in a run."""
    constants = _constant_ranges(model)
    by_rule = _actions(model, constants)
    if ranges is None:
        return Links(by_rule, by_rule)
    clock = (model.clock.start, model.clock.stop)
    return Links(by_rule, _actions(model, {**constants, **ranges}, clock))


def _constant_ranges(model: Model) -> dict[str, Range]:
    from ..build import constant_values  # noqa: PLC0415

    values = constant_values(model)
    return {name: (float(array.min()), float(array.max())) for name, array in values.items()}


def _actions(model: Model, known: Mapping[str, Range], clock: Range = ANY) -> dict[str, Signs]:
    """By variable that acts: what it acts on, each with its signs."""
    responses = Responses(known, {table.name: table for table in model.tables}, clock)
    alignment = Alignment.of(model)
    whole: dict[str, Signs] = {}
    aligned: dict[str, Signs] = {}
    for equation in _moving(model):
        name = equation.variable
        found = responses.of(equation.expression).signs
        whole[name] = joined(whole.get(name, {}), found)
        near = replace(responses, counts=partial(alignment.may_meet, equation))
        found = near.of(equation.expression).signs
        aligned[name] = joined(aligned.get(name, {}), found)
    own = {name: signs | aligned[name] for name, signs in whole.items()}
    hidden = {v.name for v in model.variables if v.hidden}
    through = _Through(own, hidden)
    actions: dict[str, Signs] = {v.name: {} for v in model.variables if not v.hidden}
    for name in own:
        if name not in hidden:
            for cause, signs in through.causes(name).items():
                actions[cause][name] = signs or BOTH  # a link that has no effect in this run
    return actions


def _moving(model: Model) -> Iterator[Equation]:
    """The equations at work during a run; not the starting values."""
    kinds = {variable.name: variable.kind for variable in model.variables}
    yield from model.flows
    yield from (e for e in model.equations if kinds[e.variable] is not Kind.CONSTANT)


@dataclass
class _Through:
    """Sees through hidden variables, such as the stocks inside a delay."""

    own: Mapping[str, Signs]
    hidden: set[str]
    known: dict[str, Signs] = field(default_factory=dict)
    open: set[str] = field(default_factory=set)

    def causes(self, name: str) -> Signs:
        """The shown variables that act on ``name``, with signs along all hidden ways together."""
        if name in self.known:
            return self.known[name]
        self.open.add(name)
        found: Signs = {}
        for cause, signs in self.own.get(name, {}).items():
            if cause not in self.hidden:
                found = joined(found, {cause: signs})
            elif cause not in self.open:
                inner = self.causes(cause)
                found = joined(found, {one: times(far, signs) for one, far in inner.items()})
        self.open.discard(name)
        self.known[name] = found
        return found


def loops_of(links: Links, through: str | None, most: int) -> Found:
    """Up to ``most`` loops, shortest first: all, or those that pass through one variable."""
    graph = {name: tuple(heads) for name, heads in links.by_rule.items()}
    groups = _circling(graph)
    circling = tuple(name for name in graph if name in groups)
    search = _Search(graph, groups, circling)
    starts = circling if through is None else ((through,) if through in groups else ())
    found: list[Loop] = []
    longest = max((list(groups.values()).count(group) for group in set(groups.values())), default=0)
    for length in range(1, longest + 1):
        for path in search.of_length(length, starts, alone=through is not None):
            if len(found) == most:
                return Found(tuple(found), False, length - 1, circling)
            found.append(links.loop(path))
        if search.steps > MOST_STEPS:
            return Found(tuple(found), False, length - 1, circling)
    return Found(tuple(found), True, longest, circling)


@dataclass
class _Search:
    graph: Mapping[str, tuple[str, ...]]
    groups: Mapping[str, int]
    order: Sequence[str]
    steps: int = 0
    back: dict[str, dict[str, int]] = field(default_factory=dict)

    def of_length(
        self, length: int, starts: Sequence[str], *, alone: bool
    ) -> Iterator[tuple[str, ...]]:
        """Every loop of so many variables, once: from its first variable in the file.

        With ``alone`` from each start, whatever stands before it in the file.
        """
        place = {name: number for number, name in enumerate(self.order)}
        for start in starts:
            first = -1 if alone else place[start]
            waiting: list[tuple[str, ...]] = [(start,)]
            while waiting and self.steps <= MOST_STEPS:
                path = waiting.pop()
                self.steps += 1
                heads = self.graph[path[-1]]
                left = length - len(path)
                if left == 0 and start in heads:
                    yield path
                for head in reversed(heads) if left else ():
                    later = place.get(head, -1) > first and head not in path
                    if later and self._distance(start).get(head, length) <= left:
                        waiting.append((*path, head))

    def _distance(self, start: str) -> dict[str, int]:
        """Links from each variable of the group back to ``start``, at least."""
        if start not in self.back:
            tails: dict[str, list[str]] = {}
            for tail in self.order:
                for head in self.graph[tail]:
                    if self.groups.get(head) == self.groups[tail]:
                        tails.setdefault(head, []).append(tail)
            found, queue = {start: 0}, deque([start])
            while queue:
                name = queue.popleft()
                for tail in tails.get(name, ()):
                    if tail not in found:
                        found[tail] = found[name] + 1
                        queue.append(tail)
            self.back[start] = found
        return self.back[start]


def _circling(graph: Mapping[str, tuple[str, ...]]) -> dict[str, int]:
    """The variables in any loop, each with the number of its group (Tarjan 1972, no recursion).

    Two variables are in one group when each acts on the other, by whatever way.
    """
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    standing: set[str] = set()
    groups: dict[str, int] = {}
    for root in graph:
        if root in index:
            continue
        work = [(root, iter(graph[root]))]
        index[root] = low[root] = len(index)
        stack.append(root)
        standing.add(root)
        while work:
            name, heads = work[-1]
            for head in heads:
                if head not in index:
                    index[head] = low[head] = len(index)
                    stack.append(head)
                    standing.add(head)
                    work.append((head, iter(graph.get(head, ()))))
                    break
                if head in standing:
                    low[name] = min(low[name], index[head])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[name])
                if low[name] == index[name]:
                    members: list[str] = []
                    while not members or members[-1] != name:
                        members.append(stack.pop())
                        standing.discard(members[-1])
                    if len(members) > 1 or name in graph[name]:
                        groups |= dict.fromkeys(members, index[name])
    return groups
