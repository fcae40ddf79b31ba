"""A small made-up study with the Halton model's names, in memory: 32 draws, a few scenarios.

Its effects are set by hand, so that a null, a harmful and a helpful result can each be reported.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest
import xarray as xr

from upshift.reports.render import write_report
from upshift.scenarios.manifest import FORMAT, Manifest, Output
from upshift.scenarios.provenance import ParameterRow, SourceRow
from upshift.scenarios.schema import Lever, Scenario
from upshift.scenarios.store import Study

Array = npt.NDArray[np.float64]

DRAWS = 32
TIME = np.arange(2011.0, 2046.0)
POLICY_START = 2027
DIMENSIONS: dict[str, tuple[str, ...]] = {
    "lever": (
        "youth mental health table",
        "homelessness table",
        "sexual assault table",
        "mobile crisis",
        "backbone",
    ),
    "municipality": ("Burlington", "Halton Hills", "Milton", "Oakville"),
    "population": ("youth mental health", "homelessness", "sexual assault", "adult crisis"),
    "call type": ("apprehension", "other mental health", "suicide", "sexual assault report"),
    "service": ("police", "emergency department", "shelter"),
    "staffed service": ("police", "paramedics"),
    "zone": ("social development", "prevention", "risk intervention", "emergency response"),
    "payer": ("region police", "region other", "province health", "residents"),
    "budget year": tuple(f"y{year}" for year in range(2027, 2046)),
}
SHAPES: dict[str, tuple[str, str]] = {
    "cumulative contacts": ("call type", "contacts"),
    "cumulative contacts by municipality": ("municipality", "contacts"),
    "cumulative diverted calls": ("call type", "contacts"),
    "cumulative crisis onsets": ("population", "people"),
    "cumulative service use": ("service", "use"),
    "cumulative induced service use": ("service", "use"),
    "people by zone": ("zone", "people"),
    "total residents": ("municipality", "people"),
    "cumulative marginal cost": ("payer", "CAD"),
    "cumulative induced cost": ("payer", "CAD"),
    "cumulative programme cost": ("payer", "CAD"),
    "cumulative cashable cost avoided": ("payer", "CAD"),
    "cumulative people served": ("lever", "people"),
}


@dataclass(frozen=True)
class World:
    """What a policy does in a year: contacts and dollars avoided (negative: added), reports of
    sexual assault added, calls diverted, CAD of cash given back. ``title`` and ``comparator`` are
    names shown."""

    contacts: float = 40.0
    avoided: float = 2e5
    cash: float = 0.0
    reports: float = 5.0
    expected: float = 1000.0
    diverted: float = 0.0
    title: str = "All seven tables together"
    calibrated: bool = False
    policies: bool = True
    url: str = "https://example.org/trial"


def _spread(values: Array, count: int) -> Array:
    """Yearly flows ``(draw, time)`` as cumulative ``(draw, time, element)``, unequal shares."""
    total = np.zeros_like(values)
    total[:, 1:] = np.cumsum(values[:, :-1], axis=1)
    weights = np.arange(1.0, count + 1) / (count * (count + 1) / 2)
    return total[..., None] * weights


def _outputs(world: World, on: float, luck: Array) -> dict[str, Array]:
    """Values of one scenario; ``on`` is 0 for the comparator, 1 for the policy."""
    after = (TIME >= POLICY_START).astype(float)[None, :]
    done = on * after * luck[:, None]
    flat = np.ones((DRAWS, TIME.size))
    calls = _spread(flat * world.expected - done * world.contacts, 3)
    reports = np.cumsum(flat * 100 + done * world.reports, axis=1) - (flat * 100)[:, :1]
    zones = np.array([4e5, 3e4, 4e3, 3e3]) + done[..., None] * np.array([20.0, 10.0, -18.0, -12.0])
    served = np.zeros((DRAWS, TIME.size, len(DIMENSIONS["lever"])))
    served[..., 1] = _spread(on * after * flat * 50, 1)[..., 0]
    return {
        "cumulative contacts": np.concatenate([calls, reports[..., None]], axis=-1),
        "cumulative contacts by municipality": _spread(
            flat * world.expected - done * world.contacts, 4
        ),
        "cumulative diverted calls": _spread(done * world.diverted, 4),
        "cumulative crisis onsets": _spread(flat * 500 - done * world.contacts / 2, 4),
        "cumulative service use": _spread(flat * 9000 - done * world.contacts * 5, 3),
        "cumulative induced service use": _spread(done * 10, 3),
        "people by zone": zones,
        "total residents": flat[..., None] * np.array([2e5, 7e4, 1.6e5, 2.4e5]),
        "cumulative marginal cost": _spread(flat * 5e6 - done * world.avoided, 4),
        "cumulative induced cost": _spread(done * 1e4, 4),
        "cumulative programme cost": _spread(on * after * flat * 3e5, 4),
        "cumulative cashable cost avoided": _spread(done * world.cash, 4),
        "cumulative people served": served,
    }


def _scenarios(world: World) -> tuple[Scenario, ...]:
    base = Scenario(name="current-funding", title="Current funding continued", description="Today.")
    if not world.policies:
        return (base,)
    money = {
        "homelessness table": Lever(amount=2e5),
        "sexual assault table": Lever(amount=1e5),
    }
    return (
        base,
        Scenario(
            name="all-seven-tables",
            title=world.title,
            description="For tests.",
            compare_with="current-funding",
            levers=money,
        ),
        Scenario(
            name="more-teams",
            title="More mobile crisis teams",
            description="For tests.",
            compare_with="current-funding",
            levers={"mobile crisis": Lever(amount=3e5)},
        ),
    )


def _manifest(world: World, scenarios: tuple[Scenario, ...]) -> Manifest:
    return Manifest(
        format=FORMAT,
        model_name="halton",
        model_digest="0" * 64,
        registry_digest="1" * 64,
        design="sobol",
        seed=7,
        draws=DRAWS,
        draws_digest="2" * 64,
        block_digests=("2" * 64,),
        method="euler",
        block=DRAWS,
        calibrated=world.calibrated,
        price_year=2024,
        policy_start=POLICY_START,
        time=tuple(TIME),
        outputs=tuple(
            Output(name=name, dimensions=(dimension,), units=units, meaning=f"The {name}.")
            for name, (dimension, units) in SHAPES.items()
        ),
        dimensions=DIMENSIONS,
        scenarios=scenarios,
        scenario_digests={scenario.name: scenario.name for scenario in scenarios},
        versions={"upshift": "0", "numpy": "2"},
    )


def _row(name: str, element: str, grade: str, prior: str = "lognormal") -> ParameterRow:
    return ParameterRow(
        name=name,
        element=element,
        unit="Dmnl",
        value=0.7,
        prior=prior,
        low=0.5,
        high=0.9,
        spike=0.1 if name.startswith("effect") else 0.0,
        minimum=0.0,
        maximum=None,
        role="cut",
        group="",
        sources=("E015",),
        grade=grade,
        note="made up & <untrusted>",
    )


REGISTRY = (
    _row("effect on escalation", "homelessness", "B"),
    _row("effect on reporting", "", "D"),
    _row("early marginal share", "police", "D"),
    _row("early chance board acts", "", "D"),
    *(
        _row("use per contact", f"police, {kind}", "D", "fixed")
        for kind in ("apprehension", "other mental health", "suicide")
    ),
    _row("hours per position", "police", "D", "fixed"),
)


def make_study(world: World | None = None) -> Study:
    """The study of a world."""
    world = world or World()
    scenarios = _scenarios(world)
    luck = np.linspace(0.5, 1.5, DRAWS)
    found = [_outputs(world, float(s.compare_with is not None), luck) for s in scenarios]
    yearly = xr.Dataset(
        {
            name: (
                ("scenario", "draw", "time", dimension),
                np.stack([values[name] for values in found]),
                {"units": units, "long_name": name},
            )
            for name, (dimension, units) in SHAPES.items()
        },
        coords={"scenario": [s.name for s in scenarios], "draw": np.arange(DRAWS), "time": TIME},
    )
    order = np.random.default_rng(5)
    draws = pd.DataFrame(
        {
            "effect on escalation[homelessness]": luck,
            "effect on reporting": order.permutation(luck),
            "early marginal share[police]": order.permutation(luck),
            "early chance board acts": order.permutation(luck),
        }
    )
    source = SourceRow(
        "E015", "A trial", "", world.url, "2021", "B", "police contacts", "-34", "", "", "%", ""
    )
    return Study(
        directory=Path("unused"),
        manifest=_manifest(world, scenarios),
        scenarios=scenarios,
        unfinished=(),
        draws=draws,
        yearly=yearly,
        registry=REGISTRY,
        sources=(source,),
        action_tables=tuple(
            {"element": name, "lever": f"{name} table", "cost per person known": known}
            for name, known in (
                *(("youth mental health", "no"), ("homelessness", "yes")),
                ("sexual assault", "no"),
            )
        ),
    )


@pytest.fixture(name="made")
def made_fixture() -> Callable[[World | None], Study]:
    """A maker of studies."""
    return make_study


@pytest.fixture(name="made_once", scope="session")
def made_once_fixture() -> Study:
    """The default study, for tests that only read it."""
    return make_study()


@pytest.fixture(name="world")
def world_fixture() -> type[World]:
    """The knobs of a made-up study."""
    return World


@pytest.fixture(name="page", scope="session")
def page_fixture(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of the default study, written once."""
    return write_report(make_study(), tmp_path_factory.mktemp("report"))


_STEP = re.compile(
    r"(?P<tag>[\w*]+)?(?:#(?P<id>[\w-]+))?(?:\.(?P<name>[\w-]+))?"
    r"(?:\[(?P<attribute>[\w-]+)(?:(?P<how>\^?=)'?(?P<value>[^'\]]*)'?)?\])?"
)


def _xpath(selector: str) -> str:
    """The XPath of a plain CSS selector: tag, ``#id``, ``.class``, ``[attribute]``, descent."""
    path, axis = "", "descendant-or-self::"
    for word in selector.split():
        if word == ">":
            axis = "child::"
            continue
        step = _STEP.fullmatch(word)
        assert step is not None, f"a selector this plain reader does not know: {word}"
        path += f"/{axis}{step['tag'] or '*'}" if path else f"{axis}{step['tag'] or '*'}"
        if step["id"]:
            path += f"[@id='{step['id']}']"
        if step["name"]:
            path += f"[contains(concat(' ', normalize-space(@class), ' '), ' {step['name']} ')]"
        if step["attribute"]:
            test = {
                None: f"@{step['attribute']}",
                "=": f"@{step['attribute']}='{step['value']}'",
                "^=": f"starts-with(@{step['attribute']}, '{step['value']}')",
            }[step["how"]]
            path += f"[{test}]"
        axis = "descendant::"
    return path


@pytest.fixture(name="select", scope="session")
def select_fixture() -> Callable[[Any, str], list[Any]]:
    """Elements of a tree by a plain CSS selector."""

    def select(tree: Any, selectors: str) -> list[Any]:
        return [
            element
            for selector in selectors.split(",")
            for element in tree.xpath(_xpath(selector.strip()))
        ]

    return select
