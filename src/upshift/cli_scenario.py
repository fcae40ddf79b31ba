"""``upshift new``, ``diff`` and ``schema``: scenario files."""

from __future__ import annotations

from pathlib import Path

from .model.errors import InputError


def write_new(name: str, like: str | None, folder: Path) -> str:
    """Write ``NAME.yaml`` and the schema beside it into ``folder``; say what was written.

    Raises InputError when the file exists, the name is no name, or the folder cannot be written.
    """
    from .scenarios.atomic import make_folder, write_whole  # noqa: PLC0415
    from .scenarios.json_schema import SCHEMA_NAME, schema_text  # noqa: PLC0415
    from .scenarios.spec import load_scenario  # noqa: PLC0415
    from .scenarios.template import child_text, new_text  # noqa: PLC0415
    from .scenarios.vocabulary import installed_vocabulary  # noqa: PLC0415

    vocabulary = installed_vocabulary()
    if like is None:
        text = new_text(name, vocabulary)
    else:
        text = child_text(name, load_scenario(like), _as_seen_from(folder, like))
    path = folder / f"{name}.yaml"
    if path.exists():
        raise InputError(f"{path} exists already. Give another name, or remove that file first.")
    make_folder(folder)
    write_whole(path, text.encode())
    write_whole(folder / SCHEMA_NAME, schema_text(vocabulary).encode())
    return (
        f"Wrote {path}, and {SCHEMA_NAME} beside it for editors that complete YAML.\n"
        f"Change it, then: upshift run {path}\n"
    )


def _as_seen_from(folder: Path, like: str) -> str:
    """What a file in ``folder`` calls the scenario ``like``: its name, or a path."""
    path = Path(like)
    if not path.suffix:
        return like
    same = path.resolve().parent == folder.resolve()
    return path.name if same else path.resolve().as_posix()


def told_difference(first: str, second: str) -> str:
    """How the second scenario differs from the first. Raises InputError when one is unknown."""
    from .scenarios.difference import difference  # noqa: PLC0415
    from .scenarios.spec import load_scenario  # noqa: PLC0415
    from .scenarios.vocabulary import installed_vocabulary  # noqa: PLC0415

    one, other = load_scenario(first), load_scenario(second)
    lines = [f"“{other.title}” against “{one.title}”"]
    found = difference(one, other, installed_vocabulary())
    lines += [f"  {line}" for line in found]
    if not found:
        lines.append("  No difference: both hand the same to the model.")
    return "\n".join(lines) + "\n"


def schema() -> str:
    """The JSON Schema of scenario files."""
    from .scenarios.json_schema import schema_text  # noqa: PLC0415
    from .scenarios.vocabulary import installed_vocabulary  # noqa: PLC0415

    return schema_text(installed_vocabulary())
