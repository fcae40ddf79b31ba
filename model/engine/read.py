"""A model file (.mdl, .xmile, .xml, .stmx, .itmx) read into the trees of ``syntax``.

PySD's translators parse; its builder, which writes files beside the model, is never called. PySD
is imported on first use only, since importing it takes seconds.
"""

from __future__ import annotations

import codecs
import re
import warnings
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from ..errors import InputError
from . import read_tree, repair, repair_vensim
from .bounds import check_equations, check_size, deep, shortened
from .ir import Method
from .lower_names import key
from .read_guard import guarded, guarded_xmile
from .read_sectors import vensim_sectors, xmile_sectors
from .syntax import Range, SourceModel

VENSIM = (".mdl",)
XMILE = (".xmile", ".xml", ".stmx", ".itmx")
_HEADER = re.compile(rb"(?:\xef\xbb\xbf)?\s*\{([\w.-]+)\}")
_SETTING = re.compile(r"^15:\s*\d+,\d+,\d+,(\d+)", re.MULTILINE)
_DATA_FILE = re.compile(r"^13:(.*)$", re.MULTILINE)
_TEXTS = ("{*}eqn", "{*}ypts", "{*}xpts")
_METHODS: dict[str, Method] = {"euler": "euler", "rk2": "rk2", "rk4": "rk4"}


def read(path: Path | str) -> SourceModel:
    """Parse the model file at ``path``.

    Raises InputError if the file is missing, empty, not text, not a model, or uses syntax that
    cannot be parsed; the message points at the equation.
    """
    path = Path(path)
    _check_file(path)
    with warnings.catch_warnings(), deep():  # of the parser, for what is taken care of here
        warnings.simplefilter("ignore")
        vensim = path.suffix.lower() in VENSIM
        return _read_vensim(path) if vensim else _read_xmile(path)


def _check_file(path: Path) -> None:
    allowed = ", ".join(VENSIM + XMILE)
    try:
        folder, file = path.is_dir(), path.is_file()
    except (OSError, ValueError):  # too long a name, a zero byte in it
        folder, file = False, False
    if folder:
        raise InputError(f"{path} is a folder. Give the model file itself ({allowed}).")
    if path.suffix.lower() not in VENSIM + XMILE:
        raise InputError(
            f"{path} does not look like a model file: its name must end in one of {allowed}. "
            "From Vensim, save as a text model (.mdl), not as a binary one (.vmf, .vpm)."
        )
    if not file:
        raise InputError(f"There is no model file at {path}. Check the path and the spelling.")
    check_size(path)
    try:
        text = path.read_bytes()
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}.") from error
    if not text.strip():
        raise InputError(f"{path} is empty. Save the model again from the program it came from.")
    if b"\0" in text:  # also in every file of 16-bit characters
        raise InputError(
            f"{path} is not a text file. From Vensim, save as a text model (.mdl) in UTF-8."
        )


def repairs(path: Path) -> tuple[str, ...]:
    """What is repaired in a model file before it is parsed, in words; nothing for a sound file."""
    _check_file(path)
    if path.suffix.lower() not in VENSIM:
        return repair.xmile(path).notes
    text = path.read_bytes().decode(_encoding(path))
    return repair_vensim.notes(text.partition("\\\\\\---///")[0])


def _read_vensim(path: Path) -> SourceModel:
    from pysd.translators.vensim import vensim_element, vensim_file  # noqa: PLC0415

    encoding = _encoding(path)
    text = path.read_bytes().decode(encoding)
    if "~" not in text or "|" not in text:
        raise InputError(f"{path} holds no Vensim equation. Is it a saved text model (.mdl)?")
    file = vensim_file.VensimFile(path, encoding=encoding)
    listed = repair_vensim.mappings(file.model_text)
    file.model_text = repair_vensim.vensim_text(file.model_text)
    check_equations(path, file.model_text.split("|"))
    with guarded(vensim_element):
        try:
            file.parse()
        except Exception as error:  # the parser raises its own classes, ValueError, KeyError, …
            raise _locate(path, file, error) from error
    sectors = vensim_sectors(file.model_text, file.sketch)
    source = read_tree.source_model(file.get_abstract_model(), path, sectors)
    return replace(
        source,
        ranges=tuple(_with_lists(item, listed) for item in source.ranges),
        method=_vensim_method(text),
        data_files=_data_files(path),
    )


def _with_lists(item: Range, listed: repair_vensim.Mappings) -> Range:
    """A range with the elements that its mappings list."""
    lists = ((name, listed.get((key(item.name), key(name)))) for name in item.maps_to)
    return replace(item, listed=tuple((name, found) for name, found in lists if found is not None))


def _data_files(path: Path) -> tuple[str, ...]:
    """The data files that the settings below the sketch name, in lines 13."""
    settings = path.read_bytes().decode("utf-8", "replace").rpartition("///---\\\\\\")[2]
    return tuple(name.strip() for name in _DATA_FILE.findall(settings) if name.strip())


def _vensim_method(text: str) -> Method:
    """What the settings below the sketch say in line 15: Euler, or Runge-Kutta of order 2 or 4.

    The fourth number is 1 or 5 for order 4, with steps that adapt or not, and 3 or 4 for order 2.
    Steps never adapt here.
    """
    found = _SETTING.search(text.rpartition("///---\\\\\\")[2])
    number = None if found is None else int(found[1])
    return "rk4" if number in (1, 5) else "rk2" if number in (3, 4) else "euler"


def _encoding(path: Path) -> str:
    """The encoding of a Vensim file: the one its first line names in braces, or else UTF-8."""
    content = path.read_bytes()
    match = _HEADER.match(content)
    stated = match[1].decode("ascii") if match is not None else "utf-8"
    try:
        encoding = "utf-8-sig" if codecs.lookup(stated).name == "utf-8" else stated
        content.decode(encoding)
    except LookupError as error:
        raise InputError(
            f"{path} says it is encoded as '{stated}', which is not known. Save it as UTF-8."
        ) from error
    except UnicodeDecodeError as error:
        raise InputError(
            f"{path} is not valid {stated} (byte {error.start}). Save it again with UTF-8 encoding."
        ) from error
    return encoding


def _locate(path: Path, file: Any, error: Exception) -> InputError:
    """Parse again, equation by equation, to say where the parser stopped."""
    for section in getattr(file, "sections", None) or ():
        try:
            section.parse(parse_all=False)
        except Exception as inner:
            return InputError(f"{path} cannot be split into equations: {_where(inner)}")
        for element in section.elements:
            failure = _failure(element.parse)
            if failure is None:
                failure = _failure(getattr(element.component, "parse", lambda: None))
            if failure is not None:
                equation = shortened(element.equation)
                return InputError(f"{path}: cannot read the equation '{equation}': {failure}")
    return InputError(f"{path} cannot be read as a Vensim model: {_where(error)}")


def _failure(parse: Callable[[], object]) -> str | None:
    try:
        parse()
    except Exception as error:  # as above
        return _where(error)
    return None


def _where(error: Exception) -> str:
    """What the parser says, in one line, with the text where it stopped if it knows."""
    while type(error).__name__ == "VisitationError" and isinstance(error.__cause__, Exception):
        error = error.__cause__
    text = getattr(error, "text", None)
    position = getattr(error, "pos", None)
    if isinstance(text, str) and isinstance(position, int):
        before, after = text[max(0, position - 30) : position], text[position : position + 30]
        return (
            f"the text is not understood at '{before}»{after}'. "
            "Check brackets, commas and operators there."
        )
    message = str(error).split("Parse tree:")[0].strip()
    if "positional argument" in message:
        return "a function has the wrong number of arguments."
    if isinstance(error, KeyError):
        return f"a part of it lacks its {shortened(message)}."
    if isinstance(error, AttributeError):
        return "a variable lacks a part the parser needs, such as its equation (<eqn>)."
    return f"{shortened(message).rstrip('.')}."


def _read_xmile(path: Path) -> SourceModel:
    file = repair.xmile(path)
    root = file.root
    if root.tag != f"{{{repair.NAMESPACE}}}xmile":
        raise InputError(
            f"{path} is XML, but no XMILE model: its root is <{root.tag}>, not <xmile> in the "
            f"namespace {repair.NAMESPACE}."
        )
    _refuse_unread(path, root)
    parts = (root, *(inner for _, _, inner in file.macros))
    texts = (node.text or "" for part in parts for node in part.iter(*_TEXTS))
    check_equations(path, list(texts))
    model = _parsed_xmile(path, root)
    if all("Control" in type(e).__name__ for e in model.sections[0].elements):
        raise InputError(
            f"{path} holds no variables. An XMILE file keeps them in <model><variables>, in the "
            "namespace http://docs.oasis-open.org/xmile/ns/XMILE/v1.0."
        )
    source = read_tree.source_model(model, path, xmile_sectors(root))
    macros = tuple(
        read_tree.macro(name, parameters, _parsed_xmile(path, inner).sections[0])
        for name, parameters, inner in file.macros
    )
    elements = (*source.elements, *file.lookups)
    return replace(source, elements=elements, macros=macros, method=_xmile_method(path, root))


def _parsed_xmile(path: Path, root: Any) -> Any:
    """PySD's abstract model of a repaired file."""
    from pysd.translators.xmile import xmile_element, xmile_file  # noqa: PLC0415

    repaired = type("Repaired", (xmile_file.XmileFile,), {"_get_root": lambda _self: root})
    try:
        file = repaired(path)
        with guarded_xmile(xmile_element):
            file.parse()
    except Exception as error:
        raise InputError(f"{path} cannot be read as an XMILE model: {_where(error)}") from error
    return file.get_abstract_model()


def _xmile_method(path: Path, root: Any) -> Method:
    """The method of <sim_specs>; of a list the first one known (XMILE 1.0, section 2.3)."""
    specs = root.find(f"{{{repair.NAMESPACE}}}sim_specs")
    stated = (specs.get("method") or "euler") if specs is not None else "euler"
    for name in stated.replace(" ", "").casefold().split(","):
        method = _METHODS.get(name)
        if method is not None:
            return method
    raise InputError(
        f"{path} asks for the integration method '{stated}'. Supported are euler, rk2 and rk4."
    )


def _refuse_unread(path: Path, root: Any) -> None:
    """Refuse parts of XMILE that the parser passes over in silence."""
    for node in root.iter("{*}*"):
        name = node.tag.rpartition("}")[2]
        drawn = name == "module" and not node.getparent().tag.endswith("}variables")
        if name in ("module", "conveyor", "queue", "oven") and not drawn:
            raise InputError(f"{path} uses <{name}>, which is not supported.")
