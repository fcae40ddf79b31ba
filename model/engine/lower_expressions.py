"""Right-hand sides: trees whose names are resolved into ir expressions.

Truth values and numbers are kept apart here: ``number`` and ``mask`` lower the same tree to one or
the other, inserting IF THEN ELSE(mask, 1, 0) or (number <> 0) where the model mixes them.
"""

from __future__ import annotations

from collections.abc import Callable
from math import inf, nan, pi, prod

from ..errors import InputError, nearest
from .bounds import shortened
from .expand_allocate import ALLOCATE_FUNCTIONS
from .expand_clock import CLOCK_FUNCTIONS
from .expand_dynamic import DYNAMIC_FUNCTIONS
from .expand_lookup import LOOKUP_FUNCTIONS
from .expand_matrix import MATRIX_FUNCTIONS
from .expand_plain import PLAIN_FUNCTIONS
from .expand_random import RANDOM_FUNCTIONS
from .expand_random_rare import RARE_RANDOM_FUNCTIONS
from .expand_vector import VECTOR_FUNCTIONS
from .functions import FUNCTIONS, REDUCTIONS
from .ir import Call, Expression, Index, LookupCall, Number, Reduction, Reference, Time
from .lower_names import key
from .lower_scope import Bound, Declared, Scope, Symbols
from .syntax import Apply, Literal, Name, Node, WithLookup

ZERO, ONE = Number(0.0), Number(1.0)
ARRAY_FUNCTIONS = VECTOR_FUNCTIONS | ALLOCATE_FUNCTIONS | MATRIX_FUNCTIONS
EXPANSIONS = (
    DYNAMIC_FUNCTIONS,
    CLOCK_FUNCTIONS,
    PLAIN_FUNCTIONS,
    RANDOM_FUNCTIONS,
    RARE_RANDOM_FUNCTIONS,
    LOOKUP_FUNCTIONS,
    ARRAY_FUNCTIONS,
)
XMILE_NAMES = {"dt": "time step", "starttime": "initial time", "stoptime": "final time"}
COUNTED = ("mean", "size")  # XMILE's: the sum over the number of elements, and that number
XMILE_LITERALS = {"nan": nan, "inf": inf}
REDUCTION_NAMES = {name: name for name in REDUCTIONS} | {
    "vmin_xmile": "vmin",
    "vmax_xmile": "vmax",
}
NOT_YET = (  # beginnings of names of functions that exist in Vensim
    *("allocate", "vector_", "random_", "get_", "invert_", "lookup_", "message", "npve", "tabbed"),
    *("delay_conveyor", "delay_material", "delay_information", "delay_batch"),
    *("sample_until", "simultaneous"),
)


class Lowering:
    """Lowers expressions against one table of symbols."""

    def __init__(self, symbols: Symbols) -> None:
        self.symbols = symbols

    def number(self, node: Node, scope: Scope) -> Expression:
        """The tree as a number. Raises InputError for anything that cannot be resolved."""
        expression = self._any(node, scope)
        if is_mask(expression):
            return Call("if_then_else", (expression, ONE, ZERO))
        return expression

    def mask(self, node: Node, scope: Scope) -> Expression:
        """The tree as a truth value: anything but zero is true."""
        expression = self._any(node, scope)
        return expression if is_mask(expression) else Call("<>", (expression, ZERO))

    def not_below_zero(self, net: Expression, stock: str, target: tuple[Index, ...]) -> Expression:
        """A net flow that empties the stock within one step at most (XMILE non-negative).

        With Euler this equals cutting the stock off at zero after each step.
        """
        level = Reference(stock, target)
        most = Call("/", (level, self.symbols.control("time step")))
        return Call("max", (net, Call("negative", (most,))))

    def _any(self, node: Node, scope: Scope) -> Expression:
        match node:
            case Literal(value):
                return Number(value)
            case Name():
                return self._name(node, scope)
            case Apply():
                return self._apply(node, scope)
            case WithLookup(argument, points):
                name = self.symbols.hidden_name("lookup", scope)
                self.symbols.table(name, points)
                return LookupCall(name, (), self.number(argument, scope))
            case _:
                raise InputError(
                    f"{scope.opening}, a {type(node).__name__.lower()} stands where "
                    "a number is needed. Arrays, lookups and external data must be the whole "
                    "right-hand side."
                )

    def _name(self, node: Name, scope: Scope) -> Expression:
        name = key(node.name)
        declared = self.symbols.find(name)
        if declared is None and name in XMILE_NAMES:
            declared = self.symbols.find(XMILE_NAMES[name])
        if declared is None:
            if name == "time":
                return Time()
            if name == "pi":
                return Number(pi)
            if name in XMILE_LITERALS and self.symbols.implied_subscripts:
                return Number(XMILE_LITERALS[name])
            return self._position(node, scope)
        if declared.kind is None:
            raise InputError(
                f"The lookup '{declared.name}' is used without an argument {scope.where}. "
                f"Write {declared.name}(x)."
            )
        return Reference(declared.name, self.indices(declared, node.subscripts, scope))

    def _position(self, node: Name, scope: Scope) -> Expression:
        """A subscript used as a number: the place of its element in the range, from 1."""
        subscripts = self.symbols.subscripts
        if subscripts.is_range(node.name):
            for bound in (*scope.bound, *scope.reduced):
                if key(bound.written) == key(node.name):
                    return self.symbols.positions(bound)
        if not subscripts.is_element(node.name):
            raise self.symbols.unknown(node.name, scope)
        return Number(float(subscripts.place(subscripts.spelling[key(node.name)])))

    def indices(
        self, declared: Declared, written: tuple[str, ...], scope: Scope
    ) -> tuple[Index, ...]:
        """Where ``declared[written]`` is read, one index per dimension.

        Raises InputError for the wrong number of subscripts, a range that does not vary here, or
        an element the variable does not have.
        """
        if not written and declared.dimensions and scope.in_reduction:
            written = tuple(f"{dimension.name}!" for dimension in declared.dimensions)
        elif not written and self.symbols.implied_subscripts:
            written = scope.left if len(scope.left) == len(declared.dimensions) else ()
        if len(written) != len(declared.dimensions):
            names = ", ".join(dimension.name for dimension in declared.dimensions) or "none"
            raise InputError(
                f"'{declared.name}' takes {_count(len(declared.dimensions))} ({names}), but is "
                f"used with {len(written)} ({', '.join(written) or 'none'}) {scope.where}."
            )
        return tuple(
            self._index(declared, place, name, scope) for place, name in enumerate(written)
        )

    def _index(self, declared: Declared, place: int, name: str, scope: Scope) -> Index:
        dimension = declared.dimensions[place]
        axis, elements = self.chosen(name, declared, scope)
        positions = {element: number for number, element in enumerate(dimension.elements)}
        missing = [element for element in elements if element not in positions]
        if missing:
            raise InputError(
                f"'{declared.name}[{name}]' is used {scope.where}, but '{declared.name}' has no "
                f"element {shortened(', '.join(missing))}; its subscript '{dimension.name}' has "
                f"{shortened(', '.join(dimension.elements))}."
            )
        return Index(axis, tuple(positions[element] for element in elements))

    def chosen(
        self, name: str, declared: Declared, scope: Scope
    ) -> tuple[int | None, tuple[str, ...]]:
        """The axis a written subscript follows, if any, and the element at each iteration."""
        subscripts = self.symbols.subscripts
        if name.endswith("!"):
            for bound in scope.reduced:
                if key(bound.written) == key(name[:-1]):
                    return bound.axis.number, bound.elements
            raise InputError(
                f"'{declared.name}[{name}]' {scope.where}: '!' is only allowed inside SUM, PROD, "
                "VMIN or VMAX."
            )
        for bound in scope.bound:
            if key(bound.written) == key(name):
                return bound.axis.number, bound.elements
        elements = subscripts.elements(name, scope.opening)
        if not subscripts.is_range(name):
            return None, elements
        for bound in scope.bound:
            answers = [subscripts.mapped(name, bound.written, one) for one in bound.elements]
            if None not in answers:
                return bound.axis.number, tuple(answer for answer in answers if answer is not None)
        raise InputError(
            f"'{declared.name}[{name}]' is used {scope.where}, whose left-hand side has no "
            f"subscript '{name}'. Sum over it with SUM({declared.name}[{name}!]), name one "
            "element, or map the ranges with ->."
        )

    def _apply(self, node: Apply, scope: Scope) -> Expression:
        function = node.function
        table = self.symbols.find(function)
        if table is not None and table.kind is None:
            return self._lookup(table, node, scope)
        if function in REDUCTION_NAMES or function in COUNTED:
            return self._reduce(node, scope)
        if function in FUNCTIONS:
            return self._call(node, scope)
        for known in EXPANSIONS:
            if function in known:
                expected, expand = known[function]
                self._check_arity(node, expected, scope)
                return expand(self, node.arguments, scope)
        raise self._unknown_function(node, table, scope)

    def _call(self, node: Apply, scope: Scope) -> Expression:
        function = FUNCTIONS[node.function]
        self._check_arity(node, function.arity, scope)
        arguments = tuple(
            self._as(position in function.conditions)(argument, scope)
            for position, argument in enumerate(node.arguments)
        )
        return Call(function.name, arguments)

    def _as(self, condition: bool) -> Callable[[Node, Scope], Expression]:
        return self.mask if condition else self.number

    def _check_arity(self, node: Apply, arity: tuple[int, int], scope: Scope) -> None:
        fewest, most = arity
        if not fewest <= len(node.arguments) <= most:
            wanted = str(fewest) if fewest == most else f"{fewest} to {most}"
            raise InputError(
                f"{_title(node.function)} takes {wanted} arguments, but has "
                f"{len(node.arguments)} {scope.where}."
            )

    def _lookup(self, table: Declared, node: Apply, scope: Scope) -> Expression:
        self._check_arity(node, (1, 1), scope)
        indices = self.indices(table, node.subscripts, scope)
        return LookupCall(table.name, indices, self.number(node.arguments[0], scope))

    def _reduce(self, node: Apply, scope: Scope) -> Expression:
        self._check_arity(node, (1, 1), scope)
        (body,) = node.arguments
        if self.symbols.implied_subscripts and isinstance(body, Name):
            body = self._over_free_ranges(body, scope)
        written = list(dict.fromkeys(self._marked(body)))
        if not written:
            raise InputError(
                f"{_title(node.function)} {scope.where} reduces over nothing: mark the subscript "
                f"to reduce over with '!', as in {_title(node.function)}(x[range!])."
            )
        bounds = []
        for name in written:
            elements = self.symbols.subscripts.elements(name, scope.opening)
            bounds.append(Bound(name, self.symbols.axis(len(elements), name), elements))
        inner = self.number(body, scope.reducing(tuple(bounds)))
        axes = tuple(bound.axis for bound in bounds)
        count = Number(float(prod(axis.size for axis in axes)))
        if node.function == "size":
            return count
        reduced = Reduction(REDUCTION_NAMES.get(node.function, "sum"), axes, inner)
        return Call("/", (reduced, count)) if node.function == "mean" else reduced

    def _over_free_ranges(self, node: Name, scope: Scope) -> Name:
        """XMILE reduces over the ranges that the left-hand side does not have."""
        bound = {key(one.written) for one in scope.bound}
        ranges = self.symbols.subscripts
        marked = (
            f"{name}!" if ranges.is_range(name) and key(name) not in bound else name
            for name in node.subscripts
        )
        return Name(node.name, tuple(marked))

    def _marked(self, node: Node) -> list[str]:
        """The ranges reduced over, in order of appearance; inner reductions keep their own."""
        match node:
            case Name(name, subscripts):
                declared = self.symbols.find(name)
                if not subscripts and declared is not None:
                    return [dimension.name for dimension in declared.dimensions]
                return [name[:-1] for name in subscripts if name.endswith("!")]
            case Apply(function, arguments, subscripts):
                if function in REDUCTION_NAMES or function in COUNTED:
                    return []
                own = [name[:-1] for name in subscripts if name.endswith("!")]
                return own + [name for inner in arguments for name in self._marked(inner)]
            case WithLookup(argument):
                return self._marked(argument)
            case _:
                return []

    def _unknown_function(self, node: Apply, found: Declared | None, scope: Scope) -> InputError:
        title = _title(node.function)
        if found is not None:
            return InputError(
                f"'{found.name}' is called like a function {scope.where}, but is no lookup. "
                "Is an operator missing before the bracket?"
            )
        if node.function == "a_function_of":
            return InputError(f"'{scope.variable}' has no equation yet (A FUNCTION OF).")
        if node.function.startswith(NOT_YET):
            return InputError(f"The function {title}, used {scope.where}, is not supported yet.")
        known = [*FUNCTIONS, *REDUCTIONS, *(name for table in EXPANSIONS for name in table)]
        names = [_title(name) for name in known if name[0].isalpha()]
        tables = [entry.name for entry in self.symbols.declared.values() if entry.kind is None]
        return InputError(
            f"There is no function or lookup {title}, used {scope.where}."
            f"{nearest(title, names + tables)}"
        )


def is_mask(expression: Expression) -> bool:
    """Whether an expression gives a truth value."""
    return isinstance(expression, Call) and FUNCTIONS[expression.function].gives_mask


def _count(subscripts: int) -> str:
    return f"{subscripts} subscript{'' if subscripts == 1 else 's'}"


def _title(function: str) -> str:
    return (
        function.replace("vmin_xmile", "min").replace("vmax_xmile", "max").replace("_", " ").upper()
    )
