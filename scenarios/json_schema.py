"""The JSON Schema of scenario files, with the model's own names, for editors that complete."""

from __future__ import annotations

import json
from typing import Any

from .inherit import EXTENDS
from .named import NAMED, Section
from .prices import price_table
from .schema import Scenario
from .shorthand import DOLLARS
from .vocabulary import HANDED_OVER, LEVER_CONSTANTS, Vocabulary

SCHEMA_NAME = "upshift-scenario.schema.json"
DIALECT = "https://json-schema.org/draft/2020-12/schema"


def scenario_schema(vocabulary: Vocabulary) -> dict[str, Any]:
    """A JSON Schema (2020-12) of one scenario file.

    It allows what `Scenario` allows, knows every lever and constant of ``vocabulary`` with its
    bounds, and asks for a title and a description only where nothing is inherited.
    """
    schema = Scenario.model_json_schema(by_alias=True)
    lever = schema.pop("$defs")["Lever"]
    lever.pop("description", None)
    properties = schema["properties"]
    properties[EXTENDS] = {
        "type": "string",
        "description": "A library scenario or a .yaml file whose keys are taken over, save its "
        "name and title.",
    }
    lever["properties"][DOLLARS] = {
        "type": "integer",
        "description": "The year of whose money the amount is; of the price year unless given.",
        "minimum": min(price_table()),
        "maximum": max(price_table()),
    }
    properties["futures"] = _words("futures", "What may come, in words.", vocabulary)
    properties["policy"] = _words("policy", "How budgets respond, in words.", vocabulary)
    properties["levers"] = {
        "type": "object",
        "description": "Additional spending by lever, on top of the comparator.",
        "properties": {name: _or_empty(lever) for name in vocabulary.levers},
        "additionalProperties": False,
    }
    properties["settings"] = {
        "type": "object",
        "description": "Other constants of the model, by name or name[element].",
        "properties": _settings(vocabulary),
        "additionalProperties": False,
    }
    alone = {"required": ["name", "title", "description"]}
    inheriting = {"required": ["name", "title", EXTENDS]}
    return {
        "$schema": DIALECT,
        "title": "upshift scenario",
        "type": "object",
        "properties": properties,
        "additionalProperties": False,
        "anyOf": [alone, inheriting],
    }


def schema_text(vocabulary: Vocabulary) -> str:
    """`scenario_schema` as readable JSON; the same model gives the same text."""
    return json.dumps(scenario_schema(vocabulary), indent=1, ensure_ascii=False) + "\n"


def _words(section: Section, description: str, vocabulary: Vocabulary) -> dict[str, Any]:
    """The words of a section whose constants the model has."""
    entries = {}
    for name, named in NAMED[section].items():
        if not vocabulary.settings.keys() >= set(named.names):
            continue
        bounds = {"type": "number", "minimum": named.low, "maximum": named.high}
        kind = {"type": "boolean"} if named.switch else bounds
        entries[name] = _or_empty({**kind, "description": named.meaning})
    return {
        "type": "object",
        "description": description,
        "properties": entries,
        "additionalProperties": False,
    }


def _settings(vocabulary: Vocabulary) -> dict[str, Any]:
    found = {}
    for name, setting in vocabulary.settings.items():
        bare = name.split("[", maxsplit=1)[0]
        if setting.role == "control" or bare in (*HANDED_OVER, *LEVER_CONSTANTS):
            continue
        entry: dict[str, Any] = {"type": "number"}
        if setting.unit:
            entry["description"] = f"Unit: {setting.unit}."
        if setting.minimum is not None:
            entry["minimum"] = setting.minimum
        if setting.maximum is not None:
            entry["maximum"] = setting.maximum
        found[name] = _or_empty(entry)
    return found


def _or_empty(entry: dict[str, Any]) -> dict[str, Any]:
    """An entry that a child may also leave empty, to drop what it inherits."""
    return {"anyOf": [entry, {"type": "null"}]}
