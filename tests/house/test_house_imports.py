"""One import name over four folders: links, module names, public names, typing marker."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from collections import defaultdict
from importlib.util import find_spec
from pathlib import Path

import pytest

import upshift
import upshift.model.engine

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
SETUPTOOLS = PROJECT["tool"]["setuptools"]

PUBLIC = [
    "DiscoverSettings",
    "Findings",
    "Headline",
    "InformationSettings",
    "InputError",
    "Lever",
    "Model",
    "OptimiseOptions",
    "OptimiseSettings",
    "Problem",
    "Scenario",
    "SensitivityOptions",
    "Study",
    "SweepSettings",
    "__version__",
    "discover",
    "headlines",
    "importance",
    "information",
    "load",
    "load_scenario",
    "load_study",
    "optimise",
    "sensitivity",
    "sweep",
    "write_report",
]
ENGINE = [
    "CompiledModel",
    "Dimension",
    "FailedRunsError",
    "Kept",
    "Kind",
    "SimulateOptions",
    "Simulation",
    "Variable",
    "compile_model",
    "load_model",
    "simulate",
    "to_dataset",
]


def test_links_point_where_package_dir_says() -> None:
    for package, folder in SETUPTOOLS["package-dir"].items():
        place = ROOT / "src" / package.replace(".", "/")
        if package != "upshift" and place.is_file():
            pytest.skip(f"{place.name} is a plain file here, as in a zip of the tree")
        assert place.resolve() == (ROOT / folder).resolve()


def test_every_folder_with_modules_is_a_listed_package() -> None:
    homes = {name: ROOT / folder for name, folder in SETUPTOOLS["package-dir"].items()}
    found = set()
    for name, home in homes.items():
        for marker in home.rglob("__init__.py"):
            inside = marker.parent.relative_to(home).parts
            if not (name == "upshift" and inside):
                found.add(".".join([name, *inside]))
    assert found == set(SETUPTOOLS["packages"])


def _doubly_loaded(origins: dict[str, str]) -> dict[str, list[str]]:
    names = defaultdict(list)
    for name, origin in origins.items():
        names[str(Path(origin).resolve())].append(name)
    return {file: sorted(known) for file, known in names.items() if len(known) > 1}


def test_no_module_is_loaded_under_two_names_by_the_tests() -> None:
    origins = {}
    for name, module in list(sys.modules.items()):
        file = getattr(module, "__file__", None)
        # "__main__" is loaded anew by design, and pytest names conftest files itself.
        if file and Path(file).resolve().is_relative_to(ROOT) and name != "__main__":
            origins[name] = file
    # An environment may lie in the checkout too, so only the package's own folders count.
    folders = [ROOT / folder for folder in SETUPTOOLS["package-dir"].values()]
    package_files = {
        name: file
        for name, file in origins.items()
        if any(Path(file).resolve().is_relative_to(folder) for folder in folders)
    }
    assert package_files, "the package is imported from this checkout"
    assert not _doubly_loaded(package_files)
    assert all(name.startswith("upshift") for name in package_files)


def test_importing_every_module_loads_each_file_once() -> None:
    code = """
import importlib, json, pkgutil, sys
for package in sys.argv[1:]:
    folder = importlib.import_module(package).__path__
    for module in pkgutil.iter_modules(folder, package + "."):
        importlib.import_module(module.name)
print(json.dumps({n: m.__file__ for n, m in sys.modules.items() if getattr(m, "__file__", None)
                  and n.startswith(("upshift", "model", "scenarios", "reports", "calibration"))}))
"""
    command = [sys.executable, "-c", code, *SETUPTOOLS["packages"]]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    import json  # noqa: PLC0415

    origins: dict[str, str] = json.loads(done.stdout)
    assert len(origins) > 40
    assert not _doubly_loaded(origins)
    assert all(name.split(".")[0] == "upshift" for name in origins)


def test_public_names_are_these() -> None:
    assert upshift.__all__ == PUBLIC
    assert upshift.model.engine.__all__ == ENGINE


@pytest.mark.parametrize("name", PUBLIC)
def test_every_public_name_resolves(name: str) -> None:
    assert getattr(upshift, name) is not None


def test_an_unknown_public_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'lode'"):
        _ = upshift.lode


def test_the_package_says_that_it_is_typed() -> None:
    found = find_spec("upshift")
    assert found is not None
    assert found.origin is not None
    assert Path(found.origin).with_name("py.typed").is_file()
