"""XMILE modules written out: the variables of each module join the main model.

The parser knows one model only. A module's variable gets the module's name and a dot before its
own (``hares.births``); an input, <connect to="area" from=".area"/>, becomes a plain copy of its
source (XMILE 1.0, section 4.7).
"""

from __future__ import annotations

import re
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from ..errors import InputError
from .bounds import check_count

_NAME = re.compile(r'"[^"]+"|[^\W\d][\w.]*')
_VARIABLES = ("stock", "flow", "aux", "gf")
_EQUATIONS = ("eqn", "init_eqn", "inflow", "outflow")


def write_out_modules(root: Any, namespace: str) -> None:
    """Move the variables of all modules into the main model, in place.

    Raises InputError for a module whose model is not in the file, or that holds itself.
    """
    found = [node for node in root if _tag(node) == "model"]
    named = {_plain(node.get("name")): node for node in found if node.get("name")}
    main = next((node for node in found if not node.get("name")), found[0] if found else None)
    if main is None or not list(main.iterfind(f"{{{namespace}}}variables/{{{namespace}}}module")):
        return
    writer = _Writer(named, namespace)
    writer.collect(main, "", ())
    variables = main.find(f"{{{namespace}}}variables")
    variables[:] = writer.written()
    for node in named.values():
        if node is not main:
            root.remove(node)


@dataclass
class _Writer:
    models: dict[str, Any]
    namespace: str
    own: dict[str, list[Any]] = field(default_factory=dict)  # prefix → its variables
    names: dict[str, str] = field(default_factory=dict)  # full name, as compared → as written
    sources: dict[str, str] = field(default_factory=dict)  # full name of an input → its source
    count: int = 0  # of all that is written out

    def collect(self, model: Any, prefix: str, path: tuple[str, ...]) -> None:
        """Gather variables, names and inputs of a model and of the modules inside it."""
        nodes = [node for part in model if _tag(part) == "variables" for node in part]
        self.own[prefix] = [node for node in nodes if _tag(node) in _VARIABLES]
        self.count += 1 + len(nodes)
        check_count(self.count)
        for node in self.own[prefix]:
            full = prefix + _line(node.get("name"))
            self.names[_plain(full)] = full
        for node in (node for node in nodes if _tag(node) == "module"):
            name = _line(node.get("name"))
            inner = self.models.get(_plain(name))
            if inner is None:
                raise InputError(f"The module '{name}' has no <model name=…> in the same file.")
            if _plain(name) in path:
                raise InputError(f"The module '{name}' holds itself, by way of {' → '.join(path)}.")
            for connect in node.iterfind(f"{{{self.namespace}}}connect"):
                target = _line(connect.get("to", "")).rpartition(".")[2]
                source = prefix + _line(connect.get("from", "")).removeprefix(".")
                self.sources[_plain(f"{prefix}{name}.{target}")] = source
            self.collect(inner, f"{prefix}{name}.", (*path, _plain(name)))

    def written(self) -> list[Any]:
        """All variables under their full names, with equations that use full names."""
        return [self._variable(node, prefix) for prefix, own in self.own.items() for node in own]

    def _variable(self, node: Any, prefix: str) -> Any:
        full = prefix + _line(node.get("name"))
        source = self.sources.get(_plain(full))
        if source is not None:
            return self._input(node, full, source)
        node = deepcopy(node)
        node.set("name", full)
        for part in node.iter(*(f"{{{self.namespace}}}{tag}" for tag in _EQUATIONS)):
            part.text = _NAME.sub(lambda match: self._full(match[0], prefix), part.text or "")
        return node

    def _input(self, node: Any, full: str, source: str) -> Any:
        if _plain(source) not in self.names:
            raise InputError(f"The module input '{full}' comes from '{source}', which is missing.")
        copy = node.makeelement(f"{{{self.namespace}}}aux", {"name": full})
        kept = ("dimensions", "units", "doc")
        copy.extend(deepcopy(part) for part in node if _tag(part) in kept)
        equation = copy.makeelement(f"{{{self.namespace}}}eqn")
        equation.text = f'"{self.names[_plain(source)]}"'
        copy.append(equation)
        return copy

    def _full(self, written: str, prefix: str) -> str:
        known = self.names.get(_plain(prefix + written.strip('"')))
        return written if known is None else f'"{known}"'


def _tag(node: Any) -> str:
    return node.tag.rpartition("}")[2] if isinstance(node.tag, str) else ""


def _line(name: str | None) -> str:
    if not name:
        raise InputError("A variable, module or model in the file has no name.")
    return " ".join(name.replace("\\n", " ").split())


def _plain(name: str) -> str:
    return _line(name).replace("_", " ").casefold()
