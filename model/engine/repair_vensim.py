"""Repairs to the text of a Vensim model before it is parsed, each for something the parser lacks.

``{comments}`` inside equations; macros that do not come first; the ``$`` of ``TIME STEP$`` in
macros; data variables without a keyword; lookups written as all x values, then all y values; calls
of macros that return more than one value. And what the parser drops: the elements that a mapping
lists, as in ``-> (range: a, b)``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from .lower_names import key

_QUOTED = r'"(?:\\"|[^"])*"'
_COMMENT = re.compile(_QUOTED + r"|\{[^{}]*\}")
_BEGIN = re.compile(":MACRO:", re.IGNORECASE)
_DOLLAR = re.compile(r"(?<=\w)[ \t]*\$")
_END = re.compile(":END OF MACRO:", re.IGNORECASE)
_EQUATION = re.compile(rf'(?:{_QUOTED}|[^~|"])*')
_HEAD = re.compile(r":MACRO:\s*([^()]*?)\s*\(([^()]*)\)", re.IGNORECASE)
_CALLED = re.compile(r"(?<![\w\s'$])\s*+([^\W\d][\w\s'$]*+)\(")
_CALL_MARK = re.compile(rf"{_QUOTED}|:(?:AND|OR|NOT|NA):|[():]", re.IGNORECASE)
_NAME = rf"(?:{_QUOTED}|\w[\w\s'$]*)"
_BARE = re.compile(rf"\s*{_NAME}(?:\[[^\]]*\])?\s*")
_LISTED = re.compile(rf"(\s*{_NAME}(?:\[[^\]]*\])?\s*)\(\s*(\[[^\]]*\]\s*,)?([\d\s.,eE+-]+)\)\s*")
_RANGE = re.compile(rf"\s*({_NAME}):[^=].*?->(.*)", re.DOTALL)
_TARGET = re.compile(rf"\(\s*({_NAME}):([^()]*)\)")

Mappings = dict[tuple[str, str], tuple[str, ...]]
"""Range and target, as names are compared → the target's elements, one for each of the range."""


def vensim_text(text: str) -> str:
    """A model that the parser can read; quoted names stay as they are."""
    macros, rest = _macros(_without_comments(text))
    macros = [_DOLLAR.sub("", macro) for macro in macros]
    names = _with_outputs(macros)
    return " ".join([*macros, "".join(_repaired(piece, names) for piece in _pieces(rest))])


def mappings(text: str) -> Mappings:
    """The mappings that list elements, which the parser drops."""
    found: Mappings = {}
    for equation, _rest in _pieces(_macros(_without_comments(text))[1]):
        match = _RANGE.fullmatch(equation)
        if match is None:
            continue
        for target in _TARGET.finditer(match[2]):
            elements = tuple(name.strip() for name in target[2].split(","))
            found[key(match[1]), key(target[1])] = elements
    return found


def _without_comments(text: str) -> str:
    return _COMMENT.sub(lambda match: match[0] if match[0].startswith('"') else " ", text)


def _macros(text: str) -> tuple[list[str], str]:
    """The macros, and the model without them: the parser wants them first."""
    macros: list[str] = []
    rest: list[str] = []
    place = 0
    while True:
        begin = _BEGIN.search(text, place)
        end = None if begin is None else _END.search(text, begin.end())
        if begin is None or end is None:
            return macros, "".join([*rest, text[place:]])
        macros.append(text[begin.start() : end.end()])
        rest.append(text[place : begin.start()] + " ")
        place = end.end()


def _pieces(text: str) -> Iterator[tuple[str, str]]:
    """Every entry as its equation and what follows, up to the bar; together they are the text.

    The text is gone through once, whatever it holds.
    """
    place = 0
    while place < len(text):
        match = _EQUATION.match(text, place)
        end = place if match is None else match.end()
        bar = text.find("|", end) if text[end : end + 1] == "~" else end
        stop = (len(text) if bar < 0 else bar) + 1
        yield text[place:end], text[end:stop]
        place = stop


def _with_outputs(macros: list[str]) -> frozenset[str]:
    """The macros whose head names other values to return, after a colon."""
    heads = (_HEAD.match(macro) for macro in macros)
    return frozenset(key(match[1]) for match in heads if match is not None and ":" in match[2])


def _repaired(piece: tuple[str, str], macros: frozenset[str]) -> str:
    equation, rest = piece
    if not rest.startswith("~"):
        return equation + rest
    called = _CALLED.finditer(equation) if macros else ()
    call = next((match for match in called if key(match[1]) in macros), None)
    split = None if call is None else _split_call(equation, call.end())
    if call is None or split is None:
        return _written_out(equation) + rest
    inputs, outputs, end = split
    more = (
        f" {output.strip()} = {call[1]} output {number}({inputs}) ~ ~ |"
        for number, output in enumerate(outputs.split(","), 1)
    )
    return f"{equation[: call.end()]}{inputs}{equation[end:]}{rest}{''.join(more)}"


def _split_call(equation: str, begin: int) -> tuple[str, str, int] | None:
    """The inputs and outputs of a call whose bracket opens before ``begin``, and its end."""
    depth, colon = 1, -1
    for match in _CALL_MARK.finditer(equation, begin):
        mark = match[0]
        depth += (mark == "(") - (mark == ")")
        if mark == ":" and depth == 1:
            colon = match.start()
        if depth == 0:
            end = match.start()
            return None if colon < 0 else (equation[begin:colon], equation[colon + 1 : end], end)
    return None


def _written_out(equation: str) -> str:
    if _BARE.fullmatch(equation):
        return f"{equation.rstrip()} :INTERPOLATE: "
    if _RANGE.fullmatch(equation):  # the parser takes listed elements for the range's own
        before, arrow, after = equation.partition("->")
        return before + arrow + _TARGET.sub(lambda match: f" {match[1]} ", after)
    listed = _LISTED.fullmatch(equation)
    return equation if listed is None else _in_pairs(listed)


def _in_pairs(match: re.Match[str]) -> str:
    name, limits, numbers = match[1], match[2] or "", match[3].split(",")
    half = len(numbers) // 2
    pairs = zip(numbers[:half], numbers[half:], strict=False)
    return f"{name}({limits}{','.join(f'({x.strip()},{y.strip()})' for x, y in pairs)})"


def notes(text: str) -> tuple[str, ...]:
    """What is changed in the equations of a model before the parser sees them, in words."""
    plain = _without_comments(text)
    macros, rest = _macros(plain)
    with_outputs = _with_outputs(macros)
    comments = sum(match[0].startswith("{") for match in _COMMENT.finditer(text))
    comments -= text.lstrip("\ufeff \t\r\n").startswith("{")  # the name of the encoding
    changed: dict[str, list[str]] = {}
    for equation, after in _pieces(rest):
        name = " ".join(re.split(r"[=:(\[]", equation, maxsplit=1)[0].replace('"', "").split())
        written = _repaired((equation, after), with_outputs)
        if written == equation + after:
            continue
        if _BARE.fullmatch(equation):
            said = "data variables without a keyword are interpolated"
        elif _RANGE.fullmatch(equation):
            said = "mappings that list elements are read here"
        elif _LISTED.fullmatch(equation):
            said = "lookups that list all x, then all y, are put in pairs"
        else:
            said = "calls of macros with several outputs are written out"
        changed.setdefault(said, []).append(name)
    first = _BEGIN.search(plain)
    found = {
        "comments in braces are taken out": comments,
        "macros are put before the equations": int(
            bool(macros) and first is not None and "~" in plain[: first.start()]
        ),
        "the $ of names such as TIME STEP$ is taken out of macros": sum(
            len(_DOLLAR.findall(macro)) for macro in macros
        ),
    }
    counted = [f"{said}: {count}" for said, count in found.items() if count]
    return (*counted, *(f"{said}: {', '.join(names)}" for said, names in changed.items()))
