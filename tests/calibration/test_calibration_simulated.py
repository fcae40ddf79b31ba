"""Calibration checked by simulation. Twenty replications are a smoke test: they catch a likelihood
or a sampler that is plainly wrong. The documented command runs two hundred."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import numpy as np
import pytest

from upshift.calibration.draw_ranks import draw_ranks
from upshift.calibration.region import Region
from upshift.calibration.simulated import KEPT, Ranks, ranks_table, simulated
from upshift.model.errors import InputError


def test_smoke_ranks_of_twenty_replications_are_believable(seaton: Region) -> None:
    """Also recovery: nearly all true values lie in their 95 % intervals, about 80 % in the 80 %."""
    ranks = simulated(seaton, 20)
    assert ranks.uniform
    pooled = ranks.ranks.ravel()
    assert abs(pooled.mean() - KEPT / 2) < 4 * 29 / np.sqrt(len(pooled))
    assert ranks.covered(0.95).mean() > 0.88
    assert 0.65 < ranks.covered(0.8).mean() < 0.93


@pytest.mark.parametrize("fault", ["biased", "too narrow", "too wide"])
def test_draws_that_are_wrong_are_found_out(fault: str) -> None:
    generator = np.random.default_rng(1)
    ranks = generator.integers(0, KEPT + 1, (200, 5))
    assert Ranks(tuple("abcde"), ranks).uniform
    match fault:
        case "biased":
            ranks[:, 2] = np.sqrt(generator.uniform(size=200)) * KEPT
        case "too narrow":
            ranks[:, 2] = generator.beta(0.5, 0.5, 200) * KEPT
        case _:
            ranks[:, 2] = generator.beta(2, 2, 200) * KEPT
    found = Ranks(tuple("abcde"), ranks)
    assert not found.uniform
    assert found.chances.argmin() == 2


def test_ranks_have_a_table_and_a_picture_with_the_same_numbers() -> None:
    ranks = Ranks(("a", "b"), np.random.default_rng(2).integers(0, KEPT + 1, (50, 2)))
    lines = ranks_table(ranks).decode().splitlines()
    assert [sum(map(int, line.split(",")[1:11])) for line in lines[1:]] == [50, 50]
    drawn = draw_ranks(ranks.names, ranks.counts, ranks.uniform)
    assert drawn == draw_ranks(ranks.names, ranks.counts, ranks.uniform)
    text = "".join(ET.fromstring(drawn["ranks.svg"]).itertext())
    assert "50 made-up records" in text
    assert "ranks.csv" in text


def test_too_few_replications_are_refused(seaton: Region) -> None:
    with pytest.raises(InputError, match="say nothing"):
        simulated(seaton, 1)
