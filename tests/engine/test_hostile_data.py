"""Files beside a model: what leads out of its folder, is damaged or too large is refused."""

from __future__ import annotations

import importlib.util
import zipfile
from pathlib import Path
from types import ModuleType

import pytest

from upshift.model.engine.build import load_model
from upshift.model.engine.lower import lower
from upshift.model.engine.read import read
from upshift.model.errors import InputError

CONTROLS = "INITIAL TIME=0~~|\nFINAL TIME=1~~|\nTIME STEP=1~~|\nSAVEPER=1~~|\n"


@pytest.fixture(scope="module", name="hostile")
def hostile_fixture() -> ModuleType:
    """``hostile_files.py`` beside this file."""
    path = Path(__file__).with_name("hostile_files.py")
    spec = importlib.util.spec_from_file_location("hostile_files", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _model(folder: Path, file: str, tab: str = ",", cell: str = "B2") -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / "model.mdl"
    call = f"GET DIRECT CONSTANTS('{file}', '{tab}', '{cell}')"
    path.write_text(f"{{UTF-8}}\nx = {call} ~ ~ |\n{CONTROLS}", encoding="utf-8")
    return path


def _refused(path: Path, words: str) -> None:
    with pytest.raises(InputError, match=words):
        lower(read(path))


def test_paths_out_of_the_folder_are_refused(tmp_path: Path) -> None:
    (tmp_path / "secret.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    for file in ("../secret.csv", str(tmp_path / "secret.csv"), "/etc/passwd", "sub/../../x.csv"):
        _refused(_model(tmp_path / "model", file), "outside the model's folder")


def test_links_out_of_the_folder_are_refused(tmp_path: Path) -> None:
    (tmp_path / "secret.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "secret.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    path = _model(tmp_path / "model", "link.csv")
    (path.parent / "link.csv").symlink_to(tmp_path / "secret.csv")
    (path.parent / "folder").symlink_to(tmp_path / "elsewhere")
    (path.parent / "round.csv").symlink_to("round.csv")
    _refused(path, "outside the model's folder")
    _refused(_model(path.parent, "folder/secret.csv"), "outside the model's folder")
    _refused(_model(path.parent, "round.csv"), "not beside the model")
    _refused(_model(path.parent, "n" * 5000 + ".csv"), "not beside the model")


def test_a_folder_below_and_a_link_within_are_read(tmp_path: Path) -> None:
    path = _model(tmp_path, "data/numbers.csv")
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "numbers.csv").write_text("a,b\n1,42\n", encoding="utf-8")
    assert float(load_model(path).constants["x"]) == 42.0
    (tmp_path / "link.csv").symlink_to("data/numbers.csv")
    assert float(load_model(_model(tmp_path, "link.csv")).constants["x"]) == 42.0


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("odd.csv", "a,b\n1,2\n".encode("utf-16")),
        ("odd.csv", b"a,b\n1,\xff\n"),
        ("odd.csv", b"a,b\n" + b"1" * 200_000 + b",2\n"),
        ("odd.xlsx", b"not a zip file"),
        ("odd.xlsx", b"PK\x03\x04" + bytes(100)),
        ("odd.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)),
        ("odd.xls", b"\x09\x08\x10\x00" + bytes(50)),
    ],
)
def test_damaged_files_are_refused(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    _refused(_model(tmp_path, name, tab="," if name.endswith("csv") else "data"), "'x' ")


def test_a_workbook_that_unpacks_to_too_much_is_refused(
    hostile: ModuleType, tmp_path: Path
) -> None:
    hostile.packed_bomb(tmp_path / "bomb.xlsx")
    assert (tmp_path / "bomb.xlsx").stat().st_size < 2_000_000
    _refused(_model(tmp_path, "bomb.xlsx", "data"), "holds 150 MB; at most 100 MB")


def test_two_cells_far_apart_are_refused(hostile: ModuleType, tmp_path: Path) -> None:
    hostile.wide_sheet(tmp_path / "wide.xlsx")
    _refused(_model(tmp_path, "wide.xlsx", "data"), "at most 10,000,000 cells")
    rows = "1\n" * 20_000 + "," * 20_000
    (tmp_path / "wide.csv").write_text(rows, encoding="utf-8")
    _refused(_model(tmp_path, "wide.csv"), "at most 10,000,000 cells")


def test_entities_in_a_workbook_are_refused(hostile: ModuleType, tmp_path: Path) -> None:
    hostile.wide_sheet(tmp_path / "wide.xlsx")
    laughing = tmp_path / "laughs.xlsx"
    with (
        zipfile.ZipFile(tmp_path / "wide.xlsx") as good,
        zipfile.ZipFile(laughing, "w") as bad,
    ):
        for name in good.namelist():
            content = good.read(name)
            if name.endswith("sheet1.xml"):
                content = b'<!DOCTYPE x [<!ENTITY e "1">]>' + content
            bad.writestr(name, content)
    _refused(_model(tmp_path, "laughs.xlsx", "data"), "defines entities")


@pytest.mark.parametrize("cell", ["A0", "A" + "9" * 5000, "ZZZZ1", "A99999999", "", "²"])
def test_cells_that_no_sheet_has_are_refused(tmp_path: Path, cell: str) -> None:
    (tmp_path / "n.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    _refused(_model(tmp_path, "n.csv", cell=cell), "'x' ")


def test_a_range_of_elements_from_far_cells_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "model.mdl"
    (tmp_path / "n.csv").write_text("a\nb\n", encoding="utf-8")
    call = "GET DIRECT SUBSCRIPT('n.csv', ',', 'A1', 'A9999999', '')"
    path.write_text(f"{{UTF-8}}\nd: {call} ~~|\nx[d] = 1 ~ ~ |\n{CONTROLS}", encoding="utf-8")
    _refused(path, "at most 10,000 are supported")
