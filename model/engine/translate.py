"""Generated source, which a person can read, to LLVM's representation, which a machine compiles.

The source is a small part of Python: functions, ``for`` over ``range``, ``if``, assignments and
calls of the words of ``lanes``. It is parsed and translated, never executed. A name that is
assigned once is the value itself; one that changes gets a place on the stack, which LLVM turns into
a register. Functions are kept apart (``noinline``), so that compile time grows with their number
and not with the square of it.
"""

from __future__ import annotations

import ast
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from llvmlite import ir

from .lanes import DOUBLE, NAMED, POINTER, WHOLE, Lanes, Value

_COUNTS = ("runs", "times", "columns", "changing", "holding")
_PLACES = ("saving", "method", "stage", "moved", "origin", "saved", *_COUNTS)
_KINDS = {"t": DOUBLE, "dt": DOUBLE} | dict.fromkeys(_PLACES, WHOLE)
# What one of these reaches is not written through another name: what is read there may be kept.
_APART = ("n", "tables", "now", "before", "after")
_SIGNS = {
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
}
_WHOLE_OPERATORS = {
    ast.Add: "add",
    ast.Sub: "sub",
    ast.Mult: "mul",
    ast.FloorDiv: "sdiv",
    ast.Mod: "srem",
}
_OPERATORS = {ast.Add: "fadd", ast.Sub: "fsub", ast.Mult: "fmul", ast.Div: "fdiv"}


def translate(source: str, width: int, entry: str) -> str:
    """The LLVM module of generated ``source`` at a lane width, as text; ``entry`` is visible."""
    module = ir.Module(name="kernel")
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef):
            _Function(module, width).write(node, visible=node.name == entry)
    return str(module)


@dataclass
class _Function:
    """One function being translated."""

    module: Any
    width: int
    names: dict[str, Value] = field(default_factory=dict)
    places: dict[str, Value] = field(default_factory=dict)  # of names that change
    changing: frozenset[str] = frozenset()

    def write(self, node: ast.FunctionDef, *, visible: bool) -> None:
        arguments = [argument.arg for argument in node.args.args]
        kinds = [_KINDS.get(name, POINTER) for name in arguments]
        function = ir.Function(self.module, ir.FunctionType(ir.VoidType(), kinds), node.name)
        if not visible:
            function.linkage = "internal"
        function.attributes.add("noinline")
        function.attributes.add("nounwind")
        for name, value in zip(arguments, function.args, strict=True):
            self.names[name] = value
            if name in _APART:
                value.add_attribute("noalias")
        counts = Counter(
            target.id
            for part in ast.walk(node)
            if isinstance(part, ast.Assign)
            for target in part.targets
            if isinstance(target, ast.Name)
        )
        self.changing = frozenset(name for name, count in counts.items() if count > 1)
        self.entry = function.append_basic_block("entry")
        self.builder = ir.IRBuilder(function.append_basic_block("body"))
        self.lanes = Lanes(self.builder, self.width)
        body = self.builder.block
        self.block(node.body)
        self.builder.ret_void()
        ir.IRBuilder(self.entry).branch(body)

    def block(self, statements: list[ast.stmt]) -> None:
        for statement in statements:
            match statement:
                case ast.Assign(targets=[ast.Name(id=name)], value=value):
                    self.assign(name, self.value(value))
                case ast.AugAssign(target=ast.Name(id=name), op=operator, value=value):
                    self.assign(name, self.operation(operator, self.named(name), self.value(value)))
                case ast.Expr(value=ast.Constant()) | ast.Pass():
                    pass
                case ast.Expr(value=value):
                    self.value(value)
                case ast.For(target=ast.Name(id=name), iter=ast.Call(args=bounds), body=body):
                    self.loop(name, [self.value(bound) for bound in bounds], body)
                case ast.If(test=test, body=body, orelse=others):
                    self.branch(self.value(test), body, others)
                case _:
                    raise AssertionError(f"not part of a kernel: {ast.unparse(statement)}")

    def assign(self, name: str, value: Value) -> None:
        if name not in self.changing:
            self.names[name] = value
            return
        if name not in self.places:
            start = ir.IRBuilder(self.entry)
            self.places[name] = start.alloca(value.type, name=name)
        if value.type != self.places[name].type.pointee:
            value = self.lanes.number(value)
        self.builder.store(value, self.places[name])

    def named(self, name: str) -> Value:
        if name in self.places:
            return self.builder.load(self.places[name])
        return self.names[name]

    def loop(self, name: str, bounds: list[Value], body: list[ast.stmt]) -> None:
        """``for name in range(...)``: the test comes last, after a first one on the way in."""
        first, last = bounds if len(bounds) == 2 else (ir.Constant(WHOLE, 0), bounds[0])
        before = self.builder.block
        inside, after = (self.builder.append_basic_block(text) for text in ("loop", "done"))
        self.builder.cbranch(self.builder.icmp_signed("<", first, last), inside, after)
        self.builder.position_at_end(inside)
        counter = self.builder.phi(WHOLE)
        counter.add_incoming(first, before)
        self.names[name] = counter
        self.block(body)
        following = self.builder.add(counter, ir.Constant(WHOLE, 1), flags=("nsw",))
        counter.add_incoming(following, self.builder.block)
        self.builder.cbranch(self.builder.icmp_signed("<", following, last), inside, after)
        self.builder.position_at_end(after)

    def branch(self, test: Value, body: list[ast.stmt], others: list[ast.stmt]) -> None:
        yes, no, after = (self.builder.append_basic_block(text) for text in ("yes", "no", "after"))
        self.builder.cbranch(test, yes, no)
        for place, statements in ((yes, body), (no, others)):
            self.builder.position_at_end(place)
            self.block(statements)
            self.builder.branch(after)
        self.builder.position_at_end(after)

    def value(self, node: ast.expr) -> Value:
        value: Value
        match node:
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                value = self.negative(self.value(operand))
            case ast.BinOp(left=left, op=operator, right=right):
                value = self.operation(operator, self.value(left), self.value(right))
            case ast.Compare(left=left, ops=[operator], comparators=[right]):
                value = self.comparison(_SIGNS[type(operator)], self.value(left), self.value(right))
            case ast.IfExp(test=test, body=body, orelse=other):
                pair = self.value(body), self.value(other)
                value = self.builder.select(self.value(test), *pair)
            case ast.Call(func=ast.Attribute(value=ast.Name(id="lanes"), attr=word), args=given):
                value = self.lanes.call(word, [self.value(argument) for argument in given])
            case ast.Call(func=ast.Name(id=name), args=given):
                function = self.module.globals[name]
                value = self.builder.call(function, [self.value(argument) for argument in given])
            case _:
                value = self.leaf(node)
        return value

    def leaf(self, node: ast.expr) -> Value:
        """A literal, a name, or a constant of ``lanes``."""
        match node:
            case ast.Constant(value=int(number)):
                return ir.Constant(WHOLE, number)
            case ast.Constant(value=float(number)):
                return ir.Constant(DOUBLE, number)
            case ast.Name(id=name):
                return self.named(name)
            case ast.Attribute(value=ast.Name(id="lanes"), attr="WIDTH"):
                return ir.Constant(WHOLE, self.width)
            case ast.Attribute(value=ast.Name(id="lanes"), attr=name):
                return ir.Constant(DOUBLE, NAMED[name])
            case _:
                raise AssertionError(f"not part of a kernel: {ast.unparse(node)}")

    def negative(self, value: Value) -> Value:
        if isinstance(value, ir.Constant):
            return ir.Constant(value.type, -value.constant)
        return self.builder.fneg(value)

    def operation(self, operator: ast.operator, left: Value, right: Value) -> Value:
        if left.type == WHOLE and right.type == WHOLE:
            return getattr(self.builder, _WHOLE_OPERATORS[type(operator)])(left, right)
        return getattr(self.builder, _OPERATORS[type(operator)])(*self.lanes.alike([left, right]))

    def comparison(self, sign: str, left: Value, right: Value) -> Value:
        if left.type == WHOLE and right.type == WHOLE:
            return self.builder.icmp_signed(sign, left, right)
        pair = self.lanes.alike([left, right])
        # An ordered comparison is false for NaN; "not equal" must be true for it, as in IEEE 754.
        if sign == "!=":
            return self.builder.fcmp_unordered(sign, *pair)
        return self.builder.fcmp_ordered(sign, *pair)
