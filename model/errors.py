"""The one exception type a user meets: bad input, said clearly."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


class InputError(ValueError):
    """Something the user gave cannot be used.

    The message says what was found, where, what is allowed and the usual cure. The command line
    prints it without a traceback and exits with 2.
    """


LONGEST = 200  # letters of a name that is looked for: comparing takes the square of it


def nearest(name: str, allowed: Iterable[str], most: int = 3) -> str:
    """A hint naming the closest allowed names, or an empty string when none is close.

    Names are compared without regard to case, spaces and underscores.
    """
    if len(name) > LONGEST:
        return ""
    plain = {_plain(candidate): candidate for candidate in allowed if len(candidate) <= LONGEST}
    close = get_close_matches(_plain(name), plain, n=most, cutoff=0.6)
    if not close:
        return ""
    return " Did you mean " + " or ".join(f"'{plain[key]}'" for key in close) + "?"


def _plain(name: str) -> str:
    return name.casefold().replace(" ", "").replace("_", "").replace('"', "")
