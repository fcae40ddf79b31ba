"""``upshift report``: a study printed again, and what is refused."""

from __future__ import annotations

import pytest

from upshift.cli_report import formats_of
from upshift.model.errors import InputError


def test_formats_are_taken_once_in_order_of_cost() -> None:
    assert formats_of("xlsx, html,html") == ("html", "xlsx")


@pytest.mark.parametrize(
    ("text", "told"), [("html,docx", "cannot be made as 'docx'"), (" , ", "--to is empty")]
)
def test_other_formats_are_refused(text: str, told: str) -> None:
    with pytest.raises(InputError, match=told):
        formats_of(text)
