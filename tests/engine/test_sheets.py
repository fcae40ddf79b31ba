"""Sheets beside a model: old workbooks, named ranges, and what is refused."""

from __future__ import annotations

from pathlib import Path
from struct import pack

import pytest
from openpyxl import Workbook  # type: ignore[import-untyped]
from openpyxl.workbook.defined_name import DefinedName  # type: ignore[import-untyped]

from upshift.model.engine.lower_external import read_block, read_elements, read_series
from upshift.model.engine.lower_sheet import read_sheet
from upshift.model.engine.syntax import External
from upshift.model.errors import InputError


def old_workbook(path: Path, numbers: list[list[float]]) -> None:
    """The oldest form of .xls: one sheet, called 'Sheet 1', of nothing but numbers."""
    records = [pack("<HHHH", 0x0009, 4, 2, 0x10)]
    for row, line in enumerate(numbers):
        for column, number in enumerate(line):
            records.append(pack("<HHHH3sd", 0x0003, 15, row, column, b"\0\0\0", number))
    path.write_bytes(b"".join([*records, pack("<HH", 0x000A, 0)]))


def test_an_old_workbook_reads_like_a_new_one(tmp_path: Path) -> None:
    old_workbook(tmp_path / "old.xls", [[0.0, 1.5], [2.0, 4.5]])
    block = External("constants", "old.xls", "Sheet 1", "", "A1")
    assert read_block(block, (2, 2), str(tmp_path), "x")[1] == [0.0, 1.5, 2.0, 4.5]
    series = External("data", "old.xls", "Sheet 1", "A", "B1")
    assert read_series(series, 1, str(tmp_path), "x")[1] == [((0.0, 2.0), (1.5, 4.5))]
    elements = External("elements", "old.xls", "Sheet 1", "A2", "A1", "zone ")
    assert read_elements(elements, str(tmp_path), "x")[1] == ("zone 0", "zone 2")


def test_a_range_named_on_another_sheet_is_not_taken_from_this_one(tmp_path: Path) -> None:
    book = Workbook()
    book.active.title = "here"
    book.create_sheet("there")
    book.defined_names["rates"] = DefinedName("rates", attr_text="there!$B$2:$B$3")
    book.save(tmp_path / "new.xlsx")
    node = External("constants", "new.xlsx", "here", "", "rates")
    with pytest.raises(InputError, match=r"'x' reads the cell 'rates' of new\.xlsx; name it as"):
        read_block(node, (2,), str(tmp_path), "x")
    assert read_sheet(str(tmp_path), "new.xlsx", "there", "x").area("RATES*", "x").rows == 2


@pytest.mark.parametrize("name", ["damaged.xls", "old.xls"])
def test_a_damaged_file_and_a_missing_sheet_are_refused(tmp_path: Path, name: str) -> None:
    old_workbook(tmp_path / "old.xls", [[1.0]])
    (tmp_path / "damaged.xls").write_bytes(b"not a workbook")
    with pytest.raises(InputError, match=r"damaged|sheet 'absent' of old.xls; it has Sheet 1"):
        read_sheet(str(tmp_path), name, "absent", "x")
