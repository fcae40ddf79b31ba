"""Repairs to the text of XMILE equations: comments, IF within IF, NOT, and subscripts in full.

``{comments}``; ``operand NOT``; MOD in capitals; IF THEN ELSE as a call, so that one may stand
inside another without brackets; ``*`` for a whole range, as in ``SUM(x[*])``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from .repair_graphs import plain

_COMMENT = re.compile(r'"(?:\\"|[^"])*"|\{[^{}]*\}')
# Nothing here goes back over what it has passed: a hostile file takes no longer than another.
_OPERAND = r'"[^"]++"|(?<![\w.])[^\W\d][\w.]*+(?:\[[^\[\]]*+\])?+'
_NOT_AFTER = re.compile(rf"({_OPERAND})\s++NOT\b(?=\s*(?:THEN|AND|OR|ELSE|\)|,|$))", re.IGNORECASE)
_WORDS = ("if", "then", "else", "and", "or", "not")
_TOKEN = re.compile(r'"(?:\\"|[^"])*"|[^\W\d][\w.$\']*|\d[\w.]*|\s+|.', re.DOTALL)
_MOD = re.compile(r'"[^"]*"|\bMOD\b', re.IGNORECASE)
_STAR = re.compile(r'("[^"]++"|(?<![\w.])[^\W\d][\w.]*+)\s*+\[([^\[\]*]*+\*[^\[\]]*+)\]')


def without_comments(text: str) -> str:
    """The text without what stands in braces; quoted names stay."""
    return _COMMENT.sub(lambda match: match[0] if match[0].startswith('"') else " ", text)


def repaired(text: str, ranges: Mapping[str, tuple[str, ...]]) -> str:
    """One equation. ``ranges`` are those of every variable, by its plain name."""

    def full(match: re.Match[str]) -> str:
        names = ranges.get(plain(match[1]), ())
        written = [name.strip() for name in match[2].split(",")]
        if len(names) != len(written):
            return match[0]
        pairs = zip(written, names, strict=True)
        return f"{match[1]}[{','.join(f'{n}!' if one == '*' else one for one, n in pairs)}]"

    text = _NOT_AFTER.sub(_not_before, without_comments(text))
    text = _MOD.sub(lambda match: match[0] if match[0][0] == '"' else "mod", text)
    text = _STAR.sub(full, text)
    if not re.search(r"\bif\b", text, re.IGNORECASE):
        return text
    tokens = _TOKEN.findall(text)
    try:
        written, end = _conditions(tokens, 0, ())
    except RecursionError:  # the parser will say so
        return text
    return written if end == len(tokens) else text


def _not_before(match: re.Match[str]) -> str:
    """``operand NOT``, as some programs write it, in the usual order."""
    return match[0] if match[1].casefold() in _WORDS else f"(NOT {match[1]})"


def _conditions(tokens: list[str], place: int, stops: tuple[str, ...]) -> tuple[str, int]:
    """The text up to one of ``stops``, with every IF THEN ELSE as a call, and where it ends."""
    text = ""
    while place < len(tokens) and tokens[place].casefold() not in stops:
        token = tokens[place]
        if token in "([":
            inner, place = _bracket(tokens, place)
            text += inner
        elif token.casefold() == "if":
            parts = []
            for stop in ("then", "else"):
                part, place = _conditions(tokens, place + 1, (stop, ")", "]"))
                parts.append(part)
            last, place = _conditions(tokens, place + 1, (*stops, ",", ")", "]"))
            text += f"if_then_else({', '.join(part.strip() for part in (*parts, last))})"
        else:
            text += token
            place += 1
    return text, place


def _bracket(tokens: list[str], place: int) -> tuple[str, int]:
    close = ")" if tokens[place] == "(" else "]"
    text = tokens[place]
    place += 1
    while place < len(tokens) and tokens[place] != close:
        inner, place = _conditions(tokens, place, (close, ","))
        text += inner
        if place < len(tokens) and tokens[place] == ",":
            text += ", "
            place += 1
    return text + close, place + 1
