"""Model files made to do harm or to fall over, each small to write down and large to take in."""

from __future__ import annotations

import random
import zipfile
from pathlib import Path

CONTROLS = """
INITIAL TIME = 0 ~ ~ |
FINAL TIME = 4 ~ ~ |
TIME STEP = 1 ~ ~ |
SAVEPER = 1 ~ ~ |
"""
XMILE = '<xmile version="1.0" xmlns="http://docs.oasis-open.org/xmile/ns/XMILE/v1.0">'
SPECS = "<sim_specs><start>0</start><stop>4</stop><dt>1</dt></sim_specs>"
BOMB = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
CODE = "__import__('pathlib').Path('pwned').touch()"
TYPING = (b"(", b")", b"1e999", b"|", b"~", b'"', b"[", b"]", b"{", b"=", b",", b"<->", b"!", b"^")
TAGS = (b"</eqn>", b'<aux name="', b"<!--", b"]]>", b":MACRO:", b":EXCEPT:", b":NA:", b"(A1-A99)")


def vensim(equations: str, controls: str = CONTROLS) -> str:
    """A Vensim file of these equations."""
    return "{UTF-8}\n" + equations + controls


def xmile(variables: str, before: str = "", dimensions: str = "") -> str:
    """An XMILE file of these variables."""
    body = f"{SPECS}{dimensions}<model><variables>{variables}</variables></model>"
    return f'<?xml version="1.0"?>{before}{XMILE}{body}</xmile>'


def mutant(content: bytes, seed: int) -> bytes:
    """A file with one to four faults: flipped bits, and pieces cut, doubled, swapped or put in."""
    rng = random.Random(seed)
    for _ in range(rng.choice((1, 1, 2, 4))):
        at = rng.randrange(len(content) or 1)
        end = at + rng.choice((1, 3, 20, 100))
        piece = content[at:end]
        other = rng.randrange(len(content) or 1)
        lines = content.split(b"\n")
        one, two = rng.randrange(len(lines)), rng.randrange(len(lines))
        content = rng.choice(
            (
                content[:at]
                + bytes(b ^ 1 << rng.randrange(8) for b in piece[:1])
                + content[at + 1 :],
                content[:at] + content[end:],
                content[:at] + piece + content[at:],
                content[:at],
                content[:at] + content[other : other + len(piece)] + content[end:],
                content[:at] + rng.choice(TYPING + TAGS) + content[at:],
                b"\n".join([*lines[:one], lines[two], *lines[one + 1 :]]),
                b"\n".join([*lines, *lines[one : one + 8]]),
            )
        )
    return content


def _nested(function: str, count: int, rest: str = "") -> str:
    return f"x = {function * count}Time{f'{rest})' * count} ~ ~ |"


def _macros(count: int) -> str:
    """Each macro calls the next one twice."""
    text = ""
    for n in range(count):
        inner = f"M{n + 1}(a) + M{n + 1}(a + 1)" if n + 1 < count else "a"
        text += f":MACRO: M{n}(a)\nM{n} = {inner} ~ ~ |\n:END OF MACRO:\n"
    return f"{text}x = M0(Time) ~ ~ |"


def _modules(count: int) -> str:
    """Each module's model holds the next one twice."""
    text = ""
    for n in range(count):
        inner = (
            f'<module name="m{n + 1}"/>' * 2
            if n + 1 < count
            else '<aux name="x"><eqn>1</eqn></aux>'
        )
        text += f'</variables></model><model name="m{n}"><variables>{inner}'
    return '<module name="m0"/>' + text


BOMBS: dict[str, str] = {
    "brackets.mdl": vensim(_nested("(", 5000)),
    "minus.mdl": vensim(f"x = {'-' * 5000}1 ~ ~ |"),
    "calls.mdl": vensim(_nested("ABS(", 2000)),
    "doubling.mdl": vensim(_nested("PULSE(", 60, ", 1")),
    "long_sum.mdl": vensim(f"x = {'+'.join(['Time'] * 3000)} ~ ~ |"),
    "long_power.mdl": vensim(f"x = {'^'.join(['Time'] * 3000)} ~ ~ |"),
    "long_equation.mdl": vensim(f"x = {'1+' * 150_000}1 ~ ~ |"),
    "long_name.mdl": vensim(f"{'x' * 3000} = 1 ~ ~ |\ny = {'x' * 3001} ~ ~ |"),
    "many_equations.mdl": vensim("\n".join(f"x{n}=1~~|" for n in range(30_000))),
    "numbered_range.mdl": vensim("d: (A1-A99999999) ~~|\nx[d] = 1 ~ ~ |"),
    "endless_range.mdl": vensim(f"d: (A1-A{'9' * 5000}) ~~|\nx[d] = 1 ~ ~ |"),
    "million_elements.mdl": vensim("d: (A1-A1000000) ~~|\nx[d] = Time ~ ~ |"),
    "cube.mdl": vensim("".join(f"{d}: ({d}1-{d}5000) ~~|\n" for d in "ABC") + "x[A,B,C]=1~~|"),
    "delays.mdl": vensim("A: (A1-A5000)~~|\nx[A] = DELAY N(Time, 5000, 0, 1000) ~ ~ |"),
    "queue.mdl": vensim("A: (A1-A5000)~~|\nx[A] = DELAY FIXED(Time, 4000, 0) ~ ~ |"),
    "sums.mdl": vensim(
        "A: (A1-A9000) ~~|\nB: (B1-B9000) ~~|\nx[A]=1~~|\ny[B]=1~~|\nz = SUM(x[A!]*y[B!]) ~ ~ |"
    ),
    "circle_of_ranges.mdl": vensim("A: B ~~|\nB: C ~~|\nC: A ~~|\nx[A] = 1 ~ ~ |"),
    "macros.mdl": vensim(_macros(40)),
    "open_macros.mdl": vensim("x = 1 ~ ~ |\n" + ":MACRO: " * 50_000),
    "open_quote.mdl": vensim('x = 1 ~ ~ |\n"' + "y" * 300_000, ""),
    "stars.mdl": vensim("*" * 30_000 + " ~ ~ |\nx = 1 ~ ~ |"),
    "braces.mdl": vensim("{" * 20_000 + "x = 1 ~ ~ |"),
    "infinite_time.mdl": vensim("x = Time ~ ~ |", CONTROLS.replace("= 4", "= 1e999")),
    "endless_time.mdl": vensim("x = Time ~ ~ |", CONTROLS.replace("= 4", "= 1e300")),
    "tiny_step.mdl": vensim("x = Time ~ ~ |", CONTROLS.replace("STEP = 1", "STEP = 1e-300")),
    "odd_orders.mdl": vensim("x = DELAY N(Time, 1e999, 0, 1e999) ~ ~ |"),
    "odd_queue.mdl": vensim("x = DELAY FIXED(Time, 1e999, 0) ~ ~ |"),
    "odd_units.mdl": vensim(f"x = Time^1e999 ~ {'(' * 900} |\ny = x ~ m^{'9' * 5000} |"),
    "code_in_limits.mdl": vensim(f"x([{CODE}], (0,0), (1,1)) ~ ~ |\ny = x(Time) ~ ~ |"),
    "code_in_numbers.mdl": vensim(f"x = {CODE} ~ {CODE} [{CODE}] ~ |"),
    "code_in_name.mdl": vensim(f'"{CODE}" = Time ~ ~ |'),
    "laughs.xmile": xmile(
        '<aux name="x"><eqn>&e11;</eqn></aux>', f'<!DOCTYPE x [<!ENTITY e0 "1">{BOMB}]>'
    ),
    "quadratic.xmile": xmile(
        f'<aux name="x"><eqn>{"&e;" * 10_000}</eqn></aux>',
        f'<!DOCTYPE x [<!ENTITY e "{"1" * 10_000}">]>',
    ),
    "foreign_entity.xmile": xmile(
        '<aux name="x"><eqn>&e;</eqn></aux>', '<!DOCTYPE x [<!ENTITY e SYSTEM "secret.txt">]>'
    ),
    "foreign_type.xmile": xmile(
        '<aux name="x"><eqn>1</eqn></aux>', '<!DOCTYPE xmile SYSTEM "http://localhost:9/x.dtd">'
    ),
    "modules.xmile": xmile(_modules(30)),
    "nested_tags.xmile": xmile("<aux>" * 5000),
    "open_tags.xmile": xmile("<aux" * 100_000),
    "open_comments.xmile": xmile("<!--" * 100_000),
    "open_root.xmile": "<xmile " * 100_000,
    "brackets.xmile": xmile(f'<aux name="x"><eqn>{"(" * 5000}1{")" * 5000}</eqn></aux>'),
    "long_word.xmile": xmile(f'<aux name="x"><eqn>{"a." * 90_000}</eqn></aux>'),
    "dimension.xmile": xmile(
        '<aux name="x"><dimensions><dim name="d"/></dimensions><eqn>1</eqn></aux>',
        dimensions='<dimensions><dim name="d" size="1000000"/></dimensions>',
    ),
    "many_elements.xmile": xmile(
        '<aux name="x"><dimensions><dim name="d"/></dimensions><eqn>1</eqn></aux>',
        dimensions='<dimensions><dim name="d">'
        + "".join(f'<elem name="e{n}"/>' for n in range(100_000))
        + "</dim></dimensions>",
    ),
}
"""Text of each file by its name; the last ones are XML."""

HARMLESS = ("code_in_name.mdl", "odd_units.mdl", "stars.mdl")
"""Files that need not be refused."""


def packed_bomb(path: Path) -> None:
    """A workbook whose sheet unpacks to 150 MB of zeros."""
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as member,
    ):
        for _ in range(150):
            member.write(bytes(1_000_000))


def wide_sheet(path: Path) -> None:
    """A workbook of two cells as far apart as a sheet allows."""
    from openpyxl import Workbook  # type: ignore[import-untyped]  # noqa: PLC0415

    book = Workbook()
    book.active["A1"] = 1
    book.active["XFD1048576"] = 2
    book.active.title = "data"
    book.save(path)
